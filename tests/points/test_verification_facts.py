"""A ledger that fits itself, and not the facts: what only folding them anew can name."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.citizens.models import Consent
from backend.commands import proofs
from backend.database import close_database, open_database
from backend.points import lasting
from backend.points.chain import Link, link_hash
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.verification import Misfit, verify_ledger
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from tests.points.stories import Facts, Life, a_fact, a_life, a_rule, publish_levels

POINTS = "its points are not what the facts give"
COMING = "what comes next is not what the facts give"
UNSAID = "nobody said that she leaves, and her consent had not run out"
LAPSE = date(2027, 1, 1)


@pytest.fixture
async def life(facts: Facts) -> Life:
    """A citizen with a reward and a deduction that lapses, between two neighbours."""
    before, life, after = [await a_life(facts) for _ in range(3)]
    for each in (before, after):
        await each.happens(a_fact("record:1"))
    await life.happens(a_fact("record:2"), a_fact("record:3", a_rule(-40), lapses_on=LAPSE))
    assert await misfits(life) == []
    return life


async def misfits(life: Life) -> Sequence[Misfit]:
    """With the facts folded; without them nothing may be named."""
    assert (await verify_ledger()).misfits == []
    return (await verify_ledger(life.ledger)).misfits


async def faults(life: Life) -> list[str]:
    """Hers; nobody else's may be named."""
    found = await misfits(life)
    mine = set(await Enrolment.filter(citizen_id=life.citizen.id).values_list("id", flat=True))
    assert {each.enrolment_id for each in found} <= mine
    return [each.fault for each in found]


async def forge(life: Life, points: int) -> None:
    """An entry of nothing at the end, with a hash that fits, and a score that fits it."""
    score, last = await life.score(), (await life.entries())[-1]
    said: dict[str, Any] = {name: getattr(last, name) for name in Link.__struct_fields__}
    said |= {"id": uuid4(), "sequence": score.entry_count + 1, "source": "record:FORGED:1", "points": points}
    head = link_hash(score.head, Link(**said))
    await PointEntry.create(fact="record:FORGED", previous_hash=score.head, hash=head, **said)
    await Score.filter(citizen_id=life.citizen.id).update(
        points=score.points + points,
        parts={"志愿服务": score.points + points - score.base},
        entry_count=said["sequence"],
        head=head,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"next_change_on": date(2099, 1, 1)},
        {"next_change_on": date(2026, 1, 5)},
        {"next_change_on": None},
        {"coming": []},
        {"next_change_on": None, "coming": []},
    ],
)
async def test_a_lapse_that_was_put_off_is_named(life: Life, change: dict[str, Any]) -> None:
    await Score.filter(citizen_id=life.citizen.id).update(**change)
    assert len(await faults(life)) == 1


async def test_an_entry_forged_after_the_last_checkpoint_is_named(life: Life) -> None:
    await forge(life, 500)
    assert await faults(life) == [POINTS]


async def test_a_record_that_was_dropped_behind_the_ledgers_back_is_named(life: Life) -> None:
    life.facts.pop("record:2")
    assert await faults(life) == [POINTS]


async def test_a_chain_that_was_given_to_another_is_named(life: Life, facts: Facts) -> None:
    other = await a_life(facts, enrolled=False)
    for table in ("score", "enrolment"):
        change = f"UPDATE {table} SET citizen_id = $1 WHERE citizen_id = $2"  # noqa: S608 (our own names)
        await get_connection("default").execute_query(change, [str(other.citizen.id), str(life.citizen.id)])
    assert len(await misfits(life)) == 1


async def test_what_has_come_due_and_waits_to_be_settled_fits(life: Life) -> None:
    with clock.pinned(clock.start_of(LAPSE) + timedelta(days=3)):
        assert await faults(life) == []
        assert await life.happens() == 1
        assert await faults(life) == []


async def test_a_leaving_that_nobody_said_is_named(life: Life) -> None:
    score = await life.score()
    await PointEntry.filter(enrolment_id=score.enrolment_id).delete()
    await Score.filter(citizen_id=life.citizen.id).delete()
    left = {"left_at": clock.now(), "left_count": score.entry_count, "left_head": score.head}
    await Enrolment.filter(id=score.enrolment_id).update(**left)
    assert await faults(life) == [UNSAID]


@pytest.mark.parametrize("days", [-400, -1, 1, 4000])
async def test_an_end_that_was_moved_is_named(life: Life, days: int) -> None:
    enrolment = await Enrolment.get(citizen_id=life.citizen.id)
    moved = enrolment.expires_on + timedelta(days=days)
    await Enrolment.filter(id=enrolment.id).update(expires_on=moved)
    assert await faults(life) == ["no consent lasts until the day on which it ends"]


async def test_a_yes_that_is_gone_is_named(life: Life) -> None:
    await Consent.filter(account_id=life.account.id).delete()
    assert len(await faults(life)) == 1


async def test_who_left_came_back_renewed_or_ran_out_fits(life: Life) -> None:
    await life.leave()
    assert await faults(life) == []
    await life.enrol()
    assert await faults(life) == []
    ends = (await Enrolment.get(citizen_id=life.citizen.id, left_at=None)).expires_on
    with clock.pinned(clock.start_of(ends - timedelta(days=3))):
        await life.enrol()
        assert await faults(life) == []
    with clock.pinned(clock.start_of(ends + timedelta(days=370))):
        assert await faults(life) == [], "paused, it rests"
    for days in (470, 560):  # told of it late, and ninety days after that
        with clock.pinned(clock.start_of(ends + timedelta(days=days))):
            await lasting.follow_ends()
            assert await faults(life) == []
    assert await Score.all().count() == 0


async def test_proving_writes_nothing(life: Life) -> None:
    await forge(life, 7)
    before = [dict(each) for each in await Score.all().order_by("citizen_id")]
    await misfits(life)
    assert [dict(each) for each in await Score.all().order_by("citizen_id")] == before
    assert await PointEntry.all().count() == 5


def test_the_command_folds_the_facts_when_it_is_asked_to(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    named: list[UUID] = []

    async def live() -> None:
        await open_database(settings, MODEL_MODULES)
        try:
            life = await a_life(Facts(), enrolled=False)
            await publish_levels()
            await life.enrol()
            await life.happens(a_fact("record:1"))  # made up: no department filed it
            named.append((await life.score()).enrolment_id)
        finally:
            await close_database()

    asyncio.run(live())
    assert proofs.ledger(settings, Namespace(facts=False)) == 0
    assert proofs.ledger(settings, Namespace(facts=True)) == 1
    assert f"enrolment {named[0]}, score: {POINTS}" in capsys.readouterr().out
