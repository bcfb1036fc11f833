"""公示: who stands in it, from when until when, and the sheet for the boards of villages."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, Forbidden, NotFound
from backend.honours import notice
from backend.nominations import consents
from backend.nominations.models import Nominee
from backend.staff.models import AuditEvent
from tests import factories
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, VAULT
from tests.honours.judging_season import a_nominee
from tests.open_seasons import a_notice, chosen, moderator, moderator_elsewhere
from tests.reviewers import reviewer

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小芳, who was chosen somewhere below."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of(COUSIN)


async def read(season: Season) -> list[str]:
    return [each.name for each in (await notice.public_notice(VAULT, season.id)).people]


async def test_only_who_was_chosen_and_agrees_to_it(citizen: Citizen) -> None:
    season, other = await a_notice(), await a_notice()
    await chosen(season, "石大山")
    await chosen(season, "石小山", consents=("endorse", "credit_check"))
    await a_nominee(season, "石中山")
    for state in ("passed_over", "removed", "stepped_down"):
        left = await chosen(season, "石走山")
        await Nominee.filter(id=left.id).update(state=state)
    erased = await chosen(season, "石无山")
    await Nominee.filter(id=erased.id).update(about_hidden=None)
    await chosen(other, "石远山")
    assert await read(season) == ["石大山"]


async def test_what_it_says_of_everybody_is_short_and_tells_nothing_that_she_did_not_agree_to(citizen: Citizen) -> None:
    season = await a_notice()
    nominee = await chosen(season, story="一" * 300)
    await chosen(season, "石小山", story="二" * 200)
    found = await notice.public_notice(VAULT, season.id)
    first, second = found.people
    assert (first.nominee_id, first.name, first.unit, first.township) == (
        nominee.id,
        "石大山",
        "下汤镇十亩地村",
        "下汤镇",
    )
    assert (len(first.story), first.story[-1]) == (200, "…")
    assert second.story == "二" * 200
    assert "13800000009" not in repr(found.people), "how to reach her is nobody's business"
    assert (found.award_name, found.first, found.last) == ("道德模范", season.notice_from, season.notice_until)
    assert found.office is not None
    assert found.office.phone


async def test_from_the_first_day_to_the_last_at_midnight(citizen: Citizen, clock_at: ClockAt) -> None:
    season = await a_notice(notice_from=date(2026, 11, 30), notice_until=date(2026, 12, 7))
    await chosen(season)
    for moment, open_now in (
        ("2026-11-29 23:59", False),
        ("2026-11-30 00:00", True),
        ("2026-12-07 23:59", True),
        ("2026-12-08 00:00", False),
    ):
        with clock_at(moment):
            if open_now:
                assert await read(season) == ["石大山"]
            else:
                with pytest.raises(NotFound):
                    await read(season)


@pytest.mark.parametrize("change", [{"decided_at": None}, {"state": "cancelled"}, {"announced_at": clock.now()}])
async def test_what_is_not_decided_or_is_over_hangs_nowhere(citizen: Citizen, change: dict[str, object]) -> None:
    season = await a_notice()
    await chosen(season)
    await Season.filter(id=season.id).update(**change)
    with pytest.raises(NotFound) as refused:
        await read(season)
    assert refused.value.code == "no_notice_now"
    await Season.filter(id=season.id).update(state="draft")
    with pytest.raises(NotFound) as refused:
        await read(season)
    assert refused.value.code == "season_not_found"


async def test_she_takes_her_yes_back_and_is_gone(citizen: Citizen) -> None:
    season = await a_notice()
    nominee = await chosen(season, citizen=citizen)
    await chosen(season, "石小山")
    await consents.change(citizen, nominee.id, "publication", False)
    assert await read(season) == ["石小山"]


async def test_the_sheet_is_drawn_up_by_who_runs_the_season_and_whoever_stands_in_it_learns_of_it(
    citizen: Citizen,
) -> None:
    season = await a_notice()
    await chosen(season, citizen=citizen)
    await chosen(season, "石小山")
    with pytest.raises(Forbidden):
        await notice.sheet(VAULT, await reviewer(), season.id)
    with pytest.raises(NotFound):
        await notice.sheet(VAULT, await moderator_elsewhere(), season.id)
    assert await AccessLog.all().count() == await AuditEvent.all().count() == 0
    found = await notice.sheet(VAULT, await moderator(), season.id)
    assert [each.name for each in found.people] == ["石大山", "石小山"]
    look = await AccessLog.get()
    assert (look.citizen_id, look.about) == (citizen.id, f"season:{season.id}")
    event = await AuditEvent.get()
    assert (event.action, event.about, event.detail) == ("season.notice", f"season:{season.id}", {"people": "2"})


async def test_it_is_printed_before_it_hangs_and_not_before_the_decision_nor_afterwards(citizen: Citizen) -> None:
    season = await a_notice(notice_from=clock.today() + timedelta(days=3))
    await chosen(season)
    staff = await moderator()
    assert len((await notice.sheet(VAULT, staff, season.id)).people) == 1
    await Season.filter(id=season.id).update(decided_at=None)
    with pytest.raises(Conflict):
        await notice.sheet(VAULT, staff, season.id)
    over = await a_notice(notice_until=clock.today() - timedelta(days=1))
    with pytest.raises(Conflict):
        await notice.sheet(VAULT, staff, over.id)
