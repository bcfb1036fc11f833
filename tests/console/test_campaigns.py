"""The desk of campaigns: a year's nine, one of the editors' own, its banner, out of sight and back."""

import pytest

from backend import clock
from backend.content.models import Campaign
from tests.console.conftest import Office, Officer
from tests.media.photos import a_photo
from tests.running_app import both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = {"name": "诚信建设万里行", "summary": "走进乡村说诚信。", "starts_on": "2026-11-20", "ends_on": "2026-11-30"}


async def an_editor(office: Office) -> Officer:
    return await office.signed_in("xcb-wang", roles=["editor"], name="王编辑")


async def made(editor: Officer, **changes: str) -> Campaign:
    answer = await editor.post("/campaigns", NEW | changes)
    assert answer.status_code == 303, editor.page
    return await Campaign.get(id=answer.headers["location"].split("/")[-1].split("?")[0])


@both_databases
async def test_an_editor_prepares_the_year_and_what_the_county_dates_when_it_has(office: Office) -> None:
    editor = await an_editor(office)
    await editor.get("/campaigns")
    assert "还没有活动" in editor.page
    year = str(clock.today().year)
    await editor.post("/campaigns/year", {"year": year})
    assert await Campaign.all().count() == 7
    wrong = {"year": year, "pledge-first": f"{year}-11-01"}
    assert (await editor.post("/campaigns/year", wrong)).status_code == 422
    assert "开始和结束请都填" in editor.page
    await editor.post("/campaigns/year", wrong | {"pledge-last": f"{year}-11-30"})
    assert await Campaign.filter(pledge=True).count() == 1
    await editor.get("/campaigns")
    assert "质量月" in editor.page
    assert "信用市县周（县里定日期）" in editor.page


@on_sqlite
async def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office) -> None:
    editor = await an_editor(office)
    assert (await editor.post("/campaigns", {"summary": "走进乡村"})).status_code == 422
    assert "名称请写 1 到 40 个字" in editor.page
    assert "走进乡村" in editor.page
    assert (await editor.post("/campaigns", NEW | {"ends_on": "2026-11-01"})).status_code == 422
    assert "结束日期不早于开始日期" in editor.page
    assert (await editor.post("/campaigns/year", {"year": "1999"})).status_code == 422
    assert await Campaign.all().count() == 0


@on_sqlite
async def test_it_is_changed_hidden_and_shown_again(office: Office) -> None:
    editor = await an_editor(office)
    row = await made(editor)
    assert (await editor.post(f"/campaigns/{row.id}", NEW | {"name": "新名称", "version": "1"})).status_code == 303
    await editor.get(f"/campaigns/{row.id}?done=changed")
    assert "<h1>新名称</h1>" in editor.page
    await editor.post(f"/campaigns/{row.id}/hide", {"hidden": "1"})
    await editor.get(f"/campaigns/{row.id}")
    assert "已隐藏" in editor.page
    await editor.post(f"/campaigns/{row.id}/hide", {"hidden": "0"})
    assert not (await Campaign.get(id=row.id)).hidden


@on_sqlite
async def test_who_saves_second_is_told_and_keeps_what_she_typed(office: Office) -> None:
    editor = await an_editor(office)
    colleague = await office.signed_in("xcb-li", roles=["editor"], name="李编辑")
    path = f"/campaigns/{(await made(editor)).id}"
    for each in (editor, colleague):
        await each.get(path)
        assert '<input type="hidden" name="version" value="1">' in each.page
    assert (await colleague.post(path, NEW | {"summary": "同事写的介绍", "version": "1"})).status_code == 303
    hers = NEW | {"summary": "我写的介绍"}
    for version in ("1", "", "一", "0"):
        assert (await editor.post(path, hers | {"version": version})).status_code == 409
        assert "同事刚刚改过这个活动" in editor.page
        assert "<dd>同事写的介绍</dd>" in editor.page
        assert "我写的介绍</textarea>" in editor.page
    assert (await Campaign.get(name=NEW["name"])).summary == "同事写的介绍"
    assert '<input type="hidden" name="version" value="2">' in editor.page, "looked at, her next press counts"
    assert (await editor.post(path, hers | {"version": "2"})).status_code == 303
    assert (await Campaign.get(name=NEW["name"])).summary == "我写的介绍"


@on_sqlite
async def test_a_mistake_does_not_hide_that_a_colleague_was_first(office: Office) -> None:
    editor = await an_editor(office)
    path = f"/campaigns/{(await made(editor)).id}"
    await editor.post(path, NEW | {"summary": "另一个窗口写的", "version": "1"})
    assert (await editor.post(path, NEW | {"name": "", "version": "1"})).status_code == 422
    assert '<input type="hidden" name="version" value="1">' in editor.page
    assert (await editor.post(path, NEW | {"version": "1"})).status_code == 409


@on_sqlite
async def test_a_banner_is_a_picture_and_nothing_else(office: Office) -> None:
    editor = await an_editor(office)
    row = await made(editor)
    token = {"X-CSRF-Token": editor.csrf}
    path = f"/campaigns/{row.id}/banner"
    refused = await editor.send("POST", path, files={"file": ("a.pdf", b"%PDF-1.7 nothing")}, headers=token)
    assert refused.status_code == 422
    answer = await editor.send("POST", path, files={"file": ("a.jpg", a_photo())}, headers=token)
    assert answer.status_code == 303, editor.page
    banner = (await Campaign.get(id=row.id)).banner_id
    assert banner is not None
    shown = await editor.get(f"{path}/{banner}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    public = await office.app.phone().get(f"/files/{banner}/middle")
    assert public.status_code == 200
    await editor.post(f"/campaigns/{row.id}/hide", {"hidden": "1"})
    assert (await office.app.phone().get(f"/files/{banner}/middle")).status_code == 404
