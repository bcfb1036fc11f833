"""A township nominates from the console: a draft, its pictures, handing in, and what became of it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.jobs.models import Job
from backend.nominations.checking import CHECK_NOMINATION
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.nominations.nominations import add_step, content_of, holder_of
from backend.staff.models import AuditEvent, StaffUser
from media.models import Picture
from tests import factories, season_factories
from tests.console.conftest import Office, Officer
from tests.console.forms import fields_of
from tests.factories import CITIZEN, VAULT
from tests.media.photos import a_photo
from tests.nomination_factories import STORY, gathered
from tests.running_app import both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AT = "/unit-nominations"
WRITTEN = {
    "person-0-name": "周三",
    "person-0-unit": "松垛沟村",
    "person-0-township": "下汤镇",
    "person-0-contact": "村支书知道怎样找他",
    "story": STORY,
    "place": "松垛沟村",
    "happened_from": "2014-03-01",
}


async def an_officer(office: Office, username: str = "sjj-wang", **about: str) -> Officer:
    return await office.signed_in(username, roles=["officer"], **about)


async def a_draft(officer: Officer, season: Season, **fields: str) -> Nomination:
    """A draft that can be handed in as it is."""
    answer = await officer.post(f"{AT}/new/{season.id}", WRITTEN | fields)
    assert answer.status_code == 303, officer.page
    found = re.search(rf"{AT}/([0-9a-f-]{{36}})", answer.headers["location"])
    assert found is not None
    return await Nomination.get(id=found[1])


async def handed_in(officer: Officer, season: Season, **fields: str) -> Nomination:
    draft = await a_draft(officer, season, **fields)
    answer = await officer.post(f"{AT}/{draft.id}", WRITTEN | fields | {"deed": "submit"})
    assert answer.status_code == 303, officer.page
    return await Nomination.get(id=draft.id)


@both_databases
async def test_from_an_empty_form_to_the_moderator_and_back(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    await officer.get(AT)
    assert "2026 年第四季度" in officer.page
    assert "还没有推荐" in officer.page
    await officer.get(f"{AT}/new/{season.id}")
    fields = fields_of(officer.page, f"{AT}/new/{season.id}") | {"person-0-name": "周三"}
    await officer.follow(await officer.post(f"{AT}/new/{season.id}", fields))
    draft = await Nomination.get()
    assert "草稿已保存" in officer.page
    refused = await officer.post(f"{AT}/{draft.id}", WRITTEN | {"story": "太短。", "deed": "submit"})
    assert refused.status_code == 422
    assert "现在有 3 个字" in officer.page
    assert fields_of(officer.page, f"{AT}/{draft.id}")["place"] == "松垛沟村", "what was typed stays"
    await officer.follow(await officer.post(f"{AT}/{draft.id}", WRITTEN | {"deed": "submit"}))
    row = await Nomination.get()
    assert (row.state, row.citizen_id, row.check_until) == ("waiting", None, row.submitted_at)
    assert [each.relation for each in content_of(VAULT, row).people] == ["unit"]
    assert await Job.filter(name=CHECK_NOMINATION).count() == 0, "a person reads it: WeChat checks for its users only"
    assert "等待审核" in officer.page
    assert "周三" in officer.page
    await officer.follow(await officer.post(f"{AT}/{draft.id}/withdraw"))
    assert "已撤回" in officer.page
    deeds = await AuditEvent.filter(action="nomination.unit").order_by("id").values_list("detail", flat=True)
    assert deeds == [{"deed": "submit"}, {"deed": "withdraw"}]


@on_sqlite
async def test_pictures_are_added_looked_at_and_taken_away(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    draft = await a_draft(officer, season)
    here, token = f"{AT}/{draft.id}/pictures", {"X-CSRF-Token": officer.csrf}
    for _ in range(2):
        answer = await officer.send("POST", here, files={"file": ("1.jpg", a_photo())}, headers=token)
        assert answer.status_code == 303, answer.text
    pictures = await Picture.filter(held_by=holder_of(draft.id)).order_by("position")
    assert len(pictures) == 2
    shown = await officer.get(f"{here}/{pictures[0].id}")
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-store")
    await officer.follow(await officer.post(f"{here}/{pictures[0].id}/remove"))
    assert await Picture.filter(held_by=holder_of(draft.id)).values_list("id", flat=True) == [pictures[1].id]
    assert (await officer.get(f"{here}/{pictures[0].id}")).status_code == 404
    broken = await officer.send("POST", here, files={"file": ("1.jpg", b"GIF")}, headers=token)
    assert (broken.status_code, await Picture.filter(held_by=holder_of(draft.id)).count()) == (422, 1)
    await officer.post(f"{AT}/{draft.id}", WRITTEN | {"deed": "submit"})
    late = await officer.send("POST", here, files={"file": ("1.jpg", a_photo())}, headers=token)
    assert (late.status_code, await Picture.filter(held_by=holder_of(draft.id)).count()) == (409, 1)


@on_sqlite
async def test_another_unit_finds_nothing_and_a_colleague_goes_on(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    draft = await a_draft(officer, season)
    await season_factories.department("XCB")
    stranger = await an_officer(office, "xcb-li", department="XCB")
    colleague = await an_officer(office, "sjj-zhao")
    for path in ("", "/delete", "/withdraw", "/appeal"):
        assert (await stranger.post(f"{AT}/{draft.id}{path}", WRITTEN)).status_code == 404
    assert (await stranger.get(f"{AT}/{draft.id}")).status_code == 404
    await stranger.get(AT)
    assert draft.number not in stranger.page
    await colleague.get(AT)
    assert draft.number in colleague.page
    assert "周三" not in colleague.page, "a list names nobody"
    await colleague.follow(await colleague.post(f"{AT}/{draft.id}/delete"))
    assert await Nomination.all().count() == 0


@on_sqlite
async def test_no_officer_nominates_herself(office: Office) -> None:
    person = factories.Person("王大名", factories.number_of("sjj-wang"), "13800000077", "wechat-of-wang")
    await factories.register(person)
    officer, season = await an_officer(office, name="王大名"), await season_factories.a_season()
    for contact, says in (("13800000077", "不能推荐自己"), ("找村支书", "写上对方的手机号")):
        fields = WRITTEN | {"person-0-name": "王大名", "person-0-contact": contact}
        draft = await a_draft(officer, season, **fields)
        assert (await officer.post(f"{AT}/{draft.id}", fields | {"deed": "submit"})).status_code == 422
        assert says in officer.page
    await StaffUser.all().update(own_number_digest=None)
    assert (await officer.post(f"{AT}/{draft.id}", WRITTEN | {"deed": "submit"})).status_code == 403
    assert await Nomination.exclude(state="draft").count() == 0


@on_sqlite
async def test_a_refusal_gives_its_reason_and_is_appealed(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    row = await handed_in(officer, season)
    await Nomination.all().update(state="refused")
    await add_step(row.id, "refused", reason="no_deeds")
    await officer.get(f"{AT}/{row.id}")
    assert "没有写明具体的事迹" in officer.page
    assert (await officer.post(f"{AT}/{row.id}/appeal", {"words": "不服"})).status_code == 422
    await officer.follow(await officer.post(f"{AT}/{row.id}/appeal", {"words": "第三段写了时间和地点，请再看一看。"}))
    assert "申诉处理中" in officer.page


@on_sqlite
async def test_who_is_known_by_now_can_see_that_the_unit_looked(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    await factories.register()
    _, citizen = await factories.bound_citizen(CITIZEN)
    row = await handed_in(officer, season)
    await officer.get(f"{AT}/{row.id}")
    assert await AccessLog.all().count() == 0, "nobody is known yet"
    nominee = await gathered(row, state="agreed")
    await Nominee.filter(id=nominee.id).update(citizen_id=citizen.id)
    await officer.get(f"{AT}/{row.id}")
    (look,) = await AccessLog.all()
    assert (look.citizen_id, look.purpose, look.about) == (citizen.id, "nominee_asking", holder_of(row.id))
    assert "已进入评选" in officer.page
    assert (await officer.post(f"{AT}/{row.id}/withdraw")).status_code == 409


@on_sqlite
async def test_out_of_its_days_a_season_takes_nothing(office: Office) -> None:
    officer, season = await an_officer(office), await season_factories.a_season()
    draft = await a_draft(officer, season)
    await Season.all().update(nominate_until=clock.today() - timedelta(days=1))
    await officer.get(AT)
    assert "现在没有正在推荐的评选" in officer.page
    assert (await officer.get(f"{AT}/new/{season.id}")).status_code == 409
    assert (await officer.post(f"{AT}/new/{season.id}", WRITTEN)).status_code == 409
    assert (await officer.post(f"{AT}/{draft.id}", WRITTEN | {"deed": "submit"})).status_code == 409
    assert await NominatedPerson.all().count() == 0
    assert (await officer.get(f"{AT}/new/{UUID(int=7)}")).status_code == 404
