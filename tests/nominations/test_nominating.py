"""A citizen nominates: a draft, handing it in within the season's days, never herself, never too many."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.jobs.models import Job
from backend.nominations import drafts, nominating, taking_in
from backend.nominations.checking import CHECK_NOMINATION
from backend.nominations.content import Content, Person
from backend.nominations.matching import person_digest
from backend.nominations.models import NominatedPerson, Nomination
from backend.nominations.nominations import content_of, holder_of, list_of, nomination_of, steps_of
from media.models import Picture
from tests import evidence_factories, factories, season_factories
from tests.factories import CITIZEN, NEIGHBOUR, VAULT
from tests.nomination_factories import a_content, a_person, drafted, nominated

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """道德模范, open for nominating from Monday, 2026-11-23 to 2026-12-06."""
    return await season_factories.a_season()


@pytest.fixture
async def citizen(season: Season) -> Citizen:
    """鲁小明, bound."""
    await factories.register()
    return (await factories.bound_citizen())[1]


def wrong(caught: pytest.ExceptionInfo[DomainError]) -> dict[str, str]:
    return {each.field: each.code for each in caught.value.fields}


async def test_a_draft_is_kept_changed_and_deleted_with_its_pictures(citizen: Citizen, season: Season) -> None:
    pictures = [await evidence_factories.a_picture(citizen) for _ in range(2)]
    draft = await nominating.save_draft(VAULT, citizen, season.id, Content(story="  先写一句。 "), pictures)
    assert (draft.state, content_of(VAULT, draft)) == ("draft", Content(story="先写一句。"))
    assert "周三" not in str(draft.content_hidden)
    changed = await nominating.change(VAULT, citizen, draft.id, a_content(), pictures[:1])
    assert content_of(VAULT, changed) == a_content()
    assert changed.version == draft.version + 1
    assert await Picture.filter(held_by=holder_of(draft.id)).values_list("id", flat=True) == pictures[:1]
    await nominating.delete_draft(VAULT, citizen, draft.id)
    assert await Nomination.all().count() == await Picture.exclude(held_by=None).count() == 0


async def test_handing_in_fixes_who_is_named_and_has_it_checked(citizen: Citizen, season: Season) -> None:
    draft = await drafted(citizen, season, a_person(), a_person("李 四"))
    handed_in = await nominating.submit(VAULT, citizen, draft.id)
    assert (handed_in.state, handed_in.erase_on) == ("checking", None)
    assert handed_in.check_until == clock.now() + timedelta(minutes=30)
    people = await NominatedPerson.filter(nomination_id=draft.id).order_by("position")
    assert [each.person_digest for each in people] == [person_digest(VAULT, n, "下汤镇") for n in ("周三", "李四")]
    (job,) = await Job.filter(name=CHECK_NOMINATION)
    assert job.payload == {"nomination": str(draft.id)}
    assert [each.kind for each in await steps_of(handed_in)] == ["submitted"]
    for deed in (
        nominating.submit(VAULT, citizen, draft.id),
        nominating.change(VAULT, citizen, draft.id, a_content()),
        nominating.delete_draft(VAULT, citizen, draft.id),
    ):
        with pytest.raises(Conflict):
            await deed
    assert await Job.filter(name=CHECK_NOMINATION).count() == 1


async def test_a_neighbour_finds_nothing_of_hers(citizen: Citizen, season: Season) -> None:
    draft = await drafted(citizen, season)
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    for deed in (
        nomination_of(neighbour, draft.id),
        nominating.change(VAULT, neighbour, draft.id, a_content()),
        nominating.submit(VAULT, neighbour, draft.id),
        nominating.withdraw(VAULT, neighbour, draft.id),
        nominating.appeal(VAULT, neighbour, draft.id, "我觉得应该再看一看这份推荐。"),
        nominating.delete_draft(VAULT, neighbour, draft.id),
    ):
        with pytest.raises(NotFound):
            await deed
    assert list(await list_of(neighbour, None, 9)) == []
    pictures = [await evidence_factories.a_picture(citizen)]
    with pytest.raises(Invalid):
        await nominating.save_draft(VAULT, neighbour, season.id, a_content(), pictures)
    assert await Nomination.filter(citizen_id=neighbour.id).count() == 0


async def test_only_a_season_that_everybody_sees_and_on_its_days(
    citizen: Citizen, season: Season, clock_at: ClockAt
) -> None:
    secret = await season_factories.a_draft(name="还没有发布")
    for season_id in (secret.id, uuid4()):
        with pytest.raises(NotFound):
            await nominating.save_draft(VAULT, citizen, season_id, a_content())
    coming = await season_factories.a_season(name="下一届", dates=season_factories.days(clock.today() + timedelta(9)))
    with pytest.raises(Conflict) as early:
        await drafted(citizen, coming)
    assert (early.value.code, "12月2日" in early.value.detail) == ("season_not_open", True)
    draft, late = await drafted(citizen, season), await drafted(citizen, season, a_person("李四"))
    with clock_at("2026-12-06 23:59"):
        assert (await nominating.submit(VAULT, citizen, draft.id)).state == "checking"
    with clock_at("2026-12-07 00:00"):
        with pytest.raises(Conflict):
            await nominating.submit(VAULT, citizen, late.id)
        with pytest.raises(Conflict):
            await drafted(citizen, season)
        await nominating.delete_draft(VAULT, citizen, late.id)


async def test_what_is_wrong_is_said_at_once_and_nothing_is_handed_in(citizen: Citizen, season: Season) -> None:
    draft = await drafted(citizen, season, a_person(), Person(name="李四"), story="太短。", place=None)
    with pytest.raises(Invalid) as refused:
        await nominating.submit(VAULT, citizen, draft.id)
    assert wrong(refused) == {
        **{f"people[1].{name}": "required" for name in ("unit", "township", "contact", "relation")},
        "story": "too_short",
        "place": "required",
    }
    assert (await nomination_of(citizen, draft.id)).state == "draft"
    assert await NominatedPerson.all().count() == await Job.filter(name=CHECK_NOMINATION).count() == 0


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (a_person(CITIZEN.name, township="张良镇", contact=f"电话 {CITIZEN.phone}"), "self_nomination"),
        (a_person("鲁 小明", contact="１３８-0000-0001"), "self_nomination"),
        (a_person(CITIZEN.name, contact="问村支书"), "may_be_self"),
        (a_person(CITIZEN.name, contact="13900000009"), None),
        (a_person(CITIZEN.name, township="张良镇", contact="问村支书"), None),
        (a_person("鲁小刚", contact=CITIZEN.phone), None),
        (a_person(NEIGHBOUR.name, contact=NEIGHBOUR.phone), None),
    ],
)
async def test_nobody_nominates_herself_and_her_namesake_is_welcome(
    citizen: Citizen, season: Season, person: Person, code: str | None
) -> None:
    draft = await drafted(citizen, season, person)
    if code is None:
        assert (await nominating.submit(VAULT, citizen, draft.id)).state == "checking"
        return
    with pytest.raises(Invalid) as refused:
        await nominating.submit(VAULT, citizen, draft.id)
    assert wrong(refused) == {"people[0].name": code}


async def test_the_same_person_is_named_once(citizen: Citizen, season: Season) -> None:
    twice = await drafted(citizen, season, a_person(), a_person("周 三", unit="另一个村"))
    with pytest.raises(Invalid) as refused:
        await nominating.submit(VAULT, citizen, twice.id)
    assert wrong(refused) == {"people[1].name": "named_twice"}
    first = await nominated(citizen, season)
    again = await drafted(citizen, season)
    with pytest.raises(Invalid) as refused:
        await nominating.submit(VAULT, citizen, again.id)
    assert wrong(refused) == {"people[0].name": "already_nominated"}
    await nominating.withdraw(VAULT, citizen, first.id)
    assert (await nominating.submit(VAULT, citizen, again.id)).state == "checking"
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    assert (await nominated(neighbour, season)).state == "checking", "others may nominate the same person"


async def test_five_a_season_and_what_is_taken_back_leaves_its_place(
    citizen: Citizen, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [await nominated(citizen, season, a_person(f"周{each}")) for each in "一二三四五"]
    sixth = await drafted(citizen, season, a_person("周六"))
    with pytest.raises(Conflict) as refused:
        await nominating.submit(VAULT, citizen, sixth.id)
    assert refused.value.code == "too_many_nominations"
    another = await season_factories.a_season(name="另一届")
    assert (await nominated(citizen, another)).state == "checking", "each season counts for itself"
    await nominating.withdraw(VAULT, citizen, rows[0].id)
    await nominating.submit(VAULT, citizen, sixth.id)
    await nominating.withdraw(VAULT, citizen, rows[1].id)
    monkeypatch.setattr(taking_in, "MOST_TRIES", 6)
    with pytest.raises(Conflict):
        await nominated(citizen, season, a_person("周七"))


async def test_drafts_have_an_end(citizen: Citizen, season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    for _ in range(2):
        await drafted(citizen, season)
    with pytest.raises(Conflict) as refused:
        await drafted(citizen, season)
    assert refused.value.code == "too_many_nomination_drafts"


async def test_from_fourteen_on(citizen: Citizen, season: Season) -> None:
    grown = clock.today() + timedelta(days=1)
    citizen.adult_on = grown.replace(year=grown.year + 4)
    with pytest.raises(Forbidden):
        await drafted(citizen, season)
    citizen.adult_on = clock.today().replace(year=grown.year + 4)
    assert (await nominated(citizen, season)).state == "checking"


async def test_a_lead_is_short_and_asks_for_no_place(citizen: Citizen) -> None:
    lead = await season_factories.a_season(code="youth_medal", dates=_referred_days())
    assert seasons.phase(lead) == "nominating"
    story = "他在化工厂带出了三十名徒弟，改进的阀门每年省下十几万元，" + "全厂都在用他的办法，周末还去教夜校。" * 2
    draft = await drafted(citizen, lead, place=None, happened_from=None, story=story)
    assert (await nominating.submit(VAULT, citizen, draft.id)).state == "checking"


def _referred_days() -> seasons.Dates:
    return season_factories.days()._replace(judge_from=None, judge_until=None, notice_from=None, notice_until=None)
