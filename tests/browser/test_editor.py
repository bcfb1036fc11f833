"""Writing an article in a real browser: typing, autosave, headings, pictures, cover, preview, handing in."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pikepdf
import pytest
from playwright.async_api import expect

from backend.content.models import Article, Revision
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.browser.conftest import AtDesk
from tests.browser.editor_page import SEEN, a_png_file, again, begin, press, saved, stored, text_of, write
from tests.console.conftest import Office, open_office

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


async def test_what_is_typed_is_kept_by_itself_and_is_there_again(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await write(page, "第一段。", "第二段。")
    await expect(page.locator("#saved")).to_have_text("正在修改…")
    await saved(page)
    await expect(page.locator("#saved")).to_contain_text(":")  # at what time
    assert await stored() == "<p>第一段。</p><p>第二段。</p>"
    await page.reload()
    await expect(text_of(page)).to_contain_text("第二段。")
    await expect(page.locator("#kept")).to_be_hidden()
    await page.wait_for_timeout(2500)
    assert await Revision.all().count() == 2, "to open an article is no change of it"


async def test_headings_lists_alignment_and_tables_come_back_as_they_were(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await write(page, "总体要求")
    await press(page, "kind")
    await page.get_by_text("大标题").click()
    await write(page, "", "一行在中间")
    await press(page, "justifyCenter")
    await page.keyboard.press("Enter")
    await press(page, "justifyLeft")
    await press(page, "numberedList")
    await page.keyboard.insert_text("第一项")
    await page.keyboard.press("Enter")
    await page.keyboard.insert_text("里面")
    await page.keyboard.press("Home")
    await page.wait_for_timeout(SEEN)
    await page.keyboard.press("Tab")
    await page.get_by_role("button", name="保存", exact=True).click()
    await saved(page)
    first = await stored()
    assert first.startswith('<h2>总体要求</h2><p class="centre">一行在中间</p><ol><li>')
    assert "<ol><li>里面</li></ol></li></ol>" in first
    await page.reload()
    await write(page, "。")
    await saved(page)
    assert await stored() == first.replace("里面", "里面。")


async def test_a_picture_is_uploaded_captioned_and_shown_in_the_phone_frame(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    await write(page, "前面。")
    await page.locator("#choose-pictures").set_input_files(a_png_file(tmp_path))
    await expect(text_of(page).locator("figure img")).to_be_visible()
    await page.get_by_role("button", name="写图片说明").click()
    await page.get_by_label("说明（显示在图片下面）").fill("启动仪式<现场>")
    await page.get_by_label("替代文字").fill('一张"图"')
    await page.get_by_role("button", name="确定").click()
    await write(page, "后面。")
    await saved(page)
    html = await stored()
    assert html.startswith('<p>前面。</p><figure><img src="file:')
    assert "<figcaption>启动仪式&lt;现场&gt;</figcaption></figure><p>后面。</p>" in html
    await page.get_by_role("button", name="预览").click()
    phone = page.frame_locator("#preview iframe")
    await expect(phone.get_by_role("heading", name="诚信兴商宣传月开始了")).to_be_visible()
    await expect(phone.get_by_text("启动仪式<现场>")).to_be_visible()
    picture = phone.locator(".article-body img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert await phone.locator("body").evaluate("body => innerWidth") == 390


async def test_what_is_no_picture_is_told_in_words(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    (tmp_path / "odd.png").write_bytes(b"no picture at all")
    await page.locator("#choose-pictures").set_input_files(tmp_path / "odd.png")
    await expect(page.locator("#told")).to_contain_text("图片")
    await expect(page.locator("#working")).to_be_hidden()
    await expect(text_of(page).locator("figure")).to_have_count(0)


async def test_an_article_is_filled_in_and_handed_in(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    findings = page.locator("#findings")
    await expect(findings).to_contain_text("请选一张封面")
    await write(page, "张三的手机号是13800138000，请大家不要外传。")
    await saved(page)
    await expect(findings).to_contain_text("1 处必须改")
    assert "13800138000" not in await findings.inner_text()
    await page.get_by_role("button", name="送审").click()
    await expect(page.get_by_role("alert").first).to_contain_text("请填写摘要")

    await text_of(page).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text("今天，宣传月在县城开始，商户们签下了诚信承诺。")
    await page.get_by_role("button", name="用正文第一段").click()
    await page.locator("#cover input[type=file]").set_input_files(a_png_file(tmp_path, size=(1600, 1000)))
    await expect(page.locator("#crop cropper-selection").first).to_be_visible()
    await page.get_by_role("button", name="用作封面").click()
    await expect(page.locator("#cover img").first).to_be_visible()
    await saved(page)
    await expect(findings).to_contain_text("没有发现号码、名单和错敏词")
    await expect(findings.locator(".missing")).to_have_count(0)
    await page.get_by_role("button", name="送审").click()
    await expect(page.get_by_text("已送审，等同事审核")).to_be_visible()
    assert (await Article.get()).state == "first_review"


async def test_the_cover_is_what_the_frames_show(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    await page.locator("#cover input[type=file]").set_input_files(a_png_file(tmp_path, size=(1600, 1000)))
    square = page.locator("#crop [data-shape=square] cropper-selection")
    await expect(square).to_be_visible()
    box = await square.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2, steps=4)
    await page.mouse.up()
    async with page.expect_response("**/cover") as coming:
        await page.get_by_role("button", name="用作封面").click()
    crops = (await (await coming.value).json())["crops"]
    left, top, width, height = crops["square"]
    assert (top, width, height) == (0, 1000, 1000)
    assert left > 320, "moved to the right of the middle, which is 300"
    wide = crops["wide"]
    assert abs(wide[2] / wide[3] - 900 / 383) < 0.02


async def test_a_paper_is_attached_named_and_taken_off_again(at_desk: AtDesk, tmp_path: Path) -> None:
    page = await begin(at_desk)
    await expect(page.get_by_role("button", name="重新裁剪")).to_be_hidden()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        paper.save(tmp_path / "承诺书.pdf")
    await page.locator("#attachments input[type=file]").set_input_files(tmp_path / "承诺书.pdf")
    named = page.get_by_label("附件名称")
    await expect(named).to_have_value("承诺书", timeout=15_000)
    await named.fill("诚信承诺书（样式）")
    await saved(page)
    await page.reload()
    await expect(named).to_have_value("诚信承诺书（样式）")
    await expect(page.locator("#attachments")).to_contain_text(re.compile(r"PDF \d KB"))
    await page.locator("#attachments [data-remove]").first.click()
    await saved(page)
    await page.reload()
    await expect(named).to_have_count(0)


async def test_two_with_one_article_are_told_and_cannot_overwrite_each_other(at_desk: AtDesk) -> None:
    wang = await begin(at_desk)
    await write(wang, "王写的一段。")
    await saved(wang)
    li = await again(at_desk, "bj-2", "李编辑")
    await expect(li.locator("#other")).to_contain_text("王编辑也打开了这篇文章")
    await write(wang, "王又写了。")
    await saved(wang)
    await write(li, "李写的。")
    conflict = li.locator("#conflict")
    await expect(conflict).to_contain_text("王编辑在", timeout=15_000)
    await expect(text_of(li)).to_contain_text("李写的。")
    assert "李写的" not in await stored()
    await conflict.get_by_role("button", name="看看改了什么").click()
    await expect(li.locator("#differences ins, #differences del").first).to_be_visible()
    await expect(li.locator("#differences")).to_contain_text("王又写了。")
    await li.get_by_role("button", name="关闭").click()
    await li.context.grant_permissions(["clipboard-read"])
    await conflict.get_by_role("button", name="复制我的正文").click()
    assert "李写的。" in await li.evaluate("navigator.clipboard.readText()")
    await conflict.get_by_role("button", name="打开已保存的版本").click()
    await expect(text_of(li)).to_contain_text("王又写了。")
    await expect(li.locator("#kept")).to_contain_text("没有保存上的内容")
    await li.get_by_role("button", name="放回来接着写").click()
    await expect(text_of(li)).to_contain_text("李写的。")


async def test_the_network_goes_and_comes_back(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await page.context.set_offline(True)
    await write(page, "写在断网的时候。")
    await expect(page.locator("#saved")).to_contain_text("文字留在这台电脑里", timeout=15_000)
    await page.context.set_offline(False)
    await saved(page)
    assert await stored() == "<p>写在断网的时候。</p>"
    kept = "Object.keys(localStorage).filter((each) => each.startsWith('article'))"
    assert await page.evaluate(kept) == []


async def test_leaving_at_once_loses_nothing(at_desk: AtDesk) -> None:
    page = await begin(at_desk)
    await write(page, "最后一句。")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(f"{page.url.rsplit('/', 1)[0]}")
    await expect(page.get_by_role("heading", name="文章")).to_be_visible()
    await page.get_by_role("link", name="诚信兴商宣传月开始了").click()
    await expect(text_of(page)).to_contain_text("最后一句。")
