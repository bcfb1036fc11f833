"""All attacks as they are after cleaning, pasting, showing and copying, in a real browser: nothing fires."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from backend.content.cleaning import clean
from backend.content.pasting import tidy
from backend.content.rendering import addressed
from backend.content.wechat_copy import copy
from tests.content.payloads import ALLOWED, PAYLOADS

pytestmark = pytest.mark.browser

HOST = "https://lushan.example/"
ELEMENTS = """() => [...document.body.querySelectorAll('*')].map(element => element.localName)"""
ATTRIBUTES = """() => [...document.body.querySelectorAll('*')].flatMap(
    element => [...element.attributes].map(attribute => attribute.name))"""
POKE = """() => {
    for (const element of document.body.querySelectorAll('*'))
        for (const name of ['click', 'mouseover', 'focus', 'error', 'toggle', 'load'])
            element.dispatchEvent(new Event(name, {bubbles: false}));
}"""


def address(file_id: UUID, size: str) -> str:
    return f"{HOST}{file_id}/{size}"


WAYS: dict[str, Callable[[str], str]] = {
    "cleaned": clean,
    "pasted": lambda html: tidy(html).html,
    "shown": lambda html: addressed(html, address),
    "copied": lambda html: copy(html, address),
}


async def watched(chromium: Browser, html: str) -> tuple[Page, list[str], list[str]]:
    """A page with a body, what it said in dialogs and what it asked of the network, both as they happen."""
    page = await chromium.new_page()
    said, asked = list[str](), list[str]()

    async def hear(dialog: object) -> None:
        said.append("dialog")
        await dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", hear)
    page.on("request", lambda request: asked.append(request.url))
    await page.route("**/*", lambda route: route.abort())
    await page.set_content(f"<!doctype html><body>{html}", wait_until="domcontentloaded")
    await page.evaluate(POKE)
    await page.wait_for_timeout(300)
    return page, said, asked


async def test_an_attack_that_nobody_stopped_fires(chromium: Browser) -> None:
    page, said, asked = await watched(chromium, "<img src=x onerror=alert(1)><img src='https://evil.example/t.gif'>")
    assert said
    assert "https://evil.example/t.gif" in asked
    await page.close()


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_fires(chromium: Browser, way: str) -> None:
    encodable = [payload.encode("utf-8", "replace").decode() for payload in PAYLOADS]
    page, said, asked = await watched(chromium, "\n".join(map(WAYS[way], encodable)))
    assert said == []
    assert [url for url in asked if not url.startswith((HOST, "file:"))] == []
    assert set(await page.evaluate(ELEMENTS)) <= {*ALLOWED, "div", "section"}
    attributes = set(await page.evaluate(ATTRIBUTES))
    assert attributes <= {"class", "colspan", "rowspan", "href", "rel", "src", "alt", "loading", "style"}
    assert ("style" in attributes) == (way == "copied")
    await page.close()
