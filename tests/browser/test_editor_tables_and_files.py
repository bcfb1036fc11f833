"""Tables with merged cells, attachments of each kind, and uploads over a dead network, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FrameLocator, Locator, Page, expect

from backend import clock
from backend.content import publishing, revisions
from backend.content.models import Article
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from media.models import PublishedMedia
from tests.browser.conftest import AtDesk
from tests.browser.editor_page import a_png_file, begin, paste, press, saved, stored, text_of, write
from tests.console.conftest import Office, open_office
from tests.media.made_films import film, paper, sound

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

# As Word puts it on the clipboard: a head over two columns, and a name beside two rows.
MERGED = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<body lang=ZH-CN><!--StartFragment--><p class=MsoNormal><span>红榜汇总<o:p></o:p></span></p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'>
<tr><td width=92 rowspan=2 valign=top style='border:solid'><p class=MsoNormal><span>乡镇<o:p></o:p></span></p></td>
<td width=185 colspan=2 valign=top><p class=MsoNormal align=center><span>户数<o:p></o:p></span></p></td></tr>
<tr><td width=92><p class=MsoNormal><span>春季<o:p></o:p></span></p></td>
<td width=93><p class=MsoNormal><span>秋季<o:p></o:p></span></p></td></tr>
<tr><td width=92><p class=MsoNormal><span>下汤<o:p></o:p></span></p></td>
<td width=92><p class=MsoNormal>12</p></td><td width=93><p class=MsoNormal>15</p></td></tr>
</table><!--EndFragment--></body></html>"""
CELLS = [["乡镇", 1, 2], ["户数", 2, 1], ["春季", 1, 1], ["秋季", 1, 1], ["下汤", 1, 1], ["12", 1, 1], ["15", 1, 1]]
SEEN_CELLS = """cells => cells.filter(each => each.checkVisibility())
  .map(each => [each.innerText.replace(/[\\s\\ufeff]/g, ""), each.colSpan, each.rowSpan])"""
PLAYED = """async (player) => {
  player.muted = true;
  await player.play();
  await new Promise((seen) => player.addEventListener("timeupdate", seen, { once: true }));
  return [player.error, player.duration > 1, player.currentTime > 0];
}"""


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


async def cells_in(table: Locator) -> list[list[object]]:
    """What its cells say, and over how many columns and rows each goes."""
    await expect(table).to_be_visible()
    cells: list[list[object]] = await table.locator("td, th").evaluate_all(SEEN_CELLS)
    return cells


async def previewed(page: Page) -> FrameLocator:
    """What the phone frame shows."""
    await page.get_by_role("button", name="预览").click()
    phone = page.frame_locator("#preview iframe")
    await expect(phone.locator("h1.article-title")).to_be_visible()
    return phone


async def test_merged_cells_from_word_stay_merged(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await paste(page, MERGED, "红榜汇总")
    table = text_of(page).locator("table")
    assert await cells_in(table) == CELLS
    await saved(page)
    first = await stored()
    for said in ('rowspan="2"', 'colspan="2"'):
        assert first.count(said) == 1
    await page.reload()
    assert await cells_in(table) == CELLS
    await write(page, "后面。")
    await saved(page)
    assert await stored() == f"{first}<p>后面。</p>"
    phone = await previewed(page)
    assert await cells_in(phone.locator(".article-body table")) == CELLS


async def test_cells_that_she_merges_herself_stay_merged(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await paste(page, "<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>", "甲乙丙丁")
    cells = text_of(page).locator("table td, table th")
    start, end = await cells.nth(0).bounding_box(), await cells.nth(1).bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 10, start["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 20, end["y"] + 10, steps=5)
    await page.mouse.up()
    await press(page, "mergeTableCell")
    await saved(page)
    first = await stored()
    assert first.count('colspan="2"') == 1
    await page.reload()
    assert [each[1] for each in await cells_in(text_of(page).locator("table"))] == [2, 1, 1]
    await write(page, "后面。")
    await saved(page)
    assert (await stored()).startswith(first)


def made_files(folder: Path) -> list[Path]:
    """A video, a sound and a PDF."""
    made = {"开幕.mp4": film(), "诚信之歌.mp3": sound(), "承诺书.pdf": paper()}
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


async def they_play(page: Page, shown: Locator) -> None:
    """The video and the sound play, and the PDF is opened from its link."""
    for kind in ("video", "audio"):
        assert await shown.locator(kind).evaluate(PLAYED) == [None, True, True], kind
    link = shown.get_by_role("link", name="承诺书")
    opened = await page.request.get(await link.evaluate("link => link.href"))
    assert (opened.status, opened.headers["content-type"]) == (200, "application/pdf")
    assert (await opened.body()).startswith(b"%PDF-")


async def test_a_film_a_song_and_a_paper_are_played_in_the_preview_and_by_readers(
    at_desk: AtDesk, tmp_path: Path
) -> None:
    page = await begin(at_desk)
    await write(page, "请看附件。")
    await page.locator("#attachments input[type=file]").set_input_files(made_files(tmp_path))
    rows = page.locator("#attachments li")
    await expect(rows).to_have_count(3, timeout=30_000)
    for row, said in enumerate(("视频", "音频", "PDF")):
        await expect(rows.nth(row)).to_contain_text(said)
    await saved(page)
    phone = await previewed(page)
    await they_play(page, phone.locator(".article-attachments"))
    article = await Article.get()
    draft = await revisions.one(article.id, article.newest_number)
    await publishing.publish(article, article.newest_number, draft, clock.now())
    for media in await PublishedMedia.filter(kind__in=["video", "audio"]):
        reader = await page.context.browser.new_page()  # type: ignore[union-attr]
        await reader.goto(f"{page.url.split('/console')[0]}/api/v1/files/{media.id}/whole")
        assert await reader.locator("video").evaluate(PLAYED) == [None, True, True], media.kind
        await reader.context.close()
    await page.get_by_role("button", name="关闭预览").click()
    await page.reload()
    await expect(rows).to_have_count(3)


async def test_an_upload_over_a_dead_network_says_so_and_can_be_tried_again(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    picture, files = a_png_file(tmp_path), made_files(tmp_path)
    await page.context.set_offline(True)
    for place, chosen, there in (
        ("#choose-pictures", [picture], text_of(page).locator("figure img")),
        ("#attachments input[type=file]", files, page.locator("#attachments li").nth(2)),
        ("#cover input[type=file]", [picture], page.locator("#crop cropper-selection").first),
    ):
        await page.locator(place).set_input_files(chosen)
        told = page.locator("#told")
        await expect(told).to_contain_text("网络断了")
        await expect(told).to_contain_text("再试")
        await expect(page.locator("#working")).to_be_hidden()
        await page.context.set_offline(False)
        await told.get_by_role("button", name="再试一次").click()
        await expect(there).to_be_visible(timeout=15_000)
        await expect(told).to_be_empty()
        await page.context.set_offline(True)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="用作封面").click()
    await expect(text_of(page).locator("figure")).to_have_count(1)
    await expect(page.locator("#attachments li")).to_have_count(3)
    await saved(page)
    assert await PublishedMedia.all().count() == 5
