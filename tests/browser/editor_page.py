"""The page on which an article is written, as an editor's hands know it."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.async_api import ConsoleMessage, Locator, Page, expect

from backend.content.models import Article
from backend.content.revisions import one
from tests.browser.conftest import AtDesk

SEEN = 300  # milliseconds until the tools know where the writing stands; no hand is faster
TITLE = "诚信兴商宣传月开始了"
_OF_NOTHING = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
_PASTE = """([kinds, files]) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
  for (const [name, kind, bytes] of files) data.items.add(new File([new Uint8Array(bytes)], name, { type: kind }));
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("#text [data-slate-editor]").dispatchEvent(event);
}"""


def a_png(size: tuple[int, int] = (1200, 800)) -> bytes:
    """A picture of one colour."""
    target = BytesIO()
    Image.new("RGB", size, (90, 140, 120)).save(target, "PNG")
    return target.getvalue()


def a_png_file(folder: Path, name: str = "picture.png", size: tuple[int, int] = (1200, 800)) -> Path:
    """The same as a file to choose."""
    path = folder / name
    path.write_bytes(a_png(size))
    return path


def no_policy_broken(message: ConsoleMessage) -> None:
    """Fail on whatever the page's own policy forbids, but for a style without a word, as wangEditor has on tables."""
    if "Content Security Policy" in message.text and _OF_NOTHING not in message.text:
        pytest.fail(message.text)


async def begin(at_desk: AtDesk, username: str = "bj-1", name: str = "王编辑") -> Page:
    """An editor with a new article before her."""
    page: Page = await at_desk(username, name, "/console/articles", "editor")
    page.on("console", no_policy_broken)
    await page.get_by_role("link", name="写新文章").click()
    await page.get_by_label("标题").fill(TITLE)
    await page.get_by_label("频道").select_option(label="信用知识")
    await page.get_by_role("button", name="开始写").click()
    await expect(text_of(page)).to_be_visible()
    return page


async def again(at_desk: AtDesk, username: str, name: str) -> Page:
    """Another editor with the same article before her."""
    page: Page = await at_desk(username, name, f"/console/articles/{(await Article.get()).id}", "editor")
    page.on("console", no_policy_broken)
    await expect(text_of(page)).to_be_visible()
    return page


def text_of(page: Page) -> Locator:
    """Where she writes."""
    return page.locator("#text [data-slate-editor]")


async def write(page: Page, *paragraphs: str) -> None:
    """At the end of the text, a paragraph after the other."""
    await text_of(page).click()
    await page.keyboard.press("Control+End")
    for place, paragraph in enumerate(paragraphs):
        if place:
            await page.keyboard.press("Enter")
        await page.keyboard.insert_text(paragraph)


async def paste(page: Page, html: str = "", plain: str = "", files: tuple[tuple[str, bytes], ...] = ()) -> None:
    """As the clipboard of another program hands it over."""
    await text_of(page).focus()
    kinds = {kind: text for kind, text in (("text/html", html), ("text/plain", plain)) if text}
    await page.evaluate(_PASTE, [kinds, [[name, "image/png", list(data)] for name, data in files]])


async def saved(page: Page) -> None:
    """Until the page says that all is kept."""
    await page.wait_for_timeout(SEEN)  # what was just typed has made it say otherwise
    await expect(page.locator("#saved")).to_contain_text("已保存", timeout=15_000)


async def stored(article_id: UUID | None = None) -> str:
    """The html of the newest revision."""
    article = await (Article.get(id=article_id) if article_id else Article.get())
    return (await one(article.id, article.newest_number)).html


async def press(page: Page, tool: str) -> None:
    """One of the tools above the text."""
    await page.wait_for_timeout(SEEN)
    await page.locator(f"[data-menu-key={tool}]").click()
