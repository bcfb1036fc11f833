"""The credit check: only of who agreed, logged before, and of the records nothing but passed or not is kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.honours.judged_nominee import credit_word
from backend.nominations import consents, credit_check
from backend.nominations.models import Nominee
from backend.records.models import CreditRecord
from tests import factories, season_factories
from tests.evidence_factories import citizen_of
from tests.factories import NEIGHBOUR
from tests.nomination_factories import a_person
from tests.nominee_factories import UNKNOWN, a_season, agreed, asked, moderator, refused

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await a_season()


async def passed(nominee: Nominee) -> bool | None:
    return (await Nominee.get(id=nominee.id)).credit_passed


async def punished(clock_at: ClockAt, **cells: Any) -> CreditRecord:
    """A penalty of 鲁小红 that she was told of in September: her days to object are over."""
    with clock_at("2026-09-01 09:00"):
        await citizen_of(NEIGHBOUR)
        return await factories.penalty(NEIGHBOUR, **cells)


async def test_who_has_no_negative_record_passes_and_reads_of_the_look(season: Season) -> None:
    citizen, nominee = await agreed(season)
    await factories.file_record(NEIGHBOUR)
    counts = await credit_check.start(await moderator(), season.id)
    assert counts == credit_check.Counts(checked=1, not_authorised=0, not_known=0)
    assert await passed(nominee) is True
    look = await AccessLog.get(citizen_id=citizen.id, purpose="credit_check")
    assert look.about == f"season:{season.id}"


async def test_a_penalty_in_force_does_not_pass_and_after_its_end_does(
    monday: None, database: None, clock_at: ClockAt
) -> None:
    await punished(clock_at)
    season = await a_season()
    citizen, nominee = await agreed(season)
    staff = await moderator()
    await credit_check.start(staff, season.id)
    assert await passed(nominee) is False
    row = await Nominee.get(id=nominee.id)
    assert credit_word(row, (await consents.standing([row.id]))[row.id]) == "未通过"
    await CreditRecord.filter(citizen_id=citizen.id).update(state="withdrawn")
    await credit_check.start(staff, season.id)
    assert await passed(nominee) is True


async def test_what_she_may_still_object_to_is_not_held_against_her(season: Season) -> None:
    citizen, _ = await agreed(season)
    await factories.penalty(NEIGHBOUR)
    assert await credit_check.with_negative([citizen.id]) == set(), "her ten days have just begun"


async def test_a_lapsed_penalty_is_not_held_against_her(season: Season, clock_at: ClockAt) -> None:
    citizen = await citizen_of(NEIGHBOUR)
    record = await factories.penalty(NEIGHBOUR)
    with clock_at(f"{record.lapses_on} 00:00"):
        assert await credit_check.with_negative([citizen.id]) == set()
    with clock_at(f"{record.lapses_on.replace(year=record.lapses_on.year - 1)} 00:00"):
        assert await credit_check.with_negative([]) == set()


async def test_without_her_consent_nobody_looks(season: Season) -> None:
    _, nominee = await agreed(season, credit_check=False)
    counts = await credit_check.start(await moderator(), season.id)
    assert counts == credit_check.Counts(checked=0, not_authorised=1, not_known=0)
    assert await AccessLog.filter(purpose="credit_check").count() == 0
    assert await passed(nominee) is None


async def test_who_takes_her_yes_back_is_not_checked_again(season: Season) -> None:
    citizen, nominee = await agreed(season)
    staff = await moderator()
    await credit_check.start(staff, season.id)
    await consents.change(citizen, nominee.id, "credit_check", False)
    await credit_check.start(staff, season.id)
    assert await passed(nominee) is None
    row = await Nominee.get(id=nominee.id)
    assert credit_word(row, (await consents.standing([row.id]))[row.id]) == "本人未同意核查"


async def test_who_is_not_known_by_number_cannot_be_checked(season: Season) -> None:
    nominee = await asked(season, a_person(UNKNOWN))
    await Nominee.filter(id=nominee.id).update(state="agreed")
    for kind in ("endorse", "credit_check"):
        await consents.NomineeConsent.create(nominee_id=nominee.id, kind=kind, given=True, at=nominee.created_at)
    counts = await credit_check.start(await moderator(), season.id)
    assert counts == credit_check.Counts(checked=0, not_authorised=0, not_known=1)


async def test_strangers_wrong_roles_and_decided_seasons_start_none(season: Season, clock_at: ClockAt) -> None:
    stranger = await season_factories.moderator("xcb-moderator", "XCB")
    assert await refused(credit_check.start(stranger, season.id)) == "season_not_found"
    assert await refused(credit_check.start(await season_factories.judge(), season.id)) == "not_permitted"
    await Season.filter(id=season.id).update(decided_at=season.created_at)
    assert await refused(credit_check.start(await moderator(), season.id)) == "season_not_open"
    assert await Citizen.all().count() == 1
