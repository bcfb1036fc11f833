"""The committee of a season: judges of any department, one chair, and nobody who has to do with a nomination."""

import asyncio
from uuid import UUID, uuid4

import pytest

from backend import clock
from backend.awards import committee, seasons
from backend.awards.models import Season, SeasonMember
from backend.citizens.access_log import looks_of
from backend.citizens.models import Citizen
from backend.errors import Conflict, DomainError, Forbidden, NotFound
from backend.honours.models import Judgement
from backend.honours.seating import seat
from backend.nominations.models import Nomination, Nominee
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff
from tests import factories
from tests.running_app import both_databases
from tests.season_factories import a_draft, a_season, judge, moderator, seated, staff_user
from tests.test_charter import ClockAt


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning, 2026-11-23, at the county's desks."""


async def code_of(deed: object) -> str:
    """What a deed was refused with, or `done`."""
    try:
        await deed  # type: ignore[misc]
    except DomainError as error:
        return error.code
    return "done"


async def nominee_of(season: Season, citizen: Citizen | None = None) -> Nominee:
    now = clock.now()
    about = {"township": "下汤镇", "created_at": now, "changed_at": now}
    return await Nominee.create(season_id=season.id, citizen=citizen, **about)


async def nomination_of(season: Season, state: str = "waiting", **by: object) -> Nomination:
    now = clock.now()
    number = f"2026-{UUID(int=uuid4().int).hex[:6].upper()}"
    return await Nomination.create(
        number=number, season_id=season.id, state=state, created_at=now, changed_at=now, **by
    )


async def test_only_the_owners_moderator_seats_anybody() -> None:
    season, member = await a_season(), await judge()
    with pytest.raises(Forbidden):
        await committee.add(member, season.id, member.user.username)
    with pytest.raises(Forbidden):
        await seat(await staff_user("wmb-officer", ["officer"]), season.id, member.user.username)
    for deed in (committee.remove, committee.set_chair):
        with pytest.raises(Forbidden):
            await deed(member, season.id, uuid4())
    assert await SeasonMember.all().count() == 0


async def test_a_judge_of_any_department_sits_and_nobody_without_the_role() -> None:
    season, staff = await a_season(), await moderator()
    elsewhere = await judge("txw-judge", "TXW")
    await committee.add(staff, season.id, elsewhere.user.username)
    suspended = await judge("gone")
    await StaffUser.filter(id=suspended.id).update(active=False)
    for username in ("nobody", suspended.user.username, staff.user.username):
        assert await code_of(committee.add(staff, season.id, username)) == "not_a_judge"
    (member,) = await committee.members_of(season.id)
    assert (member.staff.name, member.staff.department.name) == ("李评委", "团县委")
    assert [each.id for each in await committee.judges()] == [elsewhere.id]


async def test_a_member_finds_her_season_once_it_is_published_and_no_other() -> None:
    staff, member = await moderator(), await judge()
    draft = await a_draft()
    await committee.add(staff, draft.id, member.user.username)
    assert await committee.seasons_of(member) == []
    with pytest.raises(NotFound):
        await committee.member_of(member, draft.id)
    await seasons.publish(staff, draft.id, draft.version)
    assert (await committee.member_of(member, draft.id)).season.id == draft.id
    assert [each.id for each in await committee.seasons_of(member)] == [draft.id]
    for stranger in (await judge("stranger"), staff):
        with pytest.raises(NotFound) as refused:
            await committee.member_of(stranger, draft.id)
        assert refused.value.code == "season_not_found"


@both_databases
async def test_a_seat_is_given_once_however_often_it_is_clicked() -> None:
    season, staff, member = await a_season(), await moderator(), await judge()
    done = await asyncio.gather(*(code_of(committee.add(staff, season.id, member.user.username)) for _ in range(5)))
    assert sorted(done) == [*["already_member"] * 4, "done"]
    assert await SeasonMember.all().count() == await AuditEvent.filter(action="season.member").count() == 1


@both_databases
async def test_of_two_chairs_at_once_one_is_left() -> None:
    season, staff = await a_season(), await moderator()
    first, second = await seated(season, await judge("one"), await judge("two"))
    chairs = [first.id, second.id] * 3
    await asyncio.gather(*(committee.set_chair(staff, season.id, each) for each in chairs))
    assert await SeasonMember.filter(season_id=season.id, chair=True).count() == 1
    with pytest.raises(NotFound):
        await committee.set_chair(staff, season.id, uuid4())
    assert await SeasonMember.filter(chair=True).count() == 1, "an unknown one takes nobody's chair away"


@both_databases
async def test_who_has_judged_keeps_her_seat_and_who_has_not_loses_it() -> None:
    season, staff = await a_season(), await moderator()
    judged, idle = await seated(season, await judge("one"), await judge("two"))
    nominee = await nominee_of(season)
    await Judgement.create(nominee_id=nominee.id, member_id=judged.id, marks={"deeds": 30}, at=clock.now())
    with pytest.raises(Conflict) as refused:
        await committee.remove(staff, season.id, judged.id)
    assert refused.value.code == "member_has_judged"
    await committee.remove(staff, season.id, idle.id)
    assert await code_of(committee.remove(staff, season.id, idle.id)) == "member_not_found"
    assert [each.id for each in await committee.members_of(season.id)] == [judged.id]


async def test_a_seat_of_another_season_is_not_found_here() -> None:
    mine, other = await a_season(), await a_season(name="另一届")
    (member,) = await seated(other, await judge())
    for deed in (committee.remove, committee.set_chair):
        assert await code_of(deed(await moderator(), mine.id, member.id)) == "member_not_found"
    assert await SeasonMember.filter(id=member.id, chair=True).exists()


async def test_after_judging_nobody_is_seated_and_the_chair_may_still_change(clock_at: ClockAt) -> None:
    season, staff = await a_season(), await moderator()
    first, second = await seated(season, await judge("one"), await judge("two"))
    late = await judge("late")
    with clock_at("2026-12-23 00:00"):
        assert seasons.phase(season) == "deciding"
        assert await code_of(committee.add(staff, season.id, late.user.username)) == "season_not_open"
        assert await code_of(committee.remove(staff, season.id, first.id)) == "season_not_open"
        await committee.set_chair(staff, season.id, second.id)


async def test_a_lead_has_no_committee() -> None:
    season = await a_season(code="youth_medal")
    staff = await moderator("txw-moderator", "TXW")
    assert await code_of(committee.add(staff, season.id, (await judge()).user.username)) == "no_committee_here"


class TestEntangled:
    async def herself(self, member: Staff) -> Citizen:
        """The judge as a citizen of the county."""
        _, citizen = await factories.bound_citizen()
        await StaffUser.filter(id=member.id).update(own_number_digest=citizen.number_digest)
        return citizen

    async def test_who_nominated_or_is_nominated_is_refused_and_sees_that_somebody_asked(self) -> None:
        season, staff, member = await a_season(), await moderator(), await judge()
        citizen = await self.herself(member)
        nomination = await nomination_of(season, citizen_id=citizen.id)
        assert await code_of(seat(staff, season.id, member.user.username)) == "member_entangled"
        await Nomination.filter(id=nomination.id).update(state="withdrawn")
        await nominee_of(season, citizen)
        assert await code_of(seat(staff, season.id, member.user.username)) == "member_entangled"
        looks = await looks_of(citizen, before=None, limit=9)
        assert [each.purpose for each in looks] == ["nominee_asking", "nomination_check"]
        assert {each.about for each in looks} == {f"season:{season.id}"}
        assert await SeasonMember.all().count() == 0

    async def test_who_nominated_for_her_unit_is_refused(self) -> None:
        season, member = await a_season(), await judge()
        await nomination_of(season, staff_id=member.id)
        assert await code_of(seat(await moderator(), season.id, member.user.username)) == "member_entangled"

    async def test_a_draft_or_another_season_is_no_reason(self) -> None:
        season, other, member = await a_season(), await a_season(name="另一届"), await judge()
        citizen = await self.herself(member)
        await nomination_of(season, "draft", citizen_id=citizen.id)
        await nominee_of(other, citizen)
        await seat(await moderator(), season.id, member.user.username)
        assert await looks_of(citizen, before=None, limit=9) == [], "nobody looked at anything of hers"
        assert len(await committee.members_of(season.id)) == 1
