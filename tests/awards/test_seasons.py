"""A season set up by its owner's moderator: the wrong people first, then the plan, twice, at once, and published."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.awards import committee, seasons
from backend.awards.awards import Criterion
from backend.awards.models import Season, SeasonMember
from backend.content.models import ContentChange
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from tests.running_app import both_databases
from tests.season_factories import a_draft, a_plan, a_season, days, judge, moderator, staff_user
from tests.test_charter import ClockAt


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning, 2026-11-23, at the county's desks."""


async def test_somebody_without_the_role_or_of_another_department_sets_up_nothing() -> None:
    for roles in (["editor"], ["judge"], ["admin"]):
        outsider = await staff_user(f"wmb-{roles[0]}", roles)
        with pytest.raises(Forbidden) as refused:
            await seasons.create(outsider, "moral_model", a_plan())
        assert refused.value.code == "not_permitted"
    with pytest.raises(Forbidden) as refused:
        await seasons.create(await moderator("xcb-moderator", "XCB"), "moral_model", a_plan())
    assert refused.value.code == "award_not_yours"
    with pytest.raises(NotFound):
        await seasons.create(await moderator(), "rich_list", a_plan())
    assert await Season.all().count() == 0


async def test_another_departments_moderator_finds_no_season_here() -> None:
    season = await a_season()
    neighbour = await moderator("xcb-moderator", "XCB")
    for deed in (
        seasons.season_of(neighbour, season.id),
        seasons.change(neighbour, season.id, a_plan(), 1),
        seasons.publish(neighbour, season.id, 1),
        seasons.discard(neighbour, season.id, 1),
        committee.add(neighbour, season.id, "anybody"),
    ):
        with pytest.raises(NotFound) as refused:
            await deed
        assert refused.value.code == "season_not_found"
    assert await seasons.list_of(neighbour) == []


async def test_a_draft_is_nobodys_but_the_owners() -> None:
    draft = await a_draft()
    assert [each.id for each in await seasons.list_of(await moderator())] == [draft.id]
    assert await seasons.public_list() == []
    for season_id in (draft.id, uuid4()):
        with pytest.raises(NotFound):
            await seasons.public_season(season_id)


async def test_what_a_plan_lacks_is_said_field_by_field_all_at_once() -> None:
    wrong = a_plan(
        name="一",
        intro="",
        quota=0,
        dates=days(date(2026, 11, 22))._replace(judge_from=date(2026, 11, 30), judge_until=None),
        criteria=[Criterion("a", "", "", 0), Criterion("a", "事迹", "真实。", 101)],
    )
    with pytest.raises(Invalid) as refused:
        await seasons.create(await moderator(), "moral_model", wrong)
    assert {(each.field, each.code) for each in refused.value.fields} == {
        ("name", "wrong_length"),
        ("intro", "wrong_length"),
        ("quota", "wrong_number"),
        ("criteria[0].code", "wrong_code"),
        ("criteria[0].name", "wrong_length"),
        ("criteria[0].most", "wrong_number"),
        ("criteria[1].code", "wrong_code"),
        ("criteria[1].most", "wrong_number"),
        ("nominate_from", "in_the_past"),
        ("judge_from", "wrong_order"),
        ("judge_until", "no_day"),
    }


async def test_a_lead_has_no_quota_no_judging_and_no_notice() -> None:
    season = await a_season(code="youth_medal", dates=days())
    assert (season.mode, season.quota, season.criteria) == ("referred", 0, [])
    assert (season.judge_from, season.judge_until, season.notice_from, season.notice_until) == (None,) * 4
    assert seasons.phase(season) == "nominating"
    assert seasons.phase_label(season) == "推荐中"


async def test_the_notice_ends_where_the_calendar_says_whatever_was_typed() -> None:
    wished = days(date(2026, 12, 1))._replace(notice_until=date(2099, 1, 1))
    season = await a_draft(dates=wished)
    assert (season.notice_from, season.notice_until) == (date(2027, 1, 1), date(2027, 1, 8))


async def test_a_draft_changes_until_it_is_published_and_then_no_more() -> None:
    staff, draft = await moderator(), await a_draft()
    changed = await seasons.change(staff, draft.id, a_plan(name="改好的名称", quota=3), draft.version)
    assert (changed.name, changed.quota, changed.version) == ("改好的名称", 3, 2)
    with pytest.raises(Conflict) as refused:
        await seasons.change(staff, draft.id, a_plan(name="旧页面上的"), draft.version)
    assert refused.value.code == "season_changed"
    published = await seasons.publish(staff, draft.id, changed.version)
    assert (await seasons.public_season(draft.id)).version == published.version == 3
    for deed in (
        seasons.change(staff, draft.id, a_plan(), published.version),
        seasons.publish(staff, draft.id, published.version),
        seasons.discard(staff, draft.id, published.version),
    ):
        with pytest.raises(Conflict) as refused:
            await deed
        assert refused.value.code == "season_not_draft"
    actions = await AuditEvent.filter(about=f"season:{draft.id}").order_by("id").values_list("action", flat=True)
    assert actions == ["season.create", "season.change", "season.publish"]


async def test_publishing_is_said_to_every_process_and_a_draft_is_not() -> None:
    draft = await a_draft()
    assert await ContentChange.all().count() == 0
    await seasons.publish(await moderator(), draft.id, draft.version)
    assert (await ContentChange.get()).number == 1


async def test_a_draft_whose_first_day_went_by_is_not_published(clock_at: ClockAt) -> None:
    draft = await a_draft()
    with clock_at("2026-11-23 23:59"):
        assert clock.today() == draft.nominate_from
    with clock_at("2026-11-24 00:00"), pytest.raises(Invalid) as refused:
        await seasons.publish(await moderator(), draft.id, draft.version)
    assert [each.field for each in refused.value.fields] == ["nominate_from"]
    assert (await Season.get()).state == "draft"


async def test_a_draft_is_taken_back_with_its_committee() -> None:
    staff, draft = await moderator(), await a_draft()
    await committee.add(staff, draft.id, (await judge()).user.username)
    with pytest.raises(Conflict):
        await seasons.discard(staff, draft.id, 99)
    await seasons.discard(staff, draft.id, draft.version)
    assert await Season.all().count() == await SeasonMember.all().count() == 0
    with pytest.raises(NotFound):
        await seasons.discard(staff, draft.id, draft.version)


@both_databases
async def test_a_double_tap_makes_one_season() -> None:
    staff = await moderator()
    done = await asyncio.gather(*(_tried(seasons.create(staff, "moral_model", a_plan())) for _ in range(6)))
    assert sorted(done) == ["done", *["invalid_fields"] * 5]
    assert await Season.all().count() == 1
    other = await seasons.create(staff, "moral_model", a_plan(name="另一届"))
    with pytest.raises(Invalid) as refused:
        await seasons.change(staff, other.id, a_plan(), other.version)
    assert [(each.field, each.code) for each in refused.value.fields] == [("name", "name_taken")]


@both_databases
async def test_of_many_who_publish_at_once_one_does() -> None:
    staff, draft = await moderator(), await a_draft()
    done = await asyncio.gather(*(_tried(seasons.publish(staff, draft.id, draft.version)) for _ in range(6)))
    assert sorted(done) == ["done", *["season_not_draft"] * 5]
    assert await AuditEvent.filter(action="season.publish").count() == 1


async def test_a_closed_door_says_where_the_season_stands_and_what_comes_when(clock_at: ClockAt) -> None:
    season = await a_season(dates=days(clock.today() + timedelta(days=3)))
    with pytest.raises(Conflict) as refused:
        seasons.require_phase(season, "nominating")
    assert refused.value.code == "season_not_open"
    assert refused.value.detail == "“2026 年第四季度”即将开始：还没有开始。2026年11月26日开始接受推荐。"
    with clock_at("2026-11-26 00:00"):
        seasons.require_phase(season, "nominating")
        with pytest.raises(Conflict) as refused:
            seasons.require_phase(season, "judging", "notice")
    assert "2026年12月9日截止，当天还可以推荐。" in refused.value.detail


async def _tried(deed: object) -> str:
    try:
        await deed  # type: ignore[misc]
    except DomainError as error:
        return error.code
    return "done"
