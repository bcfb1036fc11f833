"""The catalogue desk in a real browser: a file with a fault, the same one put right, published and taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from backend import clock
from backend.console.visit import COOKIE, HOME
from backend.demo.wechat_stand_in import StandIn
from backend.records.models import CatalogueVersion
from backend.settings import Settings
from tests.console.conftest import Office, open_office
from tests.records.catalogue_files import a_catalogue, toml
from tests.servers import HERE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


@pytest.fixture
async def page(office: Office, chromium: Browser) -> AsyncIterator[Page]:
    """An administrator's browser at the catalogue desk; what its scripts complain of fails the test."""
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    token = admin.browser.cookies[COOKIE]
    await context.add_cookies([{"name": COOKIE, "value": token, "domain": HERE, "path": HOME}])
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(f"{office.app.url}/console/catalogue")
    yield page
    await context.close()


def a_file(folder: Path, days: int) -> Path:
    path = folder / "catalogue.toml"
    path.write_bytes(toml(a_catalogue(version="next.1", in_force_from=clock.today() + timedelta(days=days))))
    return path


async def accept(dialog: Dialog) -> None:
    """As who clicks 确定."""
    await dialog.accept()


async def test_a_version_goes_its_whole_way(page: Page, tmp_path: Path) -> None:
    look = page.get_by_role("button", name="检查文件")
    await page.get_by_label("目录文件").set_input_files(a_file(tmp_path, days=29))
    await look.click()
    await expect(page.get_by_role("heading", name="有 1 处要改")).to_be_visible()
    await expect(page.get_by_role("cell", name="in_force_from")).to_be_visible()

    await page.get_by_label("目录文件").set_input_files(a_file(tmp_path, days=30))
    await expect(look).not_to_have_attribute("aria-disabled", "true")  # a second click too soon is none
    await look.click()
    await expect(page.get_by_role("heading", name="没有发现问题")).to_be_visible()
    assert await CatalogueVersion.all().count() == 1
    page.once("dialog", accept)
    await page.get_by_role("button", name="公布", exact=True).click()
    await expect(page.get_by_text("已公布，现在开始征求意见")).to_be_visible()
    assert page.url.endswith("/console/catalogue/versions/next.1?done=published")

    await page.get_by_text("收回这个版本").click()
    await page.get_by_role("button", name="确认收回").click()
    await expect(page.get_by_text("这个版本不会施行，版本号不再使用。")).to_be_visible()
    assert (await CatalogueVersion.get(version="next.1")).withdrawn_at is not None


async def test_a_file_that_changed_since_it_was_looked_at_is_not_published(page: Page, tmp_path: Path) -> None:
    await page.get_by_label("目录文件").set_input_files(a_file(tmp_path, days=30))
    await page.get_by_role("button", name="检查文件").click()
    await expect(page.get_by_role("heading", name="没有发现问题")).to_be_visible()
    await page.get_by_label("目录文件").set_input_files(a_file(tmp_path, days=31))
    page.once("dialog", accept)
    await page.get_by_role("button", name="公布", exact=True).click()
    await expect(page.get_by_text("文件和刚才检查的不一样了")).to_be_visible()
    assert await CatalogueVersion.all().count() == 1


@pytest.mark.parametrize("path", ["", "/versions/2026.1-sample", "/changes"])
async def test_pages_fit_a_phone(page: Page, office: Office, path: str) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{office.app.url}/console/catalogue{path}")
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(too_wide) == 0
