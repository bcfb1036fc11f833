"""The moderators: who may open a nomination and who never, what is logged, and how it is accepted or refused, once."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.errors import DomainError
from backend.nominations import moderating, nominating
from backend.nominations.models import NominatedPerson, Nomination, NominationStep, Nominee
from backend.nominations.nominations import holder_of, words_of
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff, staff_of
from media.models import Picture
from tests import factories, season_factories
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import NEIGHBOUR, VAULT
from tests.moderated import accepts, refuses, waiting
from tests.nomination_factories import a_person, drafted, nominated

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, bound; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


@pytest.fixture
async def season(citizen: Citizen) -> Season:
    return await season_factories.a_season()


@pytest.fixture
async def staff(season: Season) -> Staff:
    """A moderator of the department that owns the award."""
    return await season_factories.moderator()


@pytest.fixture
async def nomination(citizen: Citizen, season: Season) -> Nomination:
    """Handed in, and passed by WeChat."""
    return await waiting(await nominated(citizen, season))


async def refused(deed: Awaitable[object]) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def is_(staff: Staff, digest: str | None) -> Staff:
    """The same staff user, known as this citizen."""
    await StaffUser.filter(id=staff.id).update(own_number_digest=digest)
    return await staff_of(await StaffUser.get(id=staff.id))


def deeds(staff: Staff, nomination: Nomination) -> tuple[Awaitable[object], ...]:
    return (
        moderating.open_case(VAULT, staff, nomination.id),
        moderating.accept(VAULT, staff, nomination.id, nomination.version, [None]),
        moderating.refuse(VAULT, staff, nomination.id, nomination.version, "no_deeds"),
    )


async def nothing_happened(nomination: Nomination) -> bool:
    now = await Nomination.get(id=nomination.id)
    looked = await AuditEvent.filter(action="nomination.look").count()
    return (now.state, looked, await AccessLog.all().count()) == (nomination.state, 0, 0)


async def test_another_department_and_other_roles_find_nothing(nomination: Nomination) -> None:
    elsewhere = await season_factories.moderator("xcb-moderator", "XCB")
    for deed in deeds(elsewhere, nomination):
        assert await refused(deed) == "nomination_not_found"
    assert await refused(moderating.queue(elsewhere, nomination.season_id)) == "season_not_found"
    for role in ("officer", "judge", "reviewer", "editor", "admin"):
        other = await season_factories.staff_user(f"wmb-{role}", [role])
        for deed in deeds(other, nomination):
            assert await refused(deed) == "not_permitted", role
        assert await refused(moderating.queue(other, nomination.season_id)) == "not_permitted"
    assert await nothing_happened(nomination)


async def test_nobody_decides_what_she_wrote_or_what_is_about_her(
    citizen: Citizen, season: Season, staff: Staff, nomination: Nomination
) -> None:
    for number, code in ((citizen.number_digest, "own_nomination"), (None, "own_number_needed")):
        for deed in deeds(await is_(staff, number), nomination):
            assert await refused(deed) == code
    about = await waiting(await nominated(citizen, season, a_person(NEIGHBOUR.name, contact=NEIGHBOUR.phone)))
    herself = await is_(staff, VAULT.digest(NEIGHBOUR.number, "citizen.number"))
    for deed in deeds(herself, about):
        assert await refused(deed) == "own_nomination"
    assert await nothing_happened(nomination)
    assert await nothing_happened(about)


async def test_a_draft_is_nobodys_business(citizen: Citizen, season: Season, staff: Staff) -> None:
    draft = await drafted(citizen, season)
    for deed in deeds(staff, draft):
        assert await refused(deed) == "nomination_not_found"


async def test_accepted_its_people_are_nominees_and_the_nominator_is_told_without_a_name(
    citizen: Citizen, season: Season, staff: Staff
) -> None:
    nomination = await waiting(await nominated(citizen, season, a_person("周三"), a_person("吴四")))
    accepted = await accepts(staff, nomination, [None, None])
    assert (accepted.state, accepted.version, accepted.erase_on) == ("accepted", nomination.version + 1, None)
    assert await Nominee.filter(season_id=season.id, state="gathered").count() == 2
    assert await NominatedPerson.filter(nominee_id=None).count() == 0
    notice = await Notice.get(kind="nomination_accepted")
    assert (notice.citizen_id, notice.about) == (citizen.id, holder_of(nomination.id))
    assert nomination.number in notice.body
    assert "周三" not in notice.body
    assert await AuditEvent.filter(action="nomination.accept", about=holder_of(nomination.id)).count() == 1


async def test_the_same_person_from_two_neighbours_is_offered_and_joined(
    season: Season, staff: Staff, nomination: Nomination
) -> None:
    await accepts(staff, nomination)
    second = await waiting(await nominated(await citizen_of(NEIGHBOUR), season))
    (named,) = (await moderating.open_case(VAULT, staff, second.id)).named
    (likely,) = named.likely
    assert (likely.name, likely.nominations) == ("周三", 1)
    await accepts(staff, second, [likely.nominee_id])
    assert await Nominee.all().count() == 1
    assert await NominatedPerson.filter(nominee_id=likely.nominee_id).count() == 2


async def test_refused_with_a_reason_and_the_way_on(citizen: Citizen, season: Season, staff: Staff) -> None:
    draft = await drafted(citizen, season, pictures=[await a_picture(citizen)])
    nomination = await waiting(await nominating.submit(VAULT, citizen, draft.id))
    after = await refuses(staff, nomination, "private", "请去掉病历。")
    assert (after.state, after.first_decided_by, after.erase_on) == ("refused", staff.id, date(2026, 12, 23))
    step = await NominationStep.get(kind="refused")
    assert (step.reason, words_of(VAULT, step), step.staff_id) == ("private", "请去掉病历。", staff.id)
    body = (await Notice.get(kind="nomination_refused")).body
    for words in ("写有他人隐私", "2026年12月8日以前申诉一次", "说明"):
        assert words in body
    assert "病历" not in body
    assert (await Picture.get(held_by=holder_of(nomination.id))).delete_on == date(2026, 12, 23)
    assert await Nominee.all().count() == 0


async def test_a_reason_that_is_none_or_says_nothing_refuses_nothing(staff: Staff, nomination: Nomination) -> None:
    for reason, words, code in (
        ("", "", "reason_unknown"),
        ("ugly", "", "reason_unknown"),
        ("other", "", "words_needed"),
        ("other", "不行  ", "words_needed"),
        ("no_deeds", "字" * 301, "words_too_long"),
    ):
        assert await refused(refuses(staff, nomination, reason, words)) == code
    assert await nothing_happened(nomination)


async def test_an_old_page_decides_nothing_and_a_form_sent_twice_decides_once(
    staff: Staff, nomination: Nomination
) -> None:
    for version in (nomination.version - 1, nomination.version + 1):
        assert await refused(moderating.accept(VAULT, staff, nomination.id, version, [None])) == "nomination_changed"
    for people in ([], [None, None]):
        wrong = moderating.accept(VAULT, staff, nomination.id, nomination.version, people)
        assert await refused(wrong) == "nomination_changed"
    assert (await Nomination.get(id=nomination.id)).state == "waiting"
    for _ in range(2):
        await moderating.accept(VAULT, staff, nomination.id, nomination.version, [None])
    assert (await Nominee.all().count(), await Notice.filter(kind="nomination_accepted").count()) == (1, 1)
    colleague = await season_factories.moderator("wmb-moderator-2")
    late = moderating.refuse(VAULT, colleague, nomination.id, nomination.version, "no_deeds")
    assert await refused(late) == "nomination_not_waiting"
    assert await refused(accepts(colleague, nomination)) == "nomination_not_waiting"


async def test_while_wechat_checks_nobody_decides_and_after_half_an_hour_somebody_may(
    citizen: Citizen, season: Season, staff: Staff, clock_at: ClockAt
) -> None:
    nomination = await nominated(citizen, season)
    assert await moderating.queue(staff, season.id) == []
    assert await refused(accepts(staff, nomination)) == "nomination_not_waiting"
    with clock_at("2026-11-23 09:29:59"):
        assert await refused(refuses(staff, nomination)) == "nomination_not_waiting"
    with clock_at("2026-11-23 09:30"):
        (line,) = await moderating.queue(staff, season.id)
        assert (line.id, line.outcome) == (nomination.id, "unchecked")
        assert (await accepts(staff, nomination)).state == "accepted"
        assert await moderating.queue(staff, season.id) == []


async def test_when_the_season_is_decided_nobody_comes_in_any_more(
    season: Season, staff: Staff, nomination: Nomination
) -> None:
    await Season.filter(id=season.id).update(decided_at=clock.now())
    assert await refused(accepts(staff, nomination)) == "season_not_open"
    assert (await refuses(staff, nomination)).state == "refused"
