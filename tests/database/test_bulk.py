"""Many rows at once: the same as one by one with models, on both databases, and all of them or none."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import IntegrityError
from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.database.bulk import insert_new_rows, insert_rows, select_among, update_rows
from backend.points.models import Enrolment, Score
from backend.points.posting import Tally
from tests.running_app import both_databases

pytestmark = both_databases

COLUMNS = ("id", "number_digest", "number_hidden", "name_hidden", "adult_on", "told_from", "created_at")
NOON = datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)
SOMEBODY = "SELECT id, number_digest, adult_on, told_from, created_at FROM citizen WHERE number_digest {1} ORDER BY id"
TYPES = (UUID, str, date, datetime, datetime)


def a_row(digest: str, told_from: datetime | None = None) -> tuple[object, ...]:
    return (uuid7(), digest, b"\x00\xff", "示".encode(), date(2008, 2, 29), told_from, NOON)


async def test_a_row_is_the_same_as_a_models_own(database: None) -> None:
    bulk = a_row("one", NOON)
    await insert_rows(Citizen, COLUMNS, [bulk])
    fields = dict(zip(COLUMNS, bulk, strict=True))
    await Citizen.create(**{**fields, "id": uuid7(), "number_digest": "two"})
    one, two = [dict(await Citizen.get(number_digest=each)) for each in ("one", "two")]
    assert {name: one[name] for name in COLUMNS} == fields
    for column in ("id", "number_digest"):
        del one[column], two[column]
    assert one == two
    found = await Citizen.filter(told_from=NOON, created_at__lte=NOON, adult_on="2008-02-29").count()
    assert found == 2, "the database compares them alike"


async def test_values_come_back_as_what_they_are(database: None) -> None:
    rows = [a_row("one", NOON), a_row("two")]
    await insert_rows(Citizen, COLUMNS, rows)
    found = [tuple(row) for row in await select_among(SOMEBODY, TYPES, {"one", "two", "three"})]
    assert found == [(row[0], *row[1:2], *row[4:]) for row in rows]
    by_id = "SELECT number_digest FROM citizen WHERE id {1} AND number_digest {2}"
    assert [row[0] for row in await select_among(by_id, (str,), [rows[0][0], uuid4()], ["one", "two"])] == ["one"]
    async with transaction():
        assert len(await select_among(SOMEBODY, TYPES, ["one"], lock=True)) == 1


async def test_of_no_values_there_is_no_row_and_no_rows_are_no_work(database: None) -> None:
    await insert_rows(Citizen, COLUMNS, [])
    await insert_new_rows(Citizen, COLUMNS, [])
    await update_rows(Citizen, ("id", "told_from"), [])
    assert await select_among(SOMEBODY, TYPES, []) == []
    assert await Citizen.all().count() == 0


async def test_one_that_breaks_a_constraint_takes_all_with_it(database: None) -> None:
    await insert_rows(Citizen, COLUMNS, [a_row("one")])
    with pytest.raises(IntegrityError):
        await insert_rows(Citizen, COLUMNS, [a_row("two"), a_row("one")])
    assert await Citizen.all().count() == 1
    with pytest.raises(IntegrityError):
        await _in_one_transaction(a_row("three"), a_row("one"))
    assert await Citizen.all().count() == 1


async def test_new_rows_pass_over_those_that_are_there(database: None) -> None:
    first = a_row("one")
    await insert_rows(Citizen, COLUMNS, [first])
    await insert_new_rows(Citizen, COLUMNS, [a_row("one"), a_row("two"), a_row("two")])
    assert {row.number_digest for row in await Citizen.all()} == {"one", "two"}
    assert (await Citizen.get(number_digest="one")).id == first[0]


async def test_updates_reach_their_rows_only(database: None) -> None:
    rows = [a_row("one"), a_row("two"), a_row("three")]
    await insert_rows(Citizen, COLUMNS, rows)
    await update_rows(Citizen, ("id", "told_from", "access_count"), [(rows[0][0], NOON, 1), (rows[2][0], None, 3)])
    found = {row.number_digest: (row.told_from, row.access_count) for row in await Citizen.all()}
    assert found == {"one": (NOON, 1), "two": (None, 0), "three": (None, 3)}


async def test_json_is_written_as_the_models_read_it(database: None) -> None:
    row, now = a_row("one"), clock.now()
    await insert_rows(Citizen, COLUMNS, [row])
    enrolment = await Enrolment.create(
        citizen_id=row[0], adult_on=date(2008, 1, 1), enrolled_on=NOON, enrolled_at=NOON, expires_on=date(2027, 1, 1)
    )
    tally = Tally(enrolment.citizen_id, enrolment.id, 1000, 0, "0" * 64, now, {"志愿服务": 5}, None, [{"points": -1}])
    columns = ("citizen_id", "enrolment_id", "base", "points", "parts", "entry_count", "head", "coming", "changed_at")
    await insert_rows(Score, columns, [[getattr(tally, each, 1000) for each in columns]])
    score = await Score.get(citizen_id=row[0])
    assert (score.parts, score.coming, score.base) == ({"志愿服务": 5}, [{"points": -1}], 1000)
    await update_rows(Score, ("citizen_id", "parts", "coming"), [(row[0], {}, None)])
    score = await Score.get(citizen_id=row[0])
    assert (score.parts, score.coming) == ({}, None)


async def _in_one_transaction(*rows: tuple[object, ...]) -> None:
    async with transaction():
        for row in rows:
            await insert_rows(Citizen, COLUMNS, [row])
