"""The start page without demo mode, the API's reader, and the pages in a real browser."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page

from backend.demo.stories import KEYS
from backend.settings import Settings
from tests import servers
from tests.demo.conftest import Demo


@pytest.mark.slow
def test_outside_demo_mode_there_is_nobody_to_sign_in_as(county_settings: Settings, tmp_path: Path) -> None:
    real = replace(
        county_settings,
        demo=False,
        field_keys="1:ffeeddccbbaa99887766554433221100",
        digest_key="ab" * 32,
        wechat_app_id="wx0000000000000000",
    )
    server = servers.RunningServer(real, tmp_path / "server.log")
    server.start()
    try:
        with httpx.Client(base_url=server.url) as browser:
            start = browser.get("/")
            assert start.status_code == 200
            assert "样本" in start.text
            assert "sign-in" not in start.text
            assert "鲁小梅" not in start.text
            for address in ("/demo/points", "/demo/records", "/demo/texts"):
                assert browser.get(address).status_code == 404
            assert browser.post("/demo/sign-in", data={"person": "xiaomei"}).status_code == 404
    finally:
        server.stop()


@pytest.mark.slow
def test_the_start_page_leads_to_the_reader_the_contract_and_health(demo: Demo) -> None:
    with demo.browser() as browser:
        look_around(browser)


def look_around(browser: httpx.Client) -> None:
    start = browser.get("/")
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", start.text)
    for address in ("/docs", "/docs/openapi.json", "/health"):
        assert f'href="{address}"' in start.text
        assert browser.get(address).status_code == 200
    assert 'id="api-docs"' in browser.get("/docs").text
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', start.text + browser.get("/docs").text):
        assert browser.get(asset).status_code == 200, asset


# What a person meets with a finger or with old eyes: too small a target, or a page wider than the screen.
MISFITS = """() => {
  const small = [...document.querySelectorAll('button, summary, label, .tabs a, .row, .button, .phone, .back')]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44)
    .map(each => each.textContent.trim())
  const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []
  const tiny = parseFloat(getComputedStyle(document.body).fontSize) < 17 ? ['body text too small'] : []
  return [...small, ...wide, ...tiny]
}"""


async def misfits(page: Page) -> object:
    await page.wait_for_load_state("networkidle")
    return await page.evaluate(MISFITS)


@pytest.mark.browser
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
async def test_the_pages_fit_a_small_phone_and_break_no_policy(demo: Demo, chromium: Browser, large: bool) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640})
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for person in KEYS:
        await page.goto(f"{demo.url}/")
        if large and person == KEYS[0]:
            await page.get_by_role("button", name="大字").click()
        assert await misfits(page) == []
        await page.locator(f'button[value="{person}"]').click()
        await page.wait_for_url("**/demo/**")
        for tab in ("积分", "明细", "记录", "通知"):
            await page.get_by_role("navigation").get_by_role("link", name=tab).click()
            assert await misfits(page) == []
            if await page.locator("a.row").count():
                await page.locator("a.row").first.click()
                assert await misfits(page) == []
        await page.get_by_role("button", name="退出", exact=True).click()
        await page.wait_for_url(f"{demo.url}/")
    await context.close()
    assert said == []
