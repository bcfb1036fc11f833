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
        wechat_push_token="",
        wechat_push_key="",
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
  const touched = 'button, summary, label:not([for]), .tabs a, .row, .button, .phone, .back'
  const small = [...document.querySelectorAll(touched)]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44)
    .map(each => each.textContent.trim())
  const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []
  const tiny = parseFloat(getComputedStyle(document.body).fontSize) < 17 ? ['body text too small'] : []
  return [...small, ...wide, ...tiny]
}"""


@pytest.mark.browser
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
async def test_the_pages_fit_a_small_phone_and_break_no_policy(demo: Demo, chromium: Browser, large: bool) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640}, base_url=demo.url)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto("/")
    if large:
        await page.get_by_role("button", name="大字").click()
        await page.wait_for_selector("html.large")
    for person in KEYS:
        await page.goto("/")
        assert await page.evaluate(MISFITS) == []
        await page.locator(f'button[value="{person}"]').click()
        await page.wait_for_url("**/demo/**")
        await look_at_tabs(page)
        await page.get_by_role("button", name="退出", exact=True).click()
        await page.wait_for_url(f"{demo.url}/")
    await context.close()
    assert said == []


async def look_at_tabs(page: Page) -> None:
    """Each page under a tab, and the first thing in each list."""
    tabs = [await link.get_attribute("href") for link in await page.locator(".tabs a").all()]
    assert len(tabs) == 6
    for address in [*tabs, "/demo/enrolment", "/demo/texts", "/demo/evidence/new", "/demo/looks"]:
        await page.goto(str(address))
        assert await page.evaluate(MISFITS) == []
        first = page.locator("a.row").first
        if await first.count():
            await page.goto(str(await first.get_attribute("href")))
            assert await page.evaluate(MISFITS) == []
        form = page.locator('a[href$="/edit"]').first
        if await form.count():
            await page.goto(str(await form.get_attribute("href")))
            assert await page.evaluate(MISFITS) == []
