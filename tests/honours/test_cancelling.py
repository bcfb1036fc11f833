"""A season that is stopped: everybody on the road is told, the reason is public, and the data goes in thirty days."""

import asyncio
from datetime import date

import pytest

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.honours.cancelling import cancel
from backend.nominations.models import Nomination, Nominee
from backend.notifications.inbox import notices_of
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, Person, bound_citizen
from tests.on_sqlite import pytest_generate_tests
from tests.running_app import both_databases
from tests.season_factories import a_draft, a_season, moderator, staff_user

__all__ = ["pytest_generate_tests"]
WHY = "今年的经费没有落实，明年再办。"
GOES = date(2026, 12, 23)


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning, 2026-11-23, at the county's desks."""


async def nominator(season: Season, person: Person, state: str) -> tuple[Citizen, Nomination]:
    _, citizen = await bound_citizen(person)
    now, number = clock.now(), f"2026-{person.phone[-6:]}"
    about = {"season_id": season.id, "state": state, "created_at": now, "changed_at": now}
    return citizen, await Nomination.create(number=number, citizen_id=citizen.id, **about)


async def nominee(season: Season, state: str, person: Person | None = None, erase_on: date | None = None) -> Nominee:
    citizen = (await bound_citizen(person))[1] if person else None
    about = {"state": state, "township": "下汤镇", "created_at": clock.now(), "changed_at": clock.now()}
    return await Nominee.create(season_id=season.id, citizen=citizen, erase_on=erase_on, **about)


async def told(citizen: Citizen) -> list[Notice]:
    return list(await notices_of(citizen, before=None, limit=9))


async def test_nobody_but_the_owners_moderator_stops_it() -> None:
    season = await a_season()
    with pytest.raises(Forbidden):
        await cancel(await staff_user("wmb-judge", ["judge"]), season.id, WHY, season.version)
    with pytest.raises(NotFound):
        await cancel(await moderator("xcb-moderator", "XCB"), season.id, WHY, season.version)
    with pytest.raises(Invalid) as refused:
        await cancel(await moderator(), season.id, "不办了", season.version)
    assert [each.field for each in refused.value.fields] == ["words"]
    assert (await Season.get()).state == "published"


async def test_the_reason_is_public_and_nothing_goes_on() -> None:
    season = await a_season()
    stopped = await cancel(await moderator(), season.id, WHY, season.version)
    assert (stopped.state, stopped.cancelled_words, seasons.phase(stopped)) == ("cancelled", WHY, "cancelled")
    assert [each.id for each in await seasons.public_list()] == [season.id]
    with pytest.raises(Conflict) as refused:
        seasons.require_phase(stopped, "nominating")
    assert "已停止" in refused.value.detail
    with pytest.raises(Conflict) as refused:
        await cancel(await moderator(), season.id, WHY, stopped.version)
    assert refused.value.code == "season_not_published"


async def test_who_nominated_and_who_was_asked_are_told_of_their_own_and_no_more() -> None:
    season = await a_season()
    hers, nomination = await nominator(season, CITIZEN, "accepted")
    row = await nominee(season, "agreed", NEIGHBOUR)
    waiting = await nominee(season, "gathered", COUSIN)
    await cancel(await moderator(), season.id, WHY, season.version)
    (notice,) = await told(hers)
    assert (notice.kind, notice.about) == ("season_cancelled", f"nomination:{nomination.id}")
    assert nomination.number in notice.body
    assert "县文明办" in notice.body
    (notice,) = await told(await Citizen.get(id=row.citizen_id))
    assert notice.about == f"nominee:{row.id}"
    assert nomination.number not in notice.body
    assert await told(await Citizen.get(id=waiting.citizen_id)) == [], "nobody had told her that she was named"


async def test_what_was_over_before_is_not_told_again() -> None:
    season = await a_season()
    for person, state in ((CITIZEN, "draft"), (NEIGHBOUR, "refused"), (COUSIN, "withdrawn")):
        await nominator(season, person, state)
    for state in ("declined", "stepped_down", "unreachable", "removed"):
        await nominee(season, state)
    await cancel(await moderator(), season.id, WHY, season.version)
    assert await Notice.all().count() == 0


async def test_everything_of_the_season_goes_in_thirty_days_and_nothing_stays_longer_than_before() -> None:
    season, other = await a_season(), await a_season(name="另一届")
    soon = date(2026, 12, 1)
    await nominator(season, CITIZEN, "waiting")
    for erase_on in (None, soon, date(2027, 6, 1)):
        await nominee(season, "declined", erase_on=erase_on)
    kept = await nominee(other, "agreed")
    await cancel(await moderator(), season.id, WHY, season.version)
    assert (await Nomination.get()).erase_on == GOES
    days = await Nominee.filter(season_id=season.id).order_by("erase_on").values_list("erase_on", flat=True)
    assert days == [soon, GOES, GOES]
    assert (await Nominee.get(id=kept.id)).erase_on is None


async def test_a_draft_is_discarded_and_an_announced_one_stands() -> None:
    draft, done = await a_draft(), await a_season(name="办完的")
    await Season.filter(id=done.id).update(announced_at=clock.now())
    for season, code in ((draft, "season_not_published"), (done, "season_announced")):
        with pytest.raises(Conflict) as refused:
            await cancel(await moderator(), season.id, WHY, season.version)
        assert refused.value.code == code


@both_databases
async def test_stopped_twice_at_once_everybody_is_told_once() -> None:
    season, staff = await a_season(), await moderator()
    hers, _ = await nominator(season, CITIZEN, "waiting")

    async def tried() -> str:
        try:
            await cancel(staff, season.id, WHY, season.version)
        except DomainError as error:
            return error.code
        return "done"

    assert sorted(await asyncio.gather(*(tried() for _ in range(4)))) == ["done", *["season_not_published"] * 3]
    assert len(await told(hers)) == 1
    assert await AuditEvent.filter(action="season.cancel").count() == 1
