"""The desk of units' nominations in a real browser: the story is counted, a picture goes alone, all of it is sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from backend.demo.wechat_stand_in import StandIn
from backend.nominations.models import Nomination
from backend.settings import Settings
from tests import season_factories
from tests.browser.conftest import AtDesk
from tests.console.conftest import Office, open_office
from tests.media.photos import a_photo
from tests.nomination_factories import STORY

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


async def test_a_township_writes_adds_a_picture_and_hands_in(office: Office, at_desk: AtDesk, tmp_path: Path) -> None:
    await season_factories.a_season()
    page = await at_desk("sjj-wang", "王办事", "/console/unit-nominations")
    await page.get_by_role("link", name="推荐", exact=True).click()
    await page.get_by_label("姓名").first.fill("周三")
    await page.get_by_label("事迹", exact=True).fill("先写 一句。")
    await expect(page.get_by_text("现在 5 个字。")).to_be_visible()
    await page.get_by_role("button", name="保存，下一步加照片和提交").click()
    await expect(page.get_by_text("草稿已保存。")).to_be_visible()

    photo, text = tmp_path / "photo.jpg", tmp_path / "not-a-photo.jpg"
    photo.write_bytes(a_photo())
    text.write_bytes(b"hello")
    await page.get_by_label("选一张照片").set_input_files(text)
    await page.get_by_role("button", name="上传").click()
    await expect(page.get_by_text("这不是能用的图片")).to_be_visible()
    await page.get_by_label("在哪里").fill("松垛沟村")
    await page.get_by_label("选一张照片").set_input_files(photo)
    await page.get_by_role("button", name="上传").click()
    picture = page.get_by_role("img", name="第 1 张照片")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0

    await page.get_by_role("button", name="提交推荐").click()
    await expect(page.get_by_text("有内容填写不对")).to_be_visible()
    assert await page.evaluate("document.activeElement.id") == "person-0-unit", "the page begins at the first fault"
    await page.get_by_label("单位或者村").first.fill("松垛沟村")
    await page.get_by_label("乡镇（街道）").first.select_option("下汤镇")
    await page.get_by_label("怎样联系").first.fill("村支书知道怎样找他")
    await page.get_by_label("事迹", exact=True).fill(STORY)
    await expect(page.get_by_label("在哪里")).to_have_value("松垛沟村")  # it was kept with the picture
    await page.get_by_label("哪一天，或者从哪一天开始").fill("2014-03-01")
    await page.get_by_role("button", name="提交推荐").click()
    await expect(page.get_by_text("推荐已提交")).to_be_visible()
    assert (await Nomination.get()).state == "waiting"


async def test_it_fits_a_phone(office: Office, at_desk: AtDesk) -> None:
    season = await season_factories.a_season()
    page = await at_desk("sjj-wang", "王办事", f"/console/unit-nominations/new/{season.id}")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
