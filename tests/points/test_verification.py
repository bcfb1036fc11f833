"""A ledger that was altered by hand names the place."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tortoise.connection import get_connection
from tortoise.expressions import F

from backend.points.models import Enrolment, PointEntry, Score
from backend.points.verification import Misfit, verify_ledger
from tests.points.stories import Facts, Life, a_fact, a_life, a_rule

OTHER = "0" * 64

# What is read is compared in Python: the kind of database makes no difference here.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def life(facts: Facts) -> Life:
    """A citizen with four entries in two domains, between two neighbours with one each."""
    before = await a_life(facts)
    life = await a_life(facts)
    after = await a_life(facts)
    for each in (before, life, after):
        await each.happens(a_fact("record:1"))
    await life.happens(a_fact("record:2", a_rule(20, item_code="PRO-001", domain="产品质量")))
    await life.happens(a_fact("record:3", a_rule(-40)), a_fact("record:4"))
    return life


async def misfits(life: Life) -> list[tuple[int | None, str]]:
    """Where her ledger does not fit; nobody else's may be named."""
    verified = await verify_ledger()
    mine = await Enrolment.filter(citizen_id=life.citizen.id).values_list("id", flat=True)
    assert {each.enrolment_id for each in verified.misfits} <= set(mine)
    return [(each.sequence, each.fault) for each in verified.misfits]


async def third(life: Life) -> PointEntry:
    return (await life.entries())[2]


async def test_an_untouched_ledger_fits_and_is_counted(life: Life) -> None:
    verified = await verify_ledger()
    assert (verified.enrolments, verified.entries, verified.misfits) == (3, 6, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("points", -39),
        ("points", 0),
        ("kind", "lapsed"),
        ("why", "{}"),
        ("fact", "record:9"),
        ("source", "record:9:1"),
        ("source", "record:3:2"),
        ("hash", OTHER),
        ("previous_hash", OTHER),
    ],
)
async def test_a_changed_entry_is_named(life: Life, column: str, value: Any) -> None:
    entry = await third(life)
    assert getattr(entry, column) != value
    await PointEntry.filter(id=entry.id).update(**{column: value})
    ((sequence, fault),) = await misfits(life)
    assert sequence == 3, fault


async def test_another_id_is_named(life: Life) -> None:
    entry = await third(life)
    change = "UPDATE point_entry SET id = $1 WHERE id = $2"
    await get_connection("default").execute_query(change, [str(uuid4()), str(entry.id)])
    assert await misfits(life) == [(3, "its content was changed")]


async def test_a_moved_moment_is_named(life: Life) -> None:
    entry = await third(life)
    await PointEntry.filter(id=entry.id).update(posted_at=entry.posted_at - timedelta(microseconds=1))
    assert [sequence for sequence, _ in await misfits(life)] == [3]


async def test_a_why_with_one_letter_changed_is_named(life: Life) -> None:
    entry = await third(life)
    await PointEntry.filter(id=entry.id).update(why=entry.why.replace("示范事项", "示范事顶"))
    assert await misfits(life) == [(3, "its content was changed")]


async def test_an_entry_moved_to_another_place_is_named(life: Life) -> None:
    await PointEntry.filter(id=(await third(life)).id).update(sequence=9)
    assert await misfits(life) == [(4, "an entry before this one is missing")]


async def test_an_entry_moved_to_the_neighbour_is_named_in_both(life: Life, facts: Facts) -> None:
    entry = (await life.entries())[3]
    (neighbour, *_) = await Enrolment.exclude(citizen_id=life.citizen.id).order_by("id")
    await PointEntry.filter(id=entry.id).update(enrolment_id=neighbour.id, sequence=2)
    found = {each.enrolment_id: each.sequence for each in (await verify_ledger()).misfits}
    assert found == {entry.enrolment_id: 4, neighbour.id: 2}


async def test_an_entry_dropped_in_the_middle_is_named(life: Life) -> None:
    await PointEntry.filter(id=(await third(life)).id).delete()
    assert await misfits(life) == [(4, "an entry before this one is missing")]


async def test_a_gap_that_was_closed_again_is_named(life: Life) -> None:
    await PointEntry.filter(id=(await third(life)).id).delete()
    await PointEntry.filter(enrolment_id=(await life.score()).enrolment_id, sequence=4).update(sequence=3)
    assert await misfits(life) == [(3, "it does not follow the entry before it")]


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_entries_dropped_at_the_end_are_missed(life: Life, count: int) -> None:
    for entry in (await life.entries())[-count:]:
        await PointEntry.filter(id=entry.id).delete()
    assert await misfits(life) == [(5 - count, "entries are missing at the end")]


async def test_an_inserted_entry_is_named(life: Life) -> None:
    last = (await life.entries())[-1]
    forged = dict(last) | {"id": uuid4(), "sequence": 5, "source": "record:5:1", "fact": "record:5", "points": 100}
    await PointEntry.create(**forged)
    assert [sequence for sequence, _ in await misfits(life)] == [5]


async def test_two_swapped_entries_are_named(life: Life) -> None:
    second, other = (await life.entries())[1:3]
    for entry, place in ((second, 99), (other, 2), (second, 3)):
        await PointEntry.filter(id=entry.id).update(sequence=place)
    assert await misfits(life) == [(2, "it does not follow the entry before it")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"points": F("points") + 1}, "the score is not the sum of its entries"),
        ({"base": F("base") + 1}, "the score's base was changed"),
        ({"base": F("base") + 500, "points": F("points") + 500}, "the score's base was changed"),
        ({"parts": {"志愿服务": -30}}, "the parts are not those of its entries"),
        ({"parts": {}}, "the parts are not those of its entries"),
        ({"parts": {"志愿服务": 20, "产品质量": -30}}, "the parts are not those of its entries"),
        ({"parts": {"志愿服务": -30, "产品质量": 20, "税收缴纳": 0}}, "the parts are not those of its entries"),
    ],
)
async def test_a_changed_score_is_named(life: Life, change: dict[str, Any], fault: str) -> None:
    await Score.filter(citizen_id=life.citizen.id).update(**change)
    assert [each[1] for each in await misfits(life)] == [fault]


@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ({"entry_count": 3}, (5, "entries are missing at the end")),
        ({"entry_count": 5}, (5, "entries are missing at the end")),
        ({"head": OTHER}, (None, "the score does not end where its entries do")),
    ],
)
async def test_a_score_that_points_elsewhere_is_named(
    life: Life, change: dict[str, Any], misfit: tuple[int | None, str]
) -> None:
    await Score.filter(citizen_id=life.citizen.id).update(**change)
    assert await misfits(life) == [misfit]


@pytest.mark.parametrize("change", [{"base": 1100, "points": 1100}, {"head": OTHER}])
async def test_a_score_without_entries_that_was_changed_is_named(facts: Facts, change: dict[str, Any]) -> None:
    life = await a_life(facts)
    await Score.filter(citizen_id=life.citizen.id).update(**change)
    assert await misfits(life) == [(None, "the score's base was changed")]


async def test_a_missing_score_is_named(life: Life) -> None:
    await Score.filter(citizen_id=life.citizen.id).delete()
    assert await misfits(life) == [(None, "the score row is missing")]


async def test_two_citizens_who_changed_scores_are_both_named(life: Life) -> None:
    """Each chain is whole, but shows to the wrong person."""
    mine = await life.score()
    theirs = await Score.exclude(citizen_id=life.citizen.id).first()
    assert theirs is not None
    for citizen, enrolment in ((life.citizen.id, theirs.enrolment_id), (theirs.citizen_id, mine.enrolment_id)):
        rows = dict(theirs if enrolment == theirs.enrolment_id else mine)
        await Score.filter(enrolment_id=enrolment).delete()
        await Score.filter(citizen_id=citizen).delete()
        await Score.create(**rows | {"citizen_id": citizen})
    assert {each.fault for each in (await verify_ledger()).misfits} == {"the score is another citizen's"}
    assert len((await verify_ledger()).misfits) == 2


async def test_points_left_behind_after_leaving_are_named(life: Life) -> None:
    kept = dict((await life.entries())[0])
    await life.leave()
    assert await misfits(life) == []
    await PointEntry.create(**kept)
    assert await misfits(life) == [(None, "points stand where the citizen has left")]


async def test_a_score_left_behind_after_leaving_is_named(life: Life) -> None:
    kept = dict(await life.score())
    await life.leave()
    await Score.create(**kept)
    assert await misfits(life) == [(None, "points stand where the citizen has left")]


async def test_every_altered_ledger_is_named_though_there_are_several_pages(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.points.verification._PAGE", 2)
    await PointEntry.filter(sequence=1).update(points=6)
    verified = await verify_ledger()
    assert (verified.enrolments, verified.entries) == (3, 6)
    assert [each.sequence for each in verified.misfits] == [1, 1, 1]


async def test_a_misfit_says_nothing_about_the_person(life: Life) -> None:
    await Score.filter(citizen_id=life.citizen.id).update(points=0)
    (misfit,) = (await verify_ledger()).misfits
    assert misfit == Misfit((await life.score()).enrolment_id, None, "the score is not the sum of its entries")
    assert str(life.citizen.id) not in str(misfit)


@pytest.mark.parametrize(
    ("table", "column", "value", "misfit"),
    [
        ("point_entry", "posted_at", "xx", (3, "it cannot be read")),
        ("point_entry", "points", "many", (3, "its content was changed")),
        ("score", "parts", "x", (None, "it cannot be read")),
        ("score", "parts", "[" * 100_000, (None, "it cannot be read")),
        ("score", "base", "y", (None, "the score's base was changed")),
    ],
)
async def test_what_cannot_be_read_is_named_and_the_others_are_still_checked(
    life: Life, table: str, column: str, value: str, misfit: tuple[int | None, str]
) -> None:
    where = "enrolment_id = $2" + (" AND sequence = 3" if table == "point_entry" else "")
    change = f"UPDATE {table} SET {column} = $1 WHERE {where}"  # noqa: S608 (our own names)
    await get_connection("default").execute_query(change, [value, str((await life.score()).enrolment_id)])
    assert await misfits(life) == [misfit]
    await PointEntry.exclude(enrolment_id=(await Enrolment.get(citizen_id=life.citizen.id)).id).update(points=6)
    assert len((await verify_ledger()).misfits) == 3
