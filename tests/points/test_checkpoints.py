"""Once a day a digest over where all chains stand: taken once, whole or not at all, and anybody can reckon it again."""

import asyncio
import hashlib
import json
from datetime import date, timedelta

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.demo.wechat_stand_in import StandIn
from backend.points.checkpoints import newest, take_checkpoint
from backend.points.models import Checkpoint, Enrolment
from backend.points.verification import verify_ledger
from backend.settings import Settings
from tests.connections import open_all
from tests.points.stories import Facts, a_fact, a_life
from tests.running_app import running_app

MONDAY = date(2026, 11, 23)


def digest(leaves: list[tuple[object, int, str]]) -> str:
    """As anybody would reckon it with the leaves at hand."""
    lines = "".join(f"{enrolment}:{count}:{head}\n" for enrolment, count, head in sorted(leaves, key=str))
    return hashlib.sha256(lines.encode()).hexdigest()


async def take(day: date) -> Checkpoint:
    """The checkpoint of a day, which must be taken now."""
    with clock.pinned(clock.start_of(day)):
        taken = await take_checkpoint()
    assert taken is not None
    return await Checkpoint.get(id=taken.id)


async def test_the_first_covers_every_chain_as_it_stands(facts: Facts) -> None:
    first, second = await a_life(facts), await a_life(facts)
    await first.happens(a_fact("record:1"), a_fact("record:2"))
    taken = await take(MONDAY)
    assert (taken.number, taken.day, taken.previous_hash) == (1, MONDAY, "")
    assert (taken.enrolments, taken.entries) == (2, 2)
    scores = [await first.score(), await second.score()]
    assert taken.heads_digest == digest([(each.enrolment_id, each.entry_count, each.head) for each in scores])
    said = json.dumps([1, "2026-11-23", 2, 2, taken.heads_digest], separators=(",", ":"))
    assert taken.hash == hashlib.sha256(said.encode()).hexdigest()
    assert (await verify_ledger()).misfits == []


async def test_the_next_follows_it_and_moves_only_what_moved(facts: Facts) -> None:
    moving, resting, leaving = [await a_life(facts) for _ in range(3)]
    await leaving.happens(a_fact("record:1"))
    kept = (await leaving.score()).head
    first = await take(MONDAY)
    await moving.happens(a_fact("record:1"))
    await leaving.happens(a_fact("record:2"))
    await leaving.leave()
    await (await a_life(facts)).leave()
    second = await take(MONDAY + timedelta(days=3))
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert (second.enrolments, second.entries) == (3, 2), "who came and left in between was in no checkpoint"
    scores = [await moving.score(), await resting.score()]
    left = await Enrolment.get(citizen_id=leaving.citizen.id)
    assert (left.checked_count, left.checked_head) == (1, kept), "who left keeps her last leaf"
    leaves = [(each.enrolment_id, each.entry_count, each.head) for each in scores]
    assert second.heads_digest == digest([*leaves, (left.id, 1, kept)])
    assert [each.number for each in await newest(before=None, limit=5)] == [2, 1]
    assert [each.number for each in await newest(before=2, limit=5)] == [1]
    assert (await verify_ledger()).misfits == []


async def test_one_a_day_however_often_it_is_asked_for_and_none_when_the_clock_goes_back(facts: Facts) -> None:
    await a_life(facts)
    await take(MONDAY)
    for day in (MONDAY, MONDAY - timedelta(days=1)):
        with clock.pinned(clock.start_of(day) + timedelta(hours=20)):
            assert await take_checkpoint() is None
    assert await Checkpoint.all().count() == 1


@pytest.mark.parametrize("lost", [1, 2])
async def test_none_is_taken_over_a_lost_one(facts: Facts, lost: int, caplog: pytest.LogCaptureFixture) -> None:
    """It would begin again at its number, and nobody in here could tell."""
    life = await a_life(facts)
    for day in range(2):
        await life.happens(a_fact(f"record:{day}"))
        await take(MONDAY + timedelta(days=day))
    kept = [dict(each) for each in await Checkpoint.filter(number__gte=lost)]
    await Checkpoint.filter(number__gte=lost).delete()
    leaf = (await Enrolment.get(citizen_id=life.citizen.id)).checked_head
    with clock.pinned(clock.start_of(MONDAY + timedelta(days=2))):
        assert await take_checkpoint() is None
    assert [each.levelname for each in caplog.records if "no checkpoint was taken" in each.message] == ["ERROR"]
    assert await Checkpoint.all().count() == lost - 1
    assert (await Enrolment.get(citizen_id=life.citizen.id)).checked_head == leaf
    assert len((await verify_ledger()).misfits) == 1
    for row in kept:
        await Checkpoint.create(**row)
    assert (await take(MONDAY + timedelta(days=2))).number == 3


async def test_of_several_workers_at_once_one_takes_it(facts: Facts) -> None:
    life = await a_life(facts)
    await open_all()
    for day in range(3):
        await life.happens(a_fact(f"record:{day}"))
        with clock.pinned(clock.start_of(MONDAY + timedelta(days=day))):
            taken = await asyncio.gather(*(take_checkpoint() for _ in range(5)))
        assert [each.number for each in taken if each] == [day + 1]
    assert await Checkpoint.all().count() == 3
    assert (await verify_ledger()).misfits == []


async def test_in_an_empty_county_there_is_one_too(facts: Facts) -> None:
    taken = await take(MONDAY)
    assert (taken.enrolments, taken.entries, taken.heads_digest) == (0, 0, hashlib.sha256().hexdigest())
    verified = await verify_ledger()
    assert (verified.misfits, verified.checkpoint) == ([], taken)


async def test_the_pages_in_which_it_is_read_make_no_difference(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    lives = [await a_life(facts) for _ in range(5)]
    monkeypatch.setattr("backend.points.checkpoints._PAGE", 2)
    taken = await take(MONDAY)
    scores = [await each.score() for each in lives]
    assert taken.heads_digest == digest([(each.enrolment_id, 0, each.head) for each in scores])
    for page in (1, 3, 5, 100):
        monkeypatch.setattr("backend.points.checkpoints._PAGE", page)
        assert (await verify_ledger()).misfits == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_one_that_ends_half_way_was_never_there(facts: Facts) -> None:
    life = await a_life(facts)
    trigger = "CREATE TRIGGER full AFTER UPDATE OF hash ON checkpoint BEGIN SELECT RAISE(ABORT, 'full'); END"
    await get_connection("default").execute_query(trigger)
    with pytest.raises(Exception, match="full"):
        await take_checkpoint()
    assert await Checkpoint.all().count() == 0
    assert (await Enrolment.get(citizen_id=life.citizen.id)).checked_head is None
    await get_connection("default").execute_query("DROP TRIGGER full")
    assert (await take(MONDAY)).number == 1


async def test_checkpoints_while_points_are_posted_and_people_come_and_go(facts: Facts) -> None:
    """Whatever a checkpoint met on its way, what it kept belongs to a chain that stood."""
    lives = [await a_life(facts) for _ in range(4)]

    async def live(place: int) -> None:
        for number in range(6):
            await lives[place].happens(a_fact(f"record:{number}"))
        if place % 2:
            await lives[place].leave()
            await lives[place].enrol()

    async def check() -> None:
        for day in range(8):
            with clock.pinned(clock.start_of(MONDAY + timedelta(days=day))):
                await take_checkpoint()
                assert (await verify_ledger()).misfits == []

    await open_all()
    await asyncio.gather(check(), *(live(place) for place in range(len(lives))))
    assert await Checkpoint.all().count() == 8
    assert (await verify_ledger()).misfits == []


async def test_a_checkpoint_says_nothing_about_any_person(facts: Facts, caplog: pytest.LogCaptureFixture) -> None:
    life = await a_life(facts)
    taken = await take(MONDAY)
    said = caplog.text + str(dict(taken))
    for private in (life.citizen.id, (await life.score()).enrolment_id, life.account.id):
        assert str(private) not in said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_page_before_the_first_shows_the_newest_and_what_is_not_covered_yet(
    settings: Settings, wechat_stand_in: StandIn
) -> None:
    async with running_app(settings, wechat_stand_in) as app:
        await take_checkpoint()
        for asked in ("0", "00", "1"):
            page = (await app.http.get("/checkpoints", params={"before": asked})).text
            assert "第 1 号" in page
            assert "还没有校验码" not in page
        assert "要等下一次才算进去" in page
