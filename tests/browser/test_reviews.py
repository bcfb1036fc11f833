"""三审 in a real browser: on a phone and at a desk, from the queue to readers, and back out again."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from backend.console.visit import COOKIE, HOME
from backend.content import articles
from backend.content.models import Article, Publication
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from media import published
from media.storage import open_storage
from media.workshop import Workshop
from tests.console.conftest import Office, Officer, open_office
from tests.console.review_desk import TITLE, changed, handed_in, now, passed, staff, the_desk, written
from tests.servers import HERE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[[Officer | None, tuple[int, int], str], Awaitable[Page]]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "document.querySelector('.article-body img').naturalWidth"


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as running:
        yield running


@pytest.fixture
async def opened(office: Office, chromium: Browser) -> AsyncIterator[Open]:
    """Opens an address in a person's own browser of some size; whatever its console complains of fails the test."""
    contexts: list[BrowserContext] = []

    async def open_page(officer: Officer | None, size: tuple[int, int], path: str) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = await chromium.new_context(viewport=viewport, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        if officer is not None:
            token = officer.browser.cookies[COOKIE]
            await context.add_cookies([{"name": COOKIE, "value": token, "domain": HERE, "path": HOME}])
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda said: _no_violation(said.text))
        await page.goto(f"{office.app.url}{path}")
        return page

    yield open_page
    for context in contexts:
        await context.close()


def _no_violation(said: str) -> None:
    if "Content Security Policy" in said:
        pytest.fail(said)


async def with_a_picture(settings: Settings, writer: Officer, article: Article) -> Article:
    """The article with a real picture in its text, as its cover, too."""
    made = io.BytesIO()
    Image.new("RGB", (800, 600), (200, 180, 140)).save(made, "JPEG")
    storage, workshop, who = open_storage(settings), Workshop(), await staff(writer)
    try:
        picture = await published.take_in_picture(
            storage, workshop, f"article:{article.id}", who.id, made.getvalue(), ""
        )
        await published.set_crops(storage, workshop, picture.id, {})
    finally:
        await workshop.close()
    draft = (await articles.load(article.id)).draft
    html = f'{draft.html}<figure><img src="file:{picture.id}" alt="一碗面"><figcaption>一碗面</figcaption></figure>'
    draft = msgspec.structs.replace(draft, html=html, cover_id=picture.id)
    await articles.save(who, article.id, draft, from_version=article.version)
    return await now(article)


async def test_three_people_review_on_their_phones_and_it_is_published(
    office: Office, opened: Open, settings: Settings
) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer, await with_a_picture(settings, desk.writer, await written(desk.writer)))
    for reviewer, step in ((desk.first, "初审"), (desk.second, "复审"), (desk.chief, "终审")):
        page = await opened(reviewer, PHONE, f"{HOME}/reviews")
        assert await page.evaluate(TOO_WIDE) == 0
        await page.get_by_role("link", name=TITLE).click()
        await expect(page.get_by_role("heading", name=step, exact=True)).to_be_visible()
        await page.locator(".article-body img").scroll_into_view_if_needed()
        await page.wait_for_function(f"{SHOWN} > 0")
        assert await page.evaluate(TOO_WIDE) == 0
        await page.get_by_role("link", name="写审核意见").click()
        await page.get_by_label("意见（可不填）").fill("可以发。")
        await page.get_by_role("button", name=f"{step}通过").click()
        await expect(page.get_by_role("status")).to_contain_text(f"{step}已通过")
    assert (await Publication.get(article_id=article.id)).title == TITLE


async def test_sent_back_mended_compared_and_an_old_version_restored(office: Office, opened: Open) -> None:
    desk = await the_desk(office)
    article = await passed(desk, await handed_in(desk.writer), 1)
    second = await opened(desk.second, DESK, f"{HOME}/reviews/{article.id}")
    await expect(second.get_by_label("要改什么")).to_be_hidden()
    await second.get_by_text("退回修改").click()
    await second.get_by_label("要改什么").fill("面价写错了，请核实。")
    await second.get_by_role("button", name="退回给张编辑").click()
    await expect(second.get_by_role("status")).to_contain_text("已退回")

    draft = (await articles.load(article.id)).draft
    await changed(desk.writer, article, html=draft.html.replace("3元", "2元"))
    page = await opened(desk.writer, DESK, f"{HOME}/articles/{article.id}/versions")
    await page.get_by_role("button", name="并排比较").click()
    await expect(page.locator("del.gone", has_text="3")).to_be_visible()
    await expect(page.locator("ins.new", has_text="2")).to_be_visible()
    same = page.locator(".side-same").first
    await expect(same.locator(".side-row").first).to_be_hidden()
    await same.locator("summary").click()
    await expect(same.locator(".side-row").first).to_be_visible()
    row = page.get_by_role("row").filter(has_text="第 2 版")
    await row.get_by_text("恢复这一版").click()
    await row.get_by_role("button", name="恢复第 2 版").click()
    await expect(page.get_by_role("status")).to_contain_text("已恢复")
    assert "3元" in (await articles.load(article.id)).draft.html


async def test_scheduled_shown_by_a_link_printed_and_retracted(
    office: Office, opened: Open, settings: Settings
) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer, await with_a_picture(settings, desk.writer, await written(desk.writer)))
    page = await opened(desk.chief, DESK, f"{HOME}/articles/{article.id}/way")
    await page.get_by_label("开始").fill("2079-01-01T08:30")
    await page.get_by_role("button", name="保存时间").click()
    await expect(page.get_by_role("status")).to_contain_text("已改定")
    await passed(desk, article)
    await page.get_by_role("button", name="生成预览链接").click()
    address = await page.locator("#link").inner_text()

    guest = await opened(None, PHONE, address[address.index("/preview/") :])
    await expect(guest.get_by_text("预览 · 未发布")).to_be_visible()
    await guest.locator(".article-body img").scroll_into_view_if_needed()
    await guest.wait_for_function(f"{SHOWN} > 0")
    assert await guest.evaluate(TOO_WIDE) == 0

    await page.get_by_role("link", name="审签单").click()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="打印审签单")).to_be_hidden()
    await expect(page.get_by_text("赵主编").last).to_be_visible()
    await page.emulate_media(media="screen")
    await page.get_by_role("link", name="流程").click()
    await expect(page.get_by_text("待发布").first).to_be_visible()
    await page.get_by_text("要撤下这篇文章").click()
    await page.get_by_label("撤稿原因").fill("当事人撤回了同意。")
    await page.get_by_role("button", name="撤稿", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("已撤稿")
    await guest.reload()  # the private link ends with the text
    await expect(guest.get_by_text("已经失效")).to_be_visible()
