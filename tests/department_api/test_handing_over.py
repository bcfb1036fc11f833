"""A key changes hands while a push is half-way: one person never files a row and approves it too."""

import pytest

from backend.records import approval, pushing
from backend.records.importing import READING
from backend.records.models import ImportBatch
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


async def test_what_is_half_done_in_another_name_is_not_gone_on_with(system: System) -> None:
    row = a_row(NEIGHBOUR, PENALTY)
    batch = await begun(system, PushedRow(row))
    await ImportBatch.filter(id=batch.id).update(rows_done=1)
    await handed_to(system, "sjj-li")
    problem = await system.is_refused(409, "push_of_former_officer", await system.push(row, key=KEY))
    assert "换一个 Idempotency-Key" in problem["detail"]
    now = await ImportBatch.get(id=batch.id)
    assert (now.state, now.officer_id) == (READING, system.key.officer_id)
    assert states(await system.pushed(row)) == ["waiting"], "as a new push"


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
