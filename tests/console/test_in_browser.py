"""The console's frame in a real browser: its scripts run under the policy, and a refusal takes nothing typed away."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from backend.console.visit import COOKIE, HOME
from tests.console.conftest import Office, Officer
from tests.servers import HERE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def window(chromium: Browser) -> AsyncIterator[BrowserContext]:
    opened = await chromium.new_context(viewport={"width": 1440, "height": 900})
    yield opened
    await opened.close()


async def desk(window: BrowserContext, officer: Officer) -> tuple[Page, list[str]]:
    """A page of her signed-in browser, and the list of everything that its scripts complain of."""
    session = officer.browser.cookies[COOKIE]
    await window.add_cookies([{"name": COOKIE, "value": session, "domain": HERE, "path": HOME}])
    page, faults = await window.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    return page, faults


async def test_a_refused_form_keeps_every_letter(office: Office, window: BrowserContext) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    colleague = await office.signed_in("sjj-wang", roles=["reviewer"], name="王办事")
    page, faults = await desk(window, admin)
    assert colleague.user is not None
    await page.goto(f"{office.app.url}/console/people/{colleague.user.id}")
    await page.check("input[value=auditor]")
    await page.evaluate("document.querySelector('input[value=auditor]').value = 'king'")
    await page.click("text=保存角色")
    await page.wait_for_selector("#fault [role=alert]")
    assert "没有这个角色" in await page.inner_text("#fault")
    assert await page.is_checked("input[value=king]")
    assert page.url.endswith(str(colleague.user.id))
    assert faults == []


async def test_a_saved_form_leads_on_and_says_so(office: Office, window: BrowserContext) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    colleague = await office.signed_in("sjj-wang", roles=["reviewer"])
    page, faults = await desk(window, admin)
    await page.goto(f"{office.app.url}/console/people")
    await page.click("text=sjj-wang >> xpath=.. >> a")
    await page.check("input[value=auditor]")
    await page.click("text=保存角色")
    await page.wait_for_selector("text=角色已保存")
    assert page.url.endswith("?done=roles")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.click("text=停用账号")
    await page.wait_for_selector("text=账号已停用")
    assert (await colleague.get()).status_code == 303
    assert faults == []


async def test_an_ended_session_leads_to_the_sign_in_page_and_back(office: Office, window: BrowserContext) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    page, faults = await desk(window, admin)
    await page.goto(f"{office.app.url}/console/account")
    await admin.post("/sign-out")
    await page.fill("#until", "2030-01-01")
    await page.click("text=登记请假")
    await page.wait_for_selector("text=工作人员登录")
    assert page.url.endswith("/console/sign-in?next=/console/account")
    assert faults == []


@pytest.mark.parametrize("path", ["", "/account", "/people", "/audit"])
async def test_pages_fit_a_phone(office: Office, window: BrowserContext, path: str) -> None:
    officer = await office.signed_in("sjj-all", roles=["admin", "auditor", "reviewer", "officer"])
    page, faults = await desk(window, officer)
    await fits_a_phone(page, f"{office.app.url}/console{path}")
    assert faults == []


async def test_the_ways_in_fit_a_phone(office: Office, window: BrowserContext) -> None:
    _, token = await office.invited("sjj-xin")
    page = await window.new_page()
    await fits_a_phone(page, f"{office.app.url}/console/sign-in")
    await fits_a_phone(page, f"{office.app.url}/console/set-up/{token}")
    await page.fill("#password", "青山绿水")
    await page.check("text=显示密码")
    assert await page.get_attribute("#password", "type") == "text"


async def fits_a_phone(page: Page, address: str) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(address)
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(too_wide) == 0, address
