"""Handing evidence in on a phone, in a real browser: two photos, a connection that breaks, and nothing lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from backend import clock
from backend.demo.photos.camera import Photo, develop
from tests.demo.conftest import Demo
from tests.demo.test_start_page import MISFITS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """As they lie on a phone: one held sideways, one HEIC, both saying where they were taken."""
    first, second = tmp_path / "street.jpg", tmp_path / "team.heic"
    first.write_bytes(develop(Photo("street", 901, sideways=True, located=True)))
    second.write_bytes(develop(Photo("group", 902, located=True, heic=True)))
    return [first, second]


async def phone(demo: Demo, chromium: Browser) -> tuple[BrowserContext, Page, list[str]]:
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, base_url=demo.url)
    page = await context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto("/")
    await page.locator('button[value="xiaomei"]').click()
    await page.wait_for_url("**/demo/points")
    return context, page, said


async def begin(page: Page) -> None:
    await page.goto("/demo/evidence/new")
    assert await page.evaluate(MISFITS) == []
    await page.get_by_role("button", name="志愿服务").click()
    await page.wait_for_url("**/edit")
    assert await page.evaluate(MISFITS) == []


async def test_two_photos_arrive_though_the_connection_breaks(
    demo: Demo, chromium: Browser, photos: list[Path]
) -> None:
    context, page, said = await phone(demo, chromium)
    await begin(page)
    cuts = iter([False, True])

    async def sometimes(route: Route) -> None:
        await (route.abort("connectionreset") if next(cuts, False) else route.continue_())

    await page.route("**/demo/photos", sometimes)
    await page.locator("[data-pick]").set_input_files(photos)
    await expect(page.get_by_text("网络断了，没有传上去。")).to_be_visible()
    await fill(page)
    await page.get_by_role("button", name="交上去审核").click()
    await expect(page.get_by_text("还有照片没传好")).to_be_visible()
    await page.get_by_role("button", name="再传一次").click()
    await expect(page.locator(".photos img")).to_have_count(2)
    await page.get_by_role("button", name="交上去审核").click()
    await page.wait_for_url("**told=submitted")
    await expect(page.get_by_text("已经交上去了")).to_be_visible()
    widths = await page.locator(".photos img").evaluate_all("each => each.map(one => one.naturalWidth)")
    assert len(widths) == 2
    assert min(widths) > 0
    assert await page.evaluate(MISFITS) == []
    await context.close()
    assert said == []


async def fill(page: Page) -> None:
    await page.get_by_label("服务组织").fill("下汤镇志愿服务队（示例）")
    await page.get_by_label("活动内容").fill("打扫老街")
    await page.get_by_label("服务地点").fill("下汤镇老街")
    day = (clock.today() - timedelta(days=3)).isoformat()
    await page.locator('[name="starts_at_day"]').fill(day)
    await page.locator('[name="starts_at_time"]').fill("08:00")
    assert await page.locator('[name="ends_at_day"]').input_value() == day
    await page.locator('[name="ends_at_time"]').fill("11:30")
    await page.get_by_label("时长").fill("3.5")


async def test_what_was_typed_without_a_network_is_kept_when_it_is_back(demo: Demo, chromium: Browser) -> None:
    context, page, said = await phone(demo, chromium)
    await begin(page)
    await context.set_offline(True)
    await page.get_by_label("活动内容").fill("巡河")
    await expect(page.get_by_text("网络好了会自动再存")).to_be_visible()
    await context.set_offline(False)
    await expect(page.get_by_text("已存好")).to_be_visible(timeout=15_000)
    await page.reload()
    assert await page.get_by_label("活动内容").input_value() == "巡河"
    await page.goto(page.url.removesuffix("/edit"))
    await page.get_by_text("不要这份草稿了").click()
    await page.get_by_role("button", name="删除草稿").click()
    await page.wait_for_url("**/demo/evidence")
    await context.close()
    assert said == []
