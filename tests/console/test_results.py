"""The desks of results, honours and leads: who gets in, what a page shows and hides, and what a button does."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.honours import my_honours, objecting
from backend.honours.models import Honour
from backend.nominations.models import Nominee
from backend.records.models import CreditRecord
from tests import factories
from tests.closing_seasons import (
    a_closing_season,
    a_lead,
    a_season_of_leads,
    an_honour,
    announced,
    load_honours_catalogue,
)
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import check_policy
from tests.console.forms import fields_of
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, VAULT
from tests.open_seasons import a_notice, chosen
from tests.reviewers import OTHER_DEPARTMENT, stranger

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(office: Office) -> Officer:
    """The moderator of the tests' department, with the whole register loaded and the award in the catalogue."""
    await load_honours_catalogue()
    await factories.register()
    return await office.signed_in("sjj-moderator", roles=["moderator"], name="赵评选")


async def elsewhere(office: Office) -> Officer:
    """The moderator of another department."""
    await stranger()
    return await office.signed_in("mzj-moderator", roles=["moderator"], department=OTHER_DEPARTMENT, name="钱评选")


async def test_a_moderator_of_another_department_finds_none_of_it(office: Office, desk: Officer) -> None:
    other = await elsewhere(office)
    season, leads = await a_closing_season(), await a_season_of_leads()
    honour = await an_honour()
    for path in (f"/results/{season.id}", f"/leads/{leads.id}"):
        assert (await other.get(path)).status_code == 404
    form = {"version": "1", "sure": "yes"}
    for path in (f"/results/{season.id}/announce", f"/leads/{leads.id}/hand-over", f"/honours/{honour.id}"):
        assert (await other.post(path, form)).status_code == 404
    for path in ("/results", "/honours", "/leads"):
        await other.get(path)
        assert not [each for each in (season.name, leads.name, "石大山") if each in other.page]


async def test_a_result_is_announced_with_a_tick_and_the_honours_stand_there(office: Office, desk: Officer) -> None:
    season = await a_closing_season()
    await chosen(season, "鲁小明", citizen=await citizen_of())
    await chosen(season, "石大山")
    await desk.get("/results")
    assert "去公布" in desk.page
    answer = await desk.get(f"/results/{season.id}")
    check_policy(answer.text)
    assert "拟授予 2 人" in desk.page
    assert not [name for name in ("鲁小明", "石大山") if name in answer.text], "a list names nobody whole"
    fields = fields_of(answer.text, f"/results/{season.id}/announce")
    answer = await desk.post(f"/results/{season.id}/announce", {"version": fields["version"]})
    assert (answer.status_code, "我已核对" in desk.page) == (422, True)
    assert await Honour.all().count() == 0
    answer = await desk.post(f"/results/{season.id}/announce", {"version": fields["version"], "sure": "yes"})
    await desk.follow(answer)
    assert "结果已公布" in desk.page
    assert "授予了 2 项荣誉" in desk.page
    assert "身份未登记" in desk.page
    assert "已登记" in desk.page
    answer = await desk.post(f"/results/{season.id}/announce", {"version": fields["version"], "sure": "yes"})
    assert answer.status_code == 409


async def test_what_is_in_the_way_stands_on_the_page(office: Office, desk: Officer) -> None:
    season = await a_notice()
    nominee = await chosen(season)
    await desk.get(f"/results/{season.id}")
    assert "公示结束后的第一天起可以公布" in desk.page
    await objecting.object_to(VAULT, await citizen_of(COUSIN), nominee.id, "公示的事迹和我知道的不一样。")
    closing = await a_closing_season()
    await Season.filter(id=season.id).update(notice_from=closing.notice_from, notice_until=closing.notice_until)
    answer = await desk.get(f"/results/{season.id}")
    assert "还有 1 件公示异议没有办结" in desk.page
    assert "announce" not in answer.text
    now = await Season.get(id=season.id)
    answer = await desk.post(f"/results/{season.id}/announce", {"version": str(now.version), "sure": "yes"})
    assert answer.status_code == 409


async def test_opening_an_honour_is_seen_and_its_owner_gets_her_record(office: Office, desk: Officer) -> None:
    honour = await an_honour("鲁小明")
    await desk.get("/honours")
    assert "身份未登记" in desk.page
    answer = await desk.post(f"/honours/{honour.id}")
    check_policy(answer.text)
    assert "13800000009" in desk.page
    answer = await desk.post(f"/honours/{honour.id}/tie", {"number": "41042319900307001X"})
    assert answer.status_code == 422
    assert "41042319900307001X" not in desk.page
    await desk.follow(await desk.post(f"/honours/{honour.id}/tie", {"number": CITIZEN.number}))
    assert "已登记" in desk.page
    record = await CreditRecord.get()
    assert (await Honour.get(id=honour.id)).record_id == record.id
    looks = await AccessLog.filter(citizen_id=record.citizen_id, purpose="honour_record").count()
    await desk.post(f"/honours/{honour.id}")
    assert await AccessLog.filter(citizen_id=record.citizen_id).count() == looks + 1
    assert "已经登记为本人的守信记录" in desk.page


async def test_it_is_taken_down_at_her_wish_and_only_she_puts_it_up_who_has_an_account(
    office: Office, desk: Officer
) -> None:
    citizen = await citizen_of()
    hers, unknown = await an_honour("鲁小明", citizen=citizen), await an_honour("石大山")
    for honour in (hers, unknown):
        await desk.follow(await desk.post(f"/honours/{honour.id}/visibility", {"shown": "no"}))
        assert "已撤下" in desk.page
    answer = await desk.get("/honours")
    assert "石大山" not in answer.text
    assert (await desk.post(f"/honours/{hers.id}/visibility", {"shown": "yes"})).status_code == 409
    await desk.follow(await desk.post(f"/honours/{unknown.id}/visibility", {"shown": "yes"}))
    assert "石大山" in desk.page
    await my_honours.set_shown(citizen, hers.id, True)
    await desk.get("/honours")
    assert "鲁小明" in desk.page


async def test_a_record_that_could_not_be_filed_says_why(office: Office, desk: Officer) -> None:
    citizen = await citizen_of()
    season = await a_closing_season()
    await Season.filter(id=season.id).update(award="labour_model")  # its item is in no catalogue here
    await chosen(season, "鲁小明", citizen=citizen)
    await announced(season)
    honour = await Honour.get()
    await desk.get("/honours")
    assert "没有登记成" in desk.page
    answer = await desk.post(f"/honours/{honour.id}/record")
    assert (answer.status_code, "目录里没有这个事项" in desk.page) == (409, True)


async def test_leads_are_handed_over_and_downloaded(office: Office, desk: Officer) -> None:
    season = await a_season_of_leads()
    nominee = await a_lead(season, "鲁小明", citizen=await citizen_of())
    await Nominee.filter(id=nominee.id).update(state="asked")
    await desk.get("/leads")
    assert "去移交" in desk.page
    answer = await desk.get(f"/leads/{season.id}")
    assert "还有 1 件没有办完" in desk.page
    await Nominee.filter(id=nominee.id).update(state="agreed")
    answer = await desk.get(f"/leads/{season.id}")
    check_policy(answer.text)
    assert "鲁小明" not in answer.text
    version = fields_of(answer.text, f"/leads/{season.id}/hand-over")["version"]
    assert (await desk.post(f"/leads/{season.id}/hand-over", {"version": version})).status_code == 422
    await desk.follow(await desk.post(f"/leads/{season.id}/hand-over", {"version": version, "sure": "yes"}))
    assert "下载线索表" in desk.page
    answer = await desk.post(f"/leads/{season.id}/download")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "鲁小明"
    assert (await desk.post(f"/leads/{season.id}/hand-over", {"version": version, "sure": "yes"})).status_code == 409
