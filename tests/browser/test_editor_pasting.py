"""Pasting into an article in a real browser: from Word, from a 公众号 page, pictures, traps, and out to a 公众号."""

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from media.models import PublishedMedia
from tests.browser.conftest import AtDesk
from tests.browser.editor_page import a_png, begin, paste, saved, stored, text_of, write
from tests.console.conftest import Office, open_office
from tests.content.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

TAGS = re.compile("<[^>]*>")
PASTES = Path(__file__).parent.parent / "content" / "pastes"


def from_program(name: str) -> tuple[str, str]:
    """A clipboard of another program, and what is stored of it."""
    return (PASTES / f"{name}.html").read_text(), (PASTES / f"{name}.tidy.html").read_text().replace("\n", "")


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


async def pasted(page: Page, said: str) -> None:
    """Until it stands in the text."""
    await expect(text_of(page)).to_contain_text(said)
    await expect(page.locator("#working")).to_be_hidden()


@pytest.mark.parametrize("name", ["word", "gongzhonghao"])
async def test_what_other_programs_hand_over_is_stored_tidied(at_desk: AtDesk, name: str) -> None:
    page = await begin(at_desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    html, tidied = from_program(name)
    await paste(page, html, "文字")
    await expect(page.locator("#told")).to_contain_text("没有带过来")
    await expect(page.locator("#working")).to_be_hidden()
    await saved(page)
    lines = [line for line in TAGS.sub("\n", tidied).split("\n") if line.strip()]
    kept = await stored()
    assert [line for line in TAGS.sub("\n", kept).split("\n") if line.strip()] == lines
    for said in ("<h2>", "<table>", "<strong>", "【这里有一张图片没有带过来"):
        assert (said in kept) == (said in tidied), said
    for gone in ("style", "Mso", "font", "o:p", "section", "file:///", "data-src"):
        assert gone not in kept
    here = page.url.split("/console")[0]
    assert [url for url in asked if not url.startswith(here)] == [], "nothing is fetched from elsewhere"


async def test_a_picture_that_came_as_data_becomes_a_file_of_ours(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    data = base64.b64encode(a_png()).decode()
    await paste(page, f'<p>图前</p><p><img src="data:image/png;base64,{data}"></p><p>图后</p>', "图前")
    await pasted(page, "图后")
    await expect(text_of(page).locator("figure img")).to_be_visible()
    await saved(page)
    media = await PublishedMedia.get()
    assert await stored() == f'<p>图前</p><figure><img src="file:{media.id}" alt=""></figure><p>图后</p>'


async def test_a_copied_picture_and_a_screenshot_are_uploaded(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await paste(page, '<img src="https://elsewhere.example/x.png">', files=(("image.png", a_png()),))
    await expect(text_of(page).locator("figure")).to_have_count(1)
    await paste(page, files=(("a.png", a_png((900, 600))), ("b.png", a_png((600, 900)))))
    await expect(text_of(page).locator("figure")).to_have_count(3)
    await saved(page)
    assert (await stored()).count('<img src="file:') == 3
    assert await PublishedMedia.all().count() == 3


async def test_plain_text_and_one_line_go_on_where_the_writing_stands(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await write(page, "开头，")
    await paste(page, "<p><span style='color:red'>中间</span></p>", "中间")
    await pasted(page, "中间")
    await paste(page, plain="，结尾。\n\n另一段。")
    await pasted(page, "另一段。")
    await saved(page)
    assert await stored() == "<p>开头，中间，结尾。</p><p>另一段。</p>"


async def test_without_a_network_the_words_are_pasted_all_the_same(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await write(page, "前面。")
    await page.context.set_offline(True)
    await paste(page, "<h2>甲</h2><script>document.title='fired'</script><p>乙</p>", "甲\n乙")
    await pasted(page, "乙")
    await expect(page.locator("#told")).to_contain_text("已先粘贴文字")
    await page.context.set_offline(False)
    await saved(page)
    assert await stored() == "<p>前面。甲</p><p>乙</p>"


DROP = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "落下");
  const target = document.querySelector("#text [data-slate-editor] p");
  const { x, y } = target.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, clientX: x + 4, clientY: y + 4 };
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, ...at }));
}"""


async def test_nothing_that_is_pasted_or_dropped_comes_alive(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    fired: list[str] = []
    page.on("dialog", lambda dialog: fired.append(dialog.message))
    calls = "window.fired = []; window.alert = window.confirm = window.prompt = (...said) => fired.push(said)"
    await page.evaluate(f"{calls}; null")  # a function that is left over would be called
    for payload in PAYLOADS[:: max(1, len(PAYLOADS) // 60)]:
        await paste(page, f"<p>前</p>{payload}", "前")
    await page.evaluate(DROP, "".join(f"<p>落下</p>{payload}" for payload in PAYLOADS))
    await pasted(page, "落下")
    await saved(page)
    assert (fired, await page.evaluate("window.fired")) == ([], [])
    alive = "script, iframe, object, embed, svg, form, [onerror], [onload], [onclick], a[href^=javascript]"
    assert await text_of(page).locator(alive).count() == 0
    await page.get_by_role("button", name="预览").click()
    await expect(page.frame_locator("#preview iframe").get_by_role("heading").first).to_be_visible()
    assert (fired, await page.evaluate("window.fired")) == ([], [])
    assert "<script" not in await stored()


async def test_it_is_copied_out_as_a_wechat_editor_takes_it(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await page.context.grant_permissions(["clipboard-read"])
    await write(page, "第一段。")
    await page.get_by_role("button", name="复制到公众号").click()
    await expect(page.locator("#told")).to_contain_text("已复制")
    read = "navigator.clipboard.read().then(([each]) => each.getType('text/html')).then((each) => each.text())"
    html = await page.evaluate(read)
    assert "第一段。" in html
    assert "font-size" in html
    assert "class=" not in html
