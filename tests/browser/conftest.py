"""What the desks' browser tests start from: officers, each at a browser of her own."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from backend.console.visit import COOKIE, HOME
from tests.console.conftest import Office
from tests.servers import HERE

AtDesk = Callable[..., Awaitable[Page]]  # username, name, path; the role unless she is an officer


@pytest.fixture
async def at_desk(office: Office, chromium: Browser) -> AsyncIterator[AtDesk]:
    """Opens an officer's own browser at a desk; whatever its console complains of fails the test.

    The browsers are closed before the server, which would wait for the connections that they keep.
    """
    contexts: list[BrowserContext] = []

    async def open_desk(username: str, name: str, path: str, role: str = "officer") -> Page:
        officer = await office.signed_in(username, roles=[role], name=name)
        context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        contexts.append(context)
        token = officer.browser.cookies[COOKIE]
        await context.add_cookies([{"name": COOKIE, "value": token, "domain": HERE, "path": HOME}])
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{username}: {error}"))
        await page.goto(f"{office.app.url}{path}")
        return page

    yield open_desk
    for context in contexts:
        await context.close()
