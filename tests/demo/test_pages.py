"""What a visitor sees: her own things with their whole why, nobody else's, and nothing that a page should not hold."""

import asyncio
import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend import clock
from backend.database import close_database, open_database
from backend.demo.department_files import RECORD_HEADER, write_csv
from backend.demo.history import service
from backend.demo.staff import officers_of
from backend.demo.stories import KEYS, stories
from backend.point_sources import open_ledger
from backend.records.importing import import_file
from backend.secrets import open_vault
from backend.tables import MODEL_MODULES
from tests.demo.conftest import Demo

pytestmark = pytest.mark.slow

PAGES = (
    *("points", "gains", "entries", "evidence", "evidence/new", "records", "looks", "notices", "enrolment", "texts"),
    *("catalogue", "catalogue/versions"),
)
ALIKE = re.compile(r"/demo/(?:catalogue/(?:versions/[^/]+/)?items|reading/articles)/")
MOST_ALIKE = 8  # of a catalogue's pages, and of articles: the others are drawn by the same hand
SCRIPT = re.compile(r'<script src="/demo/static/(evidence|articles)\.js" defer></script>')
# Of the one page that sends photos, of articles, which are counted, and of the list of channels, which moves.
WITH_SCRIPT = re.compile(r"(/demo/evidence/[^/]+/edit)|(/demo/reading(?:[?].*|/articles/[^/]+)?)")
ELSEWHERE = "01900000-0000-7000-8000-000000000000"


@pytest.fixture(params=KEYS)
def visitor(request: pytest.FixtureRequest, demo: Demo) -> Iterator[httpx.Client]:
    with demo.browser(request.param) as browser:
        yield browser


def links(page: str) -> set[str]:
    return {html.unescape(link) for link in re.findall(r'href="(/demo/(?!static/)[^"]+)"', page)}


def crawl(browser: httpx.Client) -> dict[str, str]:
    """Every page of the demo that links lead to, and a few of the catalogue's items."""
    seen: dict[str, str] = {}
    waiting = {f"/demo/{page}" for page in PAGES}
    while waiting:
        address = waiting.pop()
        alike = ALIKE.match(address)
        if alike and sum(each.startswith(alike[0]) for each in seen) >= MOST_ALIKE:
            continue
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        seen[address] = answer.text
        waiting |= links(answer.text) - seen.keys()
    return seen


def test_each_choice_on_the_start_page_leads_to_a_citizen(demo: Demo) -> None:
    with demo.browser() as stranger:
        start = stranger.get("/").text
    choices = re.findall(r'name="person" value="(\w+)"', start)
    assert tuple(choices) == KEYS
    for choice in choices:
        with demo.browser(choice) as browser:
            page = browser.get("/demo/points", follow_redirects=True)
            assert page.status_code == 200
            assert "退出" in page.text


@pytest.mark.parametrize(
    "address", [*PAGES, *(f"{kind}/{ELSEWHERE}" for kind in ("entries", "records", "notices", "evidence"))]
)
def test_a_stranger_is_sent_to_the_start_page(demo: Demo, address: str) -> None:
    for cookie in (None, "made-up"):
        with demo.browser(cookie=cookie) as stranger:
            answer = stranger.get(f"/demo/{address}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert answer.content == b""


def test_every_page_opens_and_none_holds_script_style_or_what_must_be_masked(visitor: httpx.Client) -> None:
    pages = crawl(visitor)
    people = [story.person for story in stories(clock.today())]
    assert len(pages) > 8
    for address, page in pages.items():
        if needs := WITH_SCRIPT.fullmatch(address):
            assert SCRIPT.findall(page) == ["evidence" if needs[1] else "articles"], address
            page = SCRIPT.sub("", page)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page), address
        assert not re.search(r"\b(?:None|True|False|Undefined)\b|[{][{%]", page), address
        for person in people:
            assert person.identity.number not in page, address
            assert person.phone not in page, address
            assert person.name not in page, address


def test_another_citizens_things_are_not_found(demo: Demo) -> None:
    with demo.browser("xiaomei") as xiaomei, demo.browser("zhiqiang") as zhiqiang:
        for kind in ("entries", "records", "notices", "evidence"):
            shown = links(xiaomei.get(f"/demo/{kind}").text) - {"/demo/evidence/new"}
            hers = {link for link in shown if link.count("/") == 3}
            assert hers
            for link in hers:
                answer = zhiqiang.get(link)
                assert answer.status_code == 404
                assert "没有" in answer.text
                assert answer.headers["content-type"].startswith("text/html")


def test_the_points_page_says_what_stands_and_what_comes(demo: Demo) -> None:
    with demo.browser("zhiqiang") as zhiqiang:
        page = zhiqiang.get("/demo/points").text
        for words in ("诚信优秀", "一年走势", "起始分", "还没有生效", "个工作日", "到期失效", "<svg"):
            assert words in page
        record = next(link for link in re.findall(r'href="(/demo/records/[^"]+)">看这条记录', page))
        page = zhiqiang.get(record).text
        for words in ("异议申请", "积分恢复", "信用修复", "电话", "个工作日才计分", "《中华人民共和国消防法》"):
            assert words in page
        assert "没有部门报送正在对您执行的措施" in page


def test_an_entry_shows_its_whole_why(demo: Demo) -> None:
    with demo.browser("xiaomei") as xiaomei:
        pages = [page for address, page in crawl(xiaomei).items() if re.fullmatch(r"/demo/entries/[\w-]+", address)]
    assert len(pages) > 10
    for page in pages:
        for words in ("依据", "开始计分", "到期失效", "有不同意见", "电话"):
            assert words in page
        source = (
            ("审核部门", "材料编号", "看背后的证明材料") if "材料编号" in page else ("报送部门", "文书", "看背后的记录")
        )
        for words in source:
            assert words in page
    assert any("已达到该事项每年分值上限" in page for page in pages)
    assert sum("看背后的证明材料" in page for page in pages) == 1


def test_who_is_not_enrolled_sees_records_and_is_asked_with_nothing_ticked(demo: Demo) -> None:
    with demo.browser("xin") as xin:
        page = xin.get("/demo/points", follow_redirects=True)
        assert page.url.path == "/demo/enrolment"
        assert 'type="checkbox"' in page.text
        assert "checked" not in page.text
        assert "参加积分是自愿的" in page.text
        assert "志愿服务时长" in xin.get("/demo/records").text


def test_a_broken_place_in_a_list_is_a_page_that_says_so(visitor: httpx.Client) -> None:
    for address in ("/demo/records?cursor=%F0%9F%98%80", "/demo/records?cursor=x&cursor=y", "/demo/notices?limit=0"):
        answer = visitor.get(address)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("text/html")
    assert visitor.get("/demo/records/not-a-number").status_code == 404


def test_what_a_department_wrote_is_shown_as_it_is_and_never_run(demo: Demo, tmp_path: Path) -> None:
    nasty = '<script>alert(1)</script> & "引号" <img src=x onerror=alert(1)>'
    asyncio.run(file_for_xiaomei(demo, tmp_path / "hours.csv", nasty))
    with demo.browser("xiaomei") as xiaomei:
        newest = re.findall(r'class="row" href="(/demo/records/[^"]+)"', xiaomei.get("/demo/records").text)[0]
        page = xiaomei.get(newest).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;引号&#34;" in page
    assert "<script" not in page
    assert "<img src=x" not in page


async def file_for_xiaomei(demo: Demo, path: Path, summary: str) -> None:
    from dataclasses import replace

    today = clock.today()
    person = stories(today)[0].person
    row = replace(
        service(person, "MZJ", today, 1, "助残出行"), document_date=today, document_number="鲁示民政〔2026〕奇1号"
    )
    write_csv(path, RECORD_HEADER, [replace(row, summary=summary).cells()])
    await open_database(demo.settings, MODEL_MODULES)
    try:
        first, _ = await officers_of("MZJ")
        batch = await import_file(open_ledger(), open_vault(demo.settings), first, path)
        assert batch.accepted == 1
    finally:
        await close_database()
