"""The second officer: a negative record needs two people of the department, and comes once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from backend.citizens.models import Citizen, RegisterPerson
from backend.errors import Conflict, Forbidden, NotFound
from backend.jobs.models import BURIED, Job
from backend.jobs.worker import work
from backend.notifications.models import Notice
from backend.points.models import PointEntry
from backend.records import approval, import_rows
from backend.records.approval import approve, post_approved, refuse
from backend.records.importing import APPROVED, DONE, READING, REFUSED, WAITING
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.staff.models import StaffUser
from backend.worker_jobs import job_handlers
from media.storage import Storage
from tests import factories
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PENALTY, VAULT, enrolled_citizen, row
from tests.records.county import (
    WELFARE,
    a_file,
    bring,
    counts,
    everything_is_there_once,
    faults,
    penalties,
    people,
    publish,
)

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def batch(monday: None, database: None, tmp_path: Path) -> ImportBatch:
    """Two penalties and an honour, filed by SJJ's officer: the penalties wait."""
    await publish()
    await factories.register()
    batch = await bring(a_file(tmp_path, [row(item=PENALTY), row(NEIGHBOUR, PENALTY), row()]))
    assert (batch.state, counts(batch)) == (WAITING, {"accepted": 1, "waiting": 2})
    return batch


async def test_what_waits_is_no_record_yet_and_nobody_is_told(batch: ImportBatch) -> None:
    assert [each.item_code for each in await CreditRecord.all()] == ["PRO-001"]
    assert await Notice.all().count() == 1
    waiting = await ImportRow.filter(state=import_rows.WAITING)
    (first, *_) = import_rows.open_waiting(VAULT, waiting)
    assert (first.name, first.identity_number) in {(each.name, each.number) for each in (CITIZEN, NEIGHBOUR)}
    assert NEIGHBOUR.number.encode() not in b"".join(each.content_hidden or b"" for each in waiting)


async def test_nobody_becomes_a_citizen_by_a_row_that_waits_or_is_refused(batch: ImportBatch) -> None:
    assert await Citizen.all().count() == 1, "only she who has an honour"
    await refuse(await factories.officer("second-officer"), batch.id)
    assert await Citizen.all().count() == 1


async def test_a_second_officers_yes_files_records_notices_and_points(batch: ImportBatch, clock_at: ClockAt) -> None:
    _, citizen = await enrolled_citizen()
    second = await factories.officer("second-officer")
    with clock_at("2026-11-25 10:00"):
        approved = await approve(second, batch.id)
        assert (approved.state, approved.approver_id) == (APPROVED, second.id)
        posted = await post_approved(LEDGER, VAULT, batch.id)
    assert (posted.state, counts(posted)) == (DONE, {"accepted": 3})
    await everything_is_there_once(3)
    record = await CreditRecord.get(citizen_id=citizen.id, item_code=PENALTY)
    assert (record.batch_id, record.filed_at.date()) == (batch.id, date(2026, 11, 25)), (
        "told then, not when it was sent"
    )
    assert await PointEntry.filter(fact=f"record:{record.id}").count() == 0, "ten working days first"
    rows = await ImportRow.all()
    assert [(each.state, each.content_hidden) for each in rows] == [(import_rows.POSTED, None)] * 2


async def test_who_filed_may_not_approve(batch: ImportBatch) -> None:
    for decide in (approve, refuse):
        with pytest.raises(Forbidden) as refused:
            await decide(await factories.officer(), batch.id)
        assert refused.value.code == "same_officer"


async def test_whom_a_row_is_about_neither_approves_nor_refuses_it(batch: ImportBatch) -> None:
    second = await factories.officer("second-officer")
    second.own_number_digest = VAULT.digest(NEIGHBOUR.number, "citizen.number")
    for decide in (approve, refuse):
        with pytest.raises(Forbidden, match="own_record"):
            await decide(second, batch.id)
    assert (await ImportBatch.get(id=batch.id)).state == WAITING
    second.own_number_digest = VAULT.digest("of somebody else", "citizen.number")
    await refuse(second, batch.id)


async def test_two_accounts_of_one_person_are_one_officer(batch: ImportBatch) -> None:
    """She was given a new account, and the old one was put away: what she filed under it is still hers."""
    filer = await factories.officer()
    again = await factories.officer("officer-again")
    await StaffUser.filter(id=filer.id).update(active=False)
    again.own_number_digest = filer.own_number_digest
    for decide in (approve, refuse):
        with pytest.raises(Forbidden, match="same_officer"):
            await decide(again, batch.id)


async def test_who_never_said_which_citizen_she_is_decides_nothing(batch: ImportBatch) -> None:
    second = await factories.officer("second-officer")
    second.own_number_digest = None
    for decide in (approve, refuse):
        with pytest.raises(Forbidden, match="own_number_needed"):
            await decide(second, batch.id)
    assert (await ImportBatch.get(id=batch.id)).state == WAITING


async def test_for_another_department_the_batch_does_not_exist(batch: ImportBatch) -> None:
    for decide in (approve, refuse):
        for stranger, which in (
            (await factories.officer("o", WELFARE), batch.id),
            (await factories.officer(), uuid4()),
        ):
            with pytest.raises(NotFound) as refused:
                await decide(stranger, which)
            assert refused.value.code == "batch_not_found"


async def test_who_was_put_away_may_not_decide(batch: ImportBatch) -> None:
    second = await factories.officer("second-officer")
    second.active = False
    with pytest.raises(Forbidden) as refused:
        await approve(second, batch.id)
    assert refused.value.code == "officer_inactive"


@pytest.mark.parametrize(("first", "then"), [(approve, refuse), (refuse, approve), (refuse, refuse)])
async def test_a_batch_is_decided_once(batch: ImportBatch, first: Callable, then: Callable) -> None:  # type: ignore[type-arg]
    second = await factories.officer("second-officer")
    await first(second, batch.id)
    with pytest.raises(Conflict) as refused:
        await then(second, batch.id)
    assert refused.value.code == "batch_not_waiting"
    assert await Job.all().count() == (1 if first is approve else 0)


async def test_a_posting_that_got_stuck_is_promised_again_and_the_first_yes_stands(
    batch: ImportBatch, clock_at: ClockAt, storage: Storage
) -> None:
    first = await approve(await factories.officer("second-officer"), batch.id)
    await Job.all().update(state=BURIED)
    with clock_at("2026-11-27 09:00"):
        again = await approve(await factories.officer("third-officer"), batch.id)
        assert await work(job_handlers(VAULT, LEDGER, storage))
    assert (again.approver_id, again.approved_at) == (first.approver_id, first.approved_at)
    await everything_is_there_once(3)
    with pytest.raises(Conflict):
        await approve(await factories.officer("third-officer"), batch.id)


async def test_a_batch_without_penalties_needs_nobody(batch: ImportBatch, tmp_path: Path) -> None:
    done = await bring(a_file(tmp_path, [row()], "good.csv"))
    with pytest.raises(Conflict):
        await approve(await factories.officer("second-officer"), done.id)


async def test_refused_rows_are_gone_and_may_be_sent_anew(batch: ImportBatch, tmp_path: Path) -> None:
    refused = await refuse(await factories.officer("second-officer"), batch.id)
    assert (refused.state, counts(refused)) == (REFUSED, {"accepted": 1, "refused": 2})
    assert await ImportRow.all().count() == 0
    assert await Job.all().count() == 0
    assert (await post_approved(LEDGER, VAULT, batch.id)).state == REFUSED, "nothing is posted by a late job"
    await everything_is_there_once(1)
    again = await bring(tmp_path / "file.csv")
    assert counts(again) == {"waiting": 2, "duplicates": 1}


async def test_an_import_that_was_cut_off_can_be_refused_but_not_approved(batch: ImportBatch) -> None:
    """What nobody sends again must not wait for ever, nor be posted half."""
    await ImportBatch.filter(id=batch.id).update(state=READING)
    second = await factories.officer("second-officer")
    with pytest.raises(Conflict):
        await approve(second, batch.id)
    assert (await refuse(second, batch.id)).state == REFUSED


async def test_what_became_wrong_while_it_waited_is_sent_back(batch: ImportBatch, clock_at: ClockAt) -> None:
    """Her term is over in a year; his name was corrected in the register meanwhile."""
    await RegisterPerson.filter(name_digest=VAULT.digest(NEIGHBOUR.name, "citizen.name")).update(name_digest="0" * 64)
    await approve(await factories.officer("second-officer"), batch.id)
    posted = await post_approved(LEDGER, VAULT, batch.id)
    assert counts(posted) == {"accepted": 2, "rejected": 1}
    assert await faults(posted) == [(3, "identity_number", "person_unknown")]
    (problem,) = await import_rows.problem_page(batch.id)
    assert (problem.masked_name, problem.masked_number) == ("鲁**", "4104**********0022")
    await everything_is_there_once(2)


async def test_a_batch_that_waited_too_long_comes_back_whole(batch: ImportBatch, clock_at: ClockAt) -> None:
    await approve(await factories.officer("second-officer"), batch.id)
    with clock_at("2027-11-23 09:00"):
        posted = await post_approved(LEDGER, VAULT, batch.id)
    assert counts(posted) == {"accepted": 1, "rejected": 2}
    assert {code for _, _, code in await faults(posted)} == {"term_over"}


@pytest.mark.parametrize("dies_at", [1, 2, 3])
async def test_cut_off_half_way_the_worker_finishes_it(
    batch: ImportBatch, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    await enrolled_citizen()
    crowd = people(5)
    await factories.register(*crowd)
    large = await bring(a_file(tmp_path, list(penalties(crowd)), "large.csv"))
    await approve(await factories.officer("second-officer"), large.id)
    monkeypatch.setattr(approval, "CHUNK", 2)
    count, calls = approval._count, iter(range(1, 100))

    async def power_cut(*told: object, **named: int) -> None:
        await count(*told, **named)  # type: ignore[arg-type]
        if next(calls) == dies_at:
            raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(approval, "_count", power_cut)
        with pytest.raises(KeyboardInterrupt):
            await post_approved(LEDGER, VAULT, large.id)
    assert await CreditRecord.filter(batch_id=large.id).count() == (dies_at - 1) * 2

    assert await work(job_handlers(VAULT, LEDGER, storage))
    done = await ImportBatch.get(id=large.id)
    assert (done.state, counts(done)) == (DONE, {"accepted": 5})
    await everything_is_there_once(6)


async def test_posting_twice_posts_once(batch: ImportBatch) -> None:
    await approve(await factories.officer("second-officer"), batch.id)
    for _ in range(3):
        assert counts(await post_approved(LEDGER, VAULT, batch.id)) == {"accepted": 3}
    await everything_is_there_once(3)


async def test_what_was_never_approved_is_never_posted(batch: ImportBatch) -> None:
    assert (await post_approved(LEDGER, VAULT, batch.id)).state == WAITING
    await everything_is_there_once(1)
