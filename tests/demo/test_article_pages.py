"""Articles and campaigns on a phone: a stranger reads all that is published, and signs in only to like or pledge."""

import asyncio
import html
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Browser

from backend.content.channels import CHANNELS
from backend.content.models import Publication
from backend.demo.article_stories import told
from backend.demo.campaign_life import PLEDGE
from tests.demo.conftest import Demo
from tests.demo.later import opened
from tests.demo.test_start_page import MISFITS

pytestmark = pytest.mark.slow

READING = "/demo/reading"
ELSEWHERE = "01900000-0000-7000-8000-000000000000"
UNSEEN = [each.title for _, each in told() if each.way != "live"]
PACT = "鲁山县诚信公约（示例文本）"


@pytest.fixture
def stranger(demo: Demo) -> Iterator[httpx.Client]:
    with demo.browser() as browser:
        yield browser


def read(browser: httpx.Client, address: str) -> str:
    """A page of the readers, as it is read."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return html.unescape(re.sub(r"</?mark>", "", answer.text))


def articles_on(page: str) -> dict[str, str]:
    """The articles of a list by their titles: where each opens."""
    found = re.findall(r'class="article-row" href="([^"]+)">\s*<span class="words"><span class="name">([^<]+)', page)
    return {title: address for address, title in found}


def found(browser: httpx.Client, title: str) -> str:
    """Where the article of that title opens."""
    return articles_on(read(browser, f"{READING}/search?q={title[:40]}"))[title]


def all_of(browser: httpx.Client, address: str) -> dict[str, str]:
    """Every article of a list, over all its pages."""
    listed: dict[str, str] = {}
    while address:
        page = read(browser, address)
        listed |= articles_on(page)
        (address,) = re.findall(r'href="([^"]+cursor=[^"]+)"', page) or [""]
    return listed


def running_pledge(browser: httpx.Client) -> str:
    page = read(browser, f"{READING}/campaigns")
    (address,) = re.findall(r'href="([^"]+)">\s*<span class="name">诚信公约阳光行', page)
    return address


def test_a_stranger_finds_three_articles_in_each_channel_and_opens_every_one(stranger: httpx.Client) -> None:
    listed = all_of(stranger, READING)
    assert len(listed) == sum(each.way == "live" for _, each in told())
    for code, label in CHANNELS.items():
        assert len(all_of(stranger, f"{READING}?channel={code}")) >= 3, label
    for title, address in listed.items():
        page = read(stranger, address)
        assert title in page
        for picture in set(re.findall(r'src="(/api/v1/files/[^"]+)"', page)):
            assert stranger.get(picture).status_code in {200, 206}, f"{title}: {picture}"


def test_nothing_that_is_not_published_is_listed_found_or_opened(demo: Demo, stranger: httpx.Client) -> None:
    listed = all_of(stranger, READING)
    assert len(UNSEEN) == 7
    for title in UNSEEN:
        assert title not in listed
        assert title not in articles_on(read(stranger, f"{READING}/search?q={title[:40]}"))
    for article_id in asyncio.run(unseen(demo)):
        assert stranger.get(f"{READING}/articles/{article_id}").status_code == 404
        assert stranger.post(f"{READING}/articles/{article_id}/like").status_code == 404
    for kind in ("articles", "campaigns"):
        answer = stranger.get(f"{READING}/{kind}/{ELSEWHERE}")
        assert (answer.status_code, "没有" in answer.text) == (404, True)


async def unseen(demo: Demo) -> list[str]:
    """The scheduled one and the retracted one."""
    async with opened(demo.settings):
        rows = await Publication.filter(title__in=UNSEEN)
        assert len(rows) == 2
        return [str(each.article_id) for each in rows]


def test_pinned_ones_stand_first_and_only_in_lists_it_is_said(stranger: httpx.Client) -> None:
    first = list(articles_on(read(stranger, READING)))
    pinned = {each.title for _, each in told() if each.pinned}
    assert set(first[: len(pinned)]) == pinned
    assert read(stranger, READING).count("置顶") == len(pinned)


def test_video_sound_and_paper_come_with_what_is_said_of_them(stranger: httpx.Client) -> None:
    for title, mark, words in (
        ("【短片】说到，做到", "<video controls", "视频，"),
        ("【听一听】三分钟讲明白记录的期限", "<audio controls", "音频，"),
        ("【宣传页】记住这三句，不上“修复”的当", ".pdf</a>", "PDF 文件，"),
    ):
        page = read(stranger, found(stranger, title))
        assert mark in page
        assert words in page
        (address,) = re.findall(r'"(/api/v1/files/[^"]+/whole)"', page)
        part = stranger.get(address, headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)


@pytest.mark.parametrize(("sought", "titles"), [("养蜂", 1), ("台账", 2), ("台账 票据", 1)])
def test_a_word_inside_a_sentence_is_found_and_marked(stranger: httpx.Client, sought: str, titles: int) -> None:
    answer = stranger.get(f"{READING}/search", params={"q": sought})
    assert len(articles_on(re.sub(r"</?mark>", "", answer.text))) >= titles
    assert any(f"<mark>{word}</mark>" in answer.text for word in sought.split())


def test_searching_for_nothing_for_what_is_nowhere_and_for_too_much_is_answered_kindly(stranger: httpx.Client) -> None:
    assert "输入想找的词" in read(stranger, f"{READING}/search")
    assert "输入想找的词" in read(stranger, f"{READING}/search?q=%20")
    assert "没有找到" in read(stranger, f"{READING}/search?q=紫金矿泉")
    answer = stranger.get(f"{READING}/search", params={"q": "长" * 41})
    assert (answer.status_code, "太长" in answer.text) == (422, True)
    nasty = stranger.get(f"{READING}/search", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in nasty


def test_a_stranger_who_likes_is_asked_to_sign_in_and_finds_back(demo: Demo) -> None:
    with demo.browser() as browser:
        address = found(browser, PACT)
        asked = browser.post(f"{address}/like", data={"deed": "like"})
        assert asked.status_code == 200
        for words in ("点赞要先登录", "不登录，文章照样都能看", f'value="{address}"'):
            assert words in asked.text
        answer = browser.post("/demo/sign-in", data={"person": "xin", "back": address})
        assert (answer.status_code, answer.headers["location"]) == (303, address)
        assert "赞一个" in read(browser, address), "nothing was pressed for her"


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/console", "/demo/reading/..\\x"]
)
def test_signing_in_leads_nowhere_but_to_a_page_that_is_read(demo: Demo, back: str) -> None:
    with demo.browser() as browser:
        answer = browser.post("/demo/sign-in", data={"person": "xin", "back": back})
        assert answer.headers["location"] in {"/demo/points", "/"}


def test_a_like_counts_once_however_often_it_is_pressed_and_can_be_taken_back(demo: Demo) -> None:
    with demo.browser("xin") as xin, demo.browser("zhiqiang") as neighbour:
        address = found(xin, PACT)
        before = likes_on(xin, address)
        for _ in range(2):
            assert xin.post(f"{address}/like", data={"deed": "like"}).headers["location"] == address
        assert likes_on(xin, address) == before + 1
        assert "已赞，再点取消" in read(xin, address)
        assert "赞一个" in read(neighbour, address)
        elsewhere = xin.post(f"{address}/like", data={"deed": "like"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert elsewhere.status_code == 403
        xin.post(f"{address}/like", data={"deed": "take_back"})
        assert likes_on(xin, address) == before


def likes_on(browser: httpx.Client, address: str) -> int:
    (likes,) = re.findall(r"(\d+) 人赞过", read(browser, address))
    return int(likes)


def test_a_pledge_counts_once_and_a_stranger_is_asked_to_sign_in_first(demo: Demo) -> None:
    with demo.browser() as stranger, demo.browser("zhiqiang") as zhiqiang:
        address = running_pledge(stranger)
        before = pledged_on(stranger, address)
        asked = stranger.post(f"{address}/pledge")
        assert (asked.status_code, "承诺要先登录" in asked.text) == (200, True)
        assert pledged_on(stranger, address) == before
        for _ in range(2):
            assert zhiqiang.post(f"{address}/pledge").headers["location"] == address
        assert "您已经承诺了" in read(zhiqiang, address)
        assert pledged_on(stranger, address) == before + 1
        assert "您已经承诺了" not in read(stranger, address)


def pledged_on(browser: httpx.Client, address: str) -> int:
    (count,) = re.findall(r'class="pledged">(\d+)<', read(browser, address))
    return int(count)


def test_where_there_is_nothing_to_pledge_the_refusal_is_a_page(demo: Demo) -> None:
    with demo.browser("xin") as xin:
        page = read(xin, f"{READING}/campaigns")
        (other,) = re.findall(r'href="([^"]+)">\s*<span class="name">质量月', page)
        assert "我承诺" not in read(xin, other)
        answer = xin.post(f"{other}/pledge")
        assert (answer.status_code, "没有公约承诺" in answer.text) == (409, True)


def test_a_campaign_leads_to_its_text_and_articles(stranger: httpx.Client) -> None:
    page = read(stranger, running_pledge(stranger))
    (pact,) = re.findall(r'href="([^"]+)">先读一遍公约', page)
    assert "说话算数" in read(stranger, pact)
    assert articles_on(page).keys() == {each.title for _, each in told() if each.campaign == PLEDGE}
    (banner,) = re.findall(r'class="campaign-banner" src="([^"]+)"', page)
    assert stranger.get(banner).headers["content-type"].startswith("image/")


def test_an_ended_session_reads_on_as_nobody(demo: Demo) -> None:
    with demo.browser(cookie="made-up") as browser:
        assert "登录" in read(browser, READING)
        assert browser.get(READING).headers["cache-control"] == "private, no-store"


@pytest.mark.browser
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
async def test_the_pages_fit_a_small_phone_and_an_opened_article_is_counted_once(
    demo: Demo, chromium: Browser, large: bool
) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640}, base_url=demo.url)
    if large:
        await context.add_cookies([{"name": "text_size", "value": "large", "url": demo.url}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in ("", "?channel=training", "/campaigns", "/search?q=信用"):
        await page.goto(READING + address)
        assert await page.evaluate(MISFITS) == [], address
    async with page.expect_response(re.compile("/reads$")) as counted:
        await page.locator("a.article-row").first.click()
    assert (await (await counted.value).finished(), (await counted.value).status) == (None, 204)
    assert await page.evaluate(MISFITS) == []
    await page.get_by_role("button", name="赞一个").click()
    await page.wait_for_selector("text=点赞要先登录")
    assert await page.evaluate(MISFITS) == []
    await context.close()
    assert said == []
