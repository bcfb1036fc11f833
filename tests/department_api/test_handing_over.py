"""A key changes hands while a push is half-way: one person never files a row and approves it too."""

import pytest

from backend.records import approval, importing, pushing
from backend.records.importing import READING
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.records.pushed_rows import PushedRow
from backend.staff import department_keys
from backend.staff.models import AuditEvent
from backend.staff.permissions import staff_of
from tests.department_api.systems import System, a_row, an_admin, an_officer, states
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PENALTY, VAULT, Person
from tests.running_app import both_databases

KEY = "push-of-today"


async def begun(system: System, *rows: PushedRow) -> ImportBatch:
    """A push that was taken, and killed before its first row was read."""
    staff = await staff_of(system.key.officer)
    return await pushing._take(staff, system.key, KEY, pushing._digest(VAULT, rows), len(rows))


async def handed_to(system: System, username: str, own: Person | None = None) -> None:
    await an_officer(username, own=own)
    issued = await department_keys.hand_over(VAULT, await an_admin(), system.key.id, username)
    system.secret = issued.secret


@both_databases
async def test_with_the_old_secret_nothing_more_is_filed(system: System) -> None:
    old = system.secret
    await handed_to(system, "sjj-li")
    await system.is_refused(401, "not_signed", await system.push(a_row(), secret=old))
    assert states(await system.pushed(a_row())) == ["accepted"]


@both_databases
async def test_a_push_that_was_only_begun_is_the_new_officers_from_its_first_row(system: System) -> None:
    rows = [a_row(NEIGHBOUR, PENALTY), a_row(CITIZEN)]
    batch = await begun(system, *map(PushedRow, rows))
    await handed_to(system, "sjj-li", own=CITIZEN)
    seen = await system.pushed(*rows, key=KEY)
    assert (seen["batch_id"], states(seen)) == (str(batch.id), ["waiting", "rejected"])
    assert seen["results"][1]["faults"][0]["code"] == "own_record"
    li = await an_officer("sjj-li")
    with pytest.raises(Exception, match="same_officer"):
        await approval.approve(li, batch.id)
    assert (await ImportBatch.get(id=batch.id)).officer_id == li.id
    assert await AuditEvent.filter(about=f"import:{batch.id}", staff_id=li.id).count() == 1
    await approval.approve(system.key.officer, batch.id)


@both_databases
async def test_a_push_is_done_whole_or_not_begun_so_nobody_takes_over_half_of_one(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by any stroke of its transaction, none of its rows is filed and its mark stands at nothing."""
    rows = [a_row(NEIGHBOUR, PENALTY), a_row(CITIZEN), a_row(CITIZEN, "NO-SUCH")]
    wang = await staff_of(system.key.officer)
    for name in ("file_records", "_keep", "_finish"):
        stopped = f"push-{name}"

        async def stop(*_: object) -> None:
            raise ConnectionError

        with monkeypatch.context() as patched:
            patched.setattr(importing, name, stop)
            with pytest.raises(ConnectionError):
                await pushing.push(LEDGER, VAULT, wang, system.key, stopped, list(map(PushedRow, rows)))
        half = await ImportBatch.get(request_key=stopped)
        assert (half.state, half.rows_done, half.accepted, half.waiting, half.rejected) == (READING, 0, 0, 0, 0)
        assert await CreditRecord.all().count() == await ImportRow.all().count() == 0
    await handed_to(system, "sjj-li")
    assert states(await system.pushed(*rows, key="push-_finish")) == ["waiting", "accepted", "rejected"]
    li = await an_officer("sjj-li")
    assert (await ImportBatch.get(request_key="push-_finish")).officer_id == li.id


async def test_who_finished_it_in_the_old_name_meanwhile_is_asked_for_nothing_more(system: System) -> None:
    row = a_row()
    begun_before = await begun(system, PushedRow(row))
    first = await system.pushed(row, key=KEY)
    await handed_to(system, "sjj-li")
    li = await staff_of(await an_officer("sjj-li"))
    done = await pushing._answered_for(li, begun_before)
    assert (done.state, done.officer_id) == ("done", system.key.officer_id)
    read = pushing.read_rows([PushedRow(row)], done.check_by)
    assert str((await pushing._import(LEDGER, VAULT, done, read)).id) == first["batch_id"]


async def test_what_was_done_before_is_still_answered(system: System) -> None:
    row = a_row()
    first = await system.pushed(row, key=KEY)
    await handed_to(system, "sjj-li")
    assert await system.pushed(row, key=KEY) == first


@both_databases
async def test_who_was_at_work_on_it_in_the_old_name_stops(system: System) -> None:
    """Her rows were checked for her predecessor: whose own record one is would be asked of the wrong one."""
    row = a_row(CITIZEN)
    slow = await begun(system, PushedRow(row))
    await handed_to(system, "sjj-li", own=CITIZEN)
    li = await staff_of(await an_officer("sjj-li"))
    await pushing._answered_for(li, await ImportBatch.get(id=slow.id))
    read = pushing.read_rows([PushedRow(row)], slow.check_by)
    with pytest.raises(Exception, match="push_under_way"):
        await pushing._import(LEDGER, VAULT, slow, read)
    assert states(await system.pushed(row, key=KEY)) == ["rejected"]
