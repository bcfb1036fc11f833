"""Nightly settling: what time has changed is posted for everybody, once, and shows nothing that a look would not."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from time import monotonic
from uuid import UUID

import pytest

from backend import clock
from backend.points.ledger import Ledger
from backend.points.models import PointEntry
from backend.points.rules import Fact
from backend.points.score import score_of
from backend.points.settling import settle_due
from backend.points.verification import verify_ledger
from tests.connections import open_all
from tests.points.stories import BASE, Facts, Life, a_fact, a_life, a_rule

LAPSES = date(2026, 12, 1)
LATER = date(2027, 3, 1)


async def people(facts: Facts, count: int) -> list[Life]:
    """So many citizens with a reward that lapses, another that lapses later, and a deduction still to come."""
    lives = [await a_life(facts) for _ in range(count)]
    for life in lives:
        await life.happens(
            a_fact("record:1", lapses_on=LAPSES),
            a_fact("record:2", lapses_on=LATER),
            a_fact("record:3", a_rule(-40), counts_from=date(2026, 12, 8)),
        )
    return lives


async def test_a_lapse_is_posted_on_its_day_and_not_before(facts: Facts) -> None:
    (life,) = await people(facts, 1)
    with clock.pinned(clock.start_of(date(2026, 11, 30))):
        assert await settle_due(life.ledger) == 0
    with clock.pinned(clock.start_of(LAPSES)):
        assert await settle_due(life.ledger) == 1
        assert await settle_due(life.ledger) == 0, "a second time in the night"
    score = await life.score()
    assert (score.points, score.next_change_on) == (BASE + 5, date(2026, 12, 8))
    assert [each.kind for each in await life.entries()] == ["counted", "counted", "lapsed"]


async def test_after_a_long_downtime_one_night_catches_up(facts: Facts) -> None:
    lives = await people(facts, 3)
    with clock.pinned(clock.start_of(date(2027, 6, 1))):
        assert await settle_due(lives[0].ledger) == 3
    for life in lives:
        assert ((await life.score()).points, (await life.score()).next_change_on) == (BASE - 40, date(2099, 1, 1))
    assert (await verify_ledger()).misfits == []


async def test_who_is_settled_at_night_and_who_looks_first_see_the_same(facts: Facts) -> None:
    nightly, looks = await people(facts, 2)
    for day in (LAPSES, date(2026, 12, 8), LATER):
        with clock.pinned(clock.start_of(day)):
            await score_of(looks.ledger, looks.citizen)
            assert await settle_due(nightly.ledger) == 1
            seen = [await score_of(each.ledger, each.citizen) for each in (nightly, looks)]
        assert len({(each.points, str(each.parts), each.next_change_on) for each in seen}) == 1


async def test_several_workers_at_once_post_each_lapse_once(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.points.settling._PAGE", 2)
    lives = await people(facts, 7)
    await open_all()
    with clock.pinned(clock.start_of(LAPSES)):
        met = await asyncio.gather(*(settle_due(lives[0].ledger) for _ in range(4)))
    assert sum(met) == len(lives)
    assert await PointEntry.filter(kind="lapsed").count() == len(lives)
    assert (await verify_ledger()).misfits == []


async def test_settling_while_they_look_leave_and_get_new_facts(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.points.settling._PAGE", 3)
    lives = await people(facts, 6)
    await open_all()
    with clock.pinned(clock.start_of(LAPSES)):
        await asyncio.gather(
            settle_due(lives[0].ledger),
            lives[1].leave(),
            *(score_of(each.ledger, each.citizen) for each in lives[2:4]),
            *(each.happens(a_fact("record:9")) for each in lives[4:]),
            settle_due(lives[0].ledger),
        )
        points = [(await each.score()).points for each in lives if each is not lives[1]]
    assert points == [BASE + 5, BASE + 5, BASE + 5, BASE + 10, BASE + 10]
    assert await PointEntry.filter(kind="lapsed").count() == 5
    assert (await verify_ledger()).misfits == []


async def test_who_left_and_who_is_paused_rest(facts: Facts) -> None:
    gone, paused = await people(facts, 2)
    await gone.leave()
    before = dict(await paused.score())
    with clock.pinned(clock.start_of(date(2027, 12, 1))):
        assert await settle_due(paused.ledger) == 0
    assert dict(await paused.score()) == before


async def test_it_stops_when_its_time_is_up_and_goes_on_the_next_time(facts: Facts) -> None:
    lives = await people(facts, 3)
    with clock.pinned(clock.start_of(LAPSES)):
        assert await settle_due(lives[0].ledger, until=monotonic() - 1) == 0
        assert await settle_due(lives[0].ledger, until=monotonic() + 60) == 3


async def test_a_page_that_fails_keeps_nobody_else_waiting(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("backend.points.settling._PAGE", 1)
    lives = await people(facts, 3)
    broken = lives[1].citizen.id

    async def with_one_that_cannot_be_read(citizen_ids: Sequence[UUID]) -> Mapping[UUID, list[Fact]]:
        if broken in citizen_ids:
            raise ZeroDivisionError(str(broken))
        return await facts(citizen_ids)

    with clock.pinned(clock.start_of(LAPSES)):
        assert await settle_due(Ledger([with_one_that_cannot_be_read])) == 2
        assert [len(await each.entries()) for each in lives] == [3, 2, 3]
        assert "ZeroDivisionError" in caplog.text
        assert str(broken) not in caplog.text
        assert await settle_due(Ledger([facts])) == 1
