"""Several files and many citizens at the same moment: nobody waits for ever, and nothing is doubled or lost."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from backend.errors import Conflict
from backend.points import enrolment
from backend.points.models import Enrolment, Score
from backend.records import approval, importing
from backend.records.models import CreditRecord
from tests import factories
from tests.connections import open_all
from tests.records.county import a_file, bring, counts, everything_is_there_once, honours, penalties, people, publish

pytestmark = [pytest.mark.together, pytest.mark.slow]

postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await publish()
    await factories.officer()
    await factories.officer("second-officer")


async def test_two_files_with_the_same_rows_in_opposite_orders(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 7)
    crowd = people(40)
    await factories.register(*crowd)
    rows = [*honours(crowd), *penalties(crowd)]
    files = [a_file(tmp_path, rows, "a.csv"), a_file(tmp_path, rows[::-1], "b.csv")]
    await open_all()
    batches = await asyncio.gather(*map(bring, files))
    assert _all(batches) == {"accepted": 40, "waiting": 40, "duplicates": 80}
    await everything_is_there_once(40)


@postgres
async def test_negative_rows_of_people_whom_nobody_knows_yet(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No citizen's row can be held, for none may be made before the second officer's yes."""
    monkeypatch.setattr(importing, "CHUNK", 1000)  # so large that the two are sure to meet
    crowd = people(1000)
    await factories.register(*crowd)
    rows = list(penalties(crowd))
    files = [a_file(tmp_path, rows, "a.csv"), a_file(tmp_path, rows[::-1], "b.csv")]
    await open_all()
    batches = await asyncio.gather(*map(bring, files))
    assert _all(batches) == {"waiting": 1000, "duplicates": 1000}


async def test_citizens_enrol_and_leave_while_their_records_are_filed(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a record without its entry, and never an entry for who left."""
    monkeypatch.setattr(importing, "CHUNK", 5)
    crowd = people(30)
    await factories.register(*crowd)
    bound = [await factories.bound_citizen(each) for each in crowd]

    async def lives(place: int) -> None:
        await asyncio.sleep(place / 40)
        await enrolment.enrol(factories.LEDGER, *bound[place], 1)
        if place % 3 == 0:
            await enrolment.leave(*bound[place])

    file = a_file(tmp_path, list(honours(crowd)))
    await open_all()
    await asyncio.gather(bring(file), *(lives(place) for place in range(len(crowd))))
    await everything_is_there_once(30)
    assert [score.points for score in await Score.all()] == [1030] * 20
    assert await Enrolment.all().count() == 30


async def test_two_approve_one_batch_and_both_post_it(county: None, tmp_path: Path) -> None:
    """The command and the worker's job do the same work at the same time."""
    crowd = people(60)
    await factories.register(*crowd)
    batch = await bring(a_file(tmp_path, list(penalties(crowd))))
    second = await factories.officer("second-officer")
    await open_all()
    answers = await asyncio.gather(
        approval.approve(second, batch.id), approval.approve(second, batch.id), return_exceptions=True
    )
    told = {each.code if isinstance(each, Conflict) else type(each).__name__ for each in answers}
    assert told <= {"ImportBatch", "batch_not_waiting"}, "the later one is told, or promises the posting once more"
    assert "ImportBatch" in told

    posted = await asyncio.gather(
        *(approval.post_approved(factories.LEDGER, factories.VAULT, batch.id) for _ in range(4))
    )
    assert [(each.state, counts(each)) for each in posted] == [("done", {"accepted": 60})] * 4
    await everything_is_there_once(60)


async def test_approving_one_batch_while_another_brings_the_same_rows(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 5)
    monkeypatch.setattr(approval, "CHUNK", 5)
    crowd = people(40)
    await factories.register(*crowd)
    rows = list(penalties(crowd))
    batch = await bring(a_file(tmp_path, rows))
    await approval.approve(await factories.officer("second-officer"), batch.id)
    await open_all()
    again, posted = await asyncio.gather(
        bring(a_file(tmp_path, [*rows[::-1], *honours(crowd)], "again.csv")),
        approval.post_approved(factories.LEDGER, factories.VAULT, batch.id),
    )
    assert counts(posted) == {"accepted": 40}
    assert counts(again)["accepted"] == 40
    assert counts(again)["duplicates"] + counts(again).get("waiting", 0) == 40
    await everything_is_there_once(80)
    assert len({(each.citizen_id, each.document_number) for each in await CreditRecord.all()}) == 80


def _all(batches: list[importing.ImportBatch]) -> Counter[str]:
    """The counts of all batches together."""
    return sum((Counter(counts(batch)) for batch in batches), Counter())
