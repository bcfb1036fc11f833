"""Posting: what the facts say becomes entries, once, and the score moves with them."""

import ast
import asyncio
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from backend import clock
from backend.database import transaction
from backend.points.chain import first_hash
from backend.points.ledger import Ledger, lock_citizens
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.score import why_of
from backend.points.verification import verify_ledger
from tests.charter_sources import our_code
from tests.connections import open_all
from tests.points.stories import BASE, Facts, a_fact, a_life, a_rule
from tests.test_architecture import name, tree


async def test_a_fact_becomes_one_entry_that_explains_itself(facts: Facts) -> None:
    life = await a_life(facts)
    assert await life.happens(a_fact("record:1")) == 1

    (entry,) = await life.entries()
    assert (entry.sequence, entry.fact, entry.source) == (1, "record:1", "record:1:1")
    assert (entry.kind, entry.points, entry.posted_at) == ("counted", 5, clock.now())
    assert why_of(entry) == a_fact("record:1").why
    score = await life.score()
    assert entry.previous_hash == first_hash(score.enrolment_id, BASE)
    assert (score.points, score.parts, score.entry_count, score.head) == (BASE + 5, {"志愿服务": 5}, 1, entry.hash)


async def test_folding_again_posts_nothing_and_changes_nothing(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"), a_fact("record:2"))
    before = dict(await life.score())
    assert [await life.happens() for _ in range(3)] == [0, 0, 0]
    assert dict(await life.score()) == before
    assert len(await life.entries()) == 2


async def test_a_changed_fact_posts_the_difference(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    await life.happens(a_fact("record:1", a_rule(12), document="鲁文〔2026〕2号"))
    first, second = await life.entries()
    assert (second.source, second.kind, second.points) == ("record:1:2", "changed", 7)
    assert (why_of(first).document_number, why_of(second).document_number) == ("鲁文〔2026〕1号", "鲁文〔2026〕2号")


async def test_a_withdrawn_fact_gives_its_points_back_and_says_what_it_was(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1", a_rule(-40)))
    await life.happens(withdrawn=["record:1"])
    first, second = await life.entries()
    assert (second.source, second.kind, second.points) == ("record:1:2", "withdrawn", 40)
    assert why_of(second) == why_of(first)
    assert (await life.score()).points == BASE
    assert (await life.score()).parts == {}


async def test_a_fact_that_comes_back_counts_again(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    await life.happens(withdrawn=["record:1"])
    await life.happens(a_fact("record:1"))
    assert [(each.source, each.kind, each.points) for each in await life.entries()] == [
        ("record:1:1", "counted", 5),
        ("record:1:2", "withdrawn", -5),
        ("record:1:3", "changed", 5),
    ]


async def test_an_earlier_fact_found_later_takes_the_caps_place(facts: Facts) -> None:
    """Points are the same whatever the order in which departments file."""
    rule = a_rule(times_per_year=1)
    life = await a_life(facts)
    await life.happens(a_fact("record:late", rule, on=date(2026, 5, 1)))
    await life.happens(a_fact("record:early", rule, on=date(2026, 4, 1)))
    assert [(each.fact, each.points) for each in await life.entries()] == [
        ("record:late", 5),
        ("record:early", 5),
        ("record:late", -5),
    ]
    assert why_of((await life.entries())[2]).cut_by == "times_per_year"
    assert (await life.score()).points == BASE + 5


async def test_a_lapse_is_an_entry_of_its_own(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1", lapses_on=date(2026, 12, 1)))
    assert (await life.score()).next_change_on == date(2026, 12, 1)
    with clock.pinned(datetime(2026, 12, 1, tzinfo=clock.SHANGHAI)):
        await life.happens()
    assert [(each.kind, each.points) for each in await life.entries()] == [("counted", 5), ("lapsed", -5)]
    assert (await life.score()).next_change_on is None


async def test_who_is_not_enrolled_gets_no_points(facts: Facts) -> None:
    life = await a_life(facts, enrolled=False)
    assert await life.happens(a_fact("record:1")) == 0
    assert await Score.all().count() == await PointEntry.all().count() == 0


async def test_whose_yes_ran_out_gets_none_until_it_is_renewed(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    (standing,) = await Enrolment.all()
    await Enrolment.filter(id=standing.id).update(expires_on=clock.today())
    assert await life.happens(a_fact("record:2")) == 0
    await Enrolment.filter(id=standing.id).update(expires_on=clock.today() + timedelta(days=1))
    assert await life.happens() == 1
    assert (await life.score()).points == BASE + 10
    assert (await verify_ledger()).misfits == []


async def test_nobody_at_all_is_no_work(facts: Facts) -> None:
    assert await Ledger([facts]).refold([]) == 0
    async with transaction():
        assert await lock_citizens([]) == []


async def test_many_citizens_at_once_each_get_their_own(facts: Facts) -> None:
    lives = [await a_life(facts) for _ in range(5)]
    for number, life in enumerate(lives):
        life.facts["record:1"] = a_fact("record:1", a_rule(number))
    async with transaction():
        await lock_citizens([life.citizen.id for life in lives])
        posted = await lives[0].ledger.refold([life.citizen.id for life in lives])
    assert posted == 4, "nothing is posted for nothing"
    assert [(await life.score()).points for life in lives] == [BASE, BASE + 1, BASE + 2, BASE + 3, BASE + 4]
    assert (await verify_ledger()).misfits == []


async def test_several_sources_are_one_life(facts: Facts) -> None:
    evidence = Facts()
    life = await a_life(facts)
    life.ledger = Ledger([facts, evidence])
    evidence.of[life.citizen.id] = {"evidence:1": a_fact("evidence:1", a_rule(3))}
    assert await life.happens(a_fact("record:1")) == 2
    assert (await life.score()).points == BASE + 8


async def test_a_broken_deed_leaves_no_entry(facts: Facts) -> None:
    life = await a_life(facts)

    async def broken() -> None:
        async with transaction():
            await life.happens(a_fact("record:1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    life.facts.clear()
    assert await life.entries() == []
    assert (await life.score()).points == BASE


async def test_twenty_facts_at_once_make_one_chain(facts: Facts) -> None:
    life = await a_life(facts)
    await open_all()
    await asyncio.gather(*(life.happens(a_fact(f"record:{number}")) for number in range(20)))
    assert (await life.score()).points == BASE + 100
    assert len(await life.entries()) == 20
    assert (await verify_ledger()).misfits == []


async def test_the_database_itself_refuses_a_second_entry_of_one_source_or_place(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    (entry,) = await life.entries()
    copied = {field: getattr(entry, field) for field in ("enrolment_id", "fact", "kind", "points", "why", "hash")}
    copied |= {"posted_at": datetime(2026, 1, 1, tzinfo=UTC), "previous_hash": entry.hash}
    with pytest.raises(IntegrityError):
        await PointEntry.create(**copied, source="record:1:1", sequence=2)
    with pytest.raises(IntegrityError):
        await PointEntry.create(**copied, source="record:1:2", sequence=1)


async def test_a_living_ledger_is_no_misfit(facts: Facts) -> None:
    """The server posts, and citizens leave and come back, while the verifier reads scores and entries."""

    life = await a_life(facts)

    async def lives() -> None:
        for number in range(10):
            await life.happens(a_fact(f"record:{number + 10}"))
        await life.leave()
        await life.enrol()

    await open_all()
    living = asyncio.create_task(lives())
    looks = []
    while not living.done():
        looks.append((await verify_ledger()).misfits)
    await living
    assert len(looks) > 1
    assert [each for each in looks if each] == []


def test_no_code_changes_an_entry_or_deletes_a_record_and_only_leaving_erases_entries() -> None:
    entries = r"(PointEntry)\b.*\.(update|delete|bulk_update)"
    changing = re.compile(rf"^(?:{entries}|(CreditRecord)\b.*\.(delete))$", re.DOTALL)
    found = set()
    for path in our_code():
        for call in ast.walk(tree(path)):
            if isinstance(call, ast.Call) and (match := changing.match(ast.unparse(call.func))):
                found.add((name(path), match[1] or match[3], match[2] or match[4]))
            assert not (isinstance(call, ast.Call) and ast.unparse(call).startswith("update_rows(PointEntry"))
    assert found == {("backend/points/enrolment.py", "PointEntry", "delete")}
