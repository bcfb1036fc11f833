"""The page of a poster: a stranger makes one with one press, saves it, and hears it kindly when WeChat is away."""

import asyncio
import html
import re

import pytest
from playwright.async_api import Browser

from tests.demo.conftest import Demo
from tests.demo.test_article_pages import ELSEWHERE, READING, all_of, unseen
from tests.demo.test_start_page import MISFITS

pytestmark = pytest.mark.slow

CODE = "/wxa/getwxacodeunlimit"


def test_a_stranger_makes_a_poster_and_is_told_to_press_long(demo: Demo) -> None:
    with demo.browser() as stranger:
        title, address = next(iter(all_of(stranger, f"{READING}?channel=stories").items()))
        assert f'href="{address}/poster">生成分享海报' in stranger.get(address).text
        page = stranger.get(f"{address}/poster")
        assert page.status_code == 200
        for words in ("长按图片保存", "不记录是谁生成", title):
            assert words in html.unescape(page.text)
        (picture,) = re.findall(r'<img src="(/api/v1/articles/[^"]+/poster)"', page.text)
        answer = stranger.get(picture)
        assert (answer.status_code, answer.content[:3]) == (200, b"\xff\xd8\xff")


def test_what_is_not_published_has_no_poster_page(demo: Demo) -> None:
    with demo.browser() as stranger:
        for article_id in (ELSEWHERE, *asyncio.run(unseen(demo))):
            assert stranger.get(f"{READING}/articles/{article_id}/poster").status_code == 404


def test_while_wechat_is_away_the_page_says_so_and_leads_on(demo: Demo) -> None:
    demo.wechat.fault("down", path=CODE)
    try:
        with demo.browser() as stranger:
            address = next(iter(all_of(stranger, f"{READING}?channel=schools").values()))
            page = stranger.get(f"{address}/poster")
            assert (page.status_code, "<figure" in page.text) == (503, False)
            for words in ("海报暂时没有做成", f'href="{address}/poster">再试一次', f'href="{address}">‹ 回到文章'):
                assert words in page.text
            assert stranger.get(address).status_code == 200
            demo.wechat.clear_faults()
            assert stranger.get(f"{address}/poster").status_code == 200
    finally:
        demo.wechat.clear_faults()


@pytest.mark.browser
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
async def test_it_fits_a_small_phone_and_is_seen(demo: Demo, chromium: Browser, large: bool) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640}, base_url=demo.url)
    if large:
        await context.add_cookies([{"name": "text_size", "value": "large", "url": demo.url}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(READING)
    await page.locator("a.article-row").first.click()
    await page.get_by_role("link", name="生成分享海报").click()
    await page.wait_for_load_state("networkidle")
    assert await page.locator(".poster img").evaluate("each => each.naturalWidth") == 750
    assert await page.evaluate(MISFITS) == []
    await context.close()
    assert said == []
