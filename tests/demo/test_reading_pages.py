"""Pages that explain, on a phone: what she could gain, what if, a corrected record, the catalogue that is coming."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.records.models import CatalogueComment
from tests import servers
from tests.demo import later
from tests.demo.conftest import Demo, copy_of, settings_of

pytestmark = pytest.mark.slow

VERSION = f"/demo/catalogue/versions/{later.COMING}"
ITEM = "VOL-001"
PAGES = (
    *("gains", f"what-if?item={ITEM}", "catalogue", f"catalogue/items/{ITEM}", "catalogue/versions"),
    *(f"catalogue/versions/{later.COMING}", f"catalogue/versions/{later.COMING}/items/{ITEM}"),
)


@pytest.fixture(scope="module")
def later_demo(county_file: Path, tmp_path_factory: pytest.TempPathFactory, _stand_in: StandIn) -> Iterator[Demo]:
    """The demo on a county of its own, where a measure was reported and a new catalogue is open to comments."""
    folder = tmp_path_factory.mktemp("later")
    settings = settings_of(copy_of(county_file, folder), wechat_api_url=_stand_in.url)
    asyncio.run(later.publish_coming(settings))
    asyncio.run(later.report_a_measure(settings, "FIR-102", "XFD"))
    server = servers.RunningServer(settings, folder / "server.log")
    server.start()
    yield Demo(replace(settings, port=server.port), server.url, _stand_in)
    server.stop()


def text_of(browser: httpx.Client, address: str) -> str:
    """A page as it is read: without marks and line breaks."""
    answer = browser.get(f"/demo/{address}", follow_redirects=True)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", answer.text))


def say(browser: httpx.Client, text: str, key: str, **headers: str) -> httpx.Response:
    return browser.post(f"{VERSION}/comments", data={"text": text, "key": key}, headers=headers)


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_sent_to_the_start_page(later_demo: Demo, address: str) -> None:
    with later_demo.browser() as stranger:
        answer = stranger.get(f"/demo/{address}")
        assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/", b"")


@pytest.mark.parametrize("address", ["gains", f"what-if?item={ITEM}"])
def test_who_has_no_points_is_led_to_taking_part(later_demo: Demo, address: str) -> None:
    with later_demo.browser("xin") as xin:
        assert xin.get(f"/demo/{address}").headers["location"] == "/demo/enrolment"


def test_what_could_be_gained_leads_to_handing_it_in(later_demo: Demo) -> None:
    with later_demo.browser("zhiqiang") as zhiqiang:
        page = text_of(zhiqiang, "gains")
        for words in ("不是承诺", "不做，什么也不会少", "志愿服务时长", "今年最多还能加", "不用自己申报"):
            assert words in page
        raw = zhiqiang.get("/demo/gains").text
        key = re.findall(r'name="key" value="([^"]+-service)"', raw)[0]
        for _ in range(2):  # a double tap
            answer = zhiqiang.post("/demo/evidence", data={"kind": "service", "key": key})
            assert re.fullmatch(r"/demo/evidence/[\w-]+/edit", answer.headers["location"])
        assert "今年还能加多少" in text_of(zhiqiang, "points")


def test_what_if_is_reckoned_line_by_line_and_leaves_her_points_alone(later_demo: Demo) -> None:
    with later_demo.browser("xiaomei") as xiaomei:
        before = re.findall(r'class="points">(\d+)', xiaomei.get("/demo/points").text)
        asked = text_of(xiaomei, f"what-if?item={ITEM}")
        assert "多少小时？" in asked
        assert "算出来是" not in asked
        for quantity in ("600", "６００"):  # as a Chinese keyboard writes it
            page = text_of(xiaomei, f"what-if?item={ITEM}&quantity={quantity}")
            for words in ("算出来是", "怎么算的", "加上600小时", "这个事项今年已经加满", "超出上限的不计", "不是承诺"):
                assert words in page
        assert "算出来是" in text_of(xiaomei, "what-if?item=FIN-001"), "what is given once needs no quantity"
        assert re.findall(r'class="points">(\d+)', xiaomei.get("/demo/points").text) == before


@pytest.mark.parametrize(
    ("quantity", "words"),
    [("三", "请只填数字"), ("0", "太小"), ("1.25", "最多保留一位小数"), ("99999", "太大"), ("<b>", "请只填数字")],
)
def test_a_quantity_that_cannot_be_is_told_at_its_field(later_demo: Demo, quantity: str, words: str) -> None:
    with later_demo.browser("xiaomei") as xiaomei:
        answer = xiaomei.get("/demo/what-if", params={"item": ITEM, "quantity": quantity})
        assert answer.status_code == 200
        assert words in answer.text.split('id="quantity-fault">')[1]
        assert "<b>" not in answer.text


@pytest.mark.parametrize("item", ["", "?item=NO-SUCH", "?item=FDA-101&quantity=1"])
def test_what_gives_nothing_cannot_be_supposed(later_demo: Demo, item: str) -> None:
    with later_demo.browser("xiaomei") as xiaomei:
        assert xiaomei.get(f"/demo/what-if{item}").headers["location"] == "/demo/gains"


def test_a_corrected_record_shows_measures_what_stood_before_and_the_ways_on_that_work(later_demo: Demo) -> None:
    with later_demo.browser("zhiqiang") as zhiqiang, later_demo.browser("xiaomei") as neighbour:
        (address,) = [link for link, name in records(zhiqiang) if "消防" in name]
        assert neighbour.get(address).status_code == 404
        page = text_of(zhiqiang, address.removeprefix("/demo/"))
        for words in (
            "限制消费",
            "县人民法院",
            "2079年1月31日",
            "《全国失信惩戒措施基础清单》",
            "不由本程序决定或执行",
        ):
            assert words in page
        for words in ("部门更正过", "报送时有内容漏写了。", later.WORDS, "原来：没有写"):
            assert words in page
        for words in ("先交履行义务的证明", "积分恢复还要到下面的窗口办", "异议申请", "信用修复", "电话"):
            assert words in page
        answer = zhiqiang.post("/demo/evidence", data={"kind": "fulfilment", "key": "from-the-record"})
        assert answer.headers["location"].endswith("/edit")


def test_a_record_that_was_taken_back_is_gone_and_its_points_say_why(later_demo: Demo) -> None:
    with later_demo.browser("xiaomei") as xiaomei:
        (address,) = [link for link, name in records(xiaomei) if name == "身边好人"]
        asyncio.run(later.take_back(later_demo.settings, UUID(address.rpartition("/")[2]), "WMB"))
        gone = xiaomei.get(address)
        assert (gone.status_code, "部门已撤回这条记录" in gone.text) == (404, True)
        assert address not in {link for link, _ in records(xiaomei)}
        newest = re.findall(r'class="row" href="(/demo/entries/[\w-]+)"', xiaomei.get("/demo/entries").text)[0]
        entry = xiaomei.get(newest).text
        for words in ("部门撤回了这条记录", "部门已经撤回这条记录，不再显示"):
            assert words in entry
        assert address not in entry
        notice = re.findall(r'class="row" href="(/demo/notices/[\w-]+)"', xiaomei.get("/demo/notices").text)[0]
        told = xiaomei.get(notice).text
        for words in ("身边好人", "部门已撤回这条记录，不再显示。同一件事报送了两次。", later.WITHDRAWAL):
            assert words in told
        assert address not in told


def records(browser: httpx.Client) -> list[tuple[str, str]]:
    """The records of a list: where each opens, and its name."""
    return re.findall(r'href="(/demo/records/[\w-]+)">\s*<span class="name">([^<]+)', browser.get("/demo/records").text)


def test_the_catalogue_says_how_each_item_counts_and_what_is_coming(later_demo: Demo) -> None:
    with later_demo.browser("xin") as xin:
        page = text_of(xin, "catalogue")
        for words in ("新版目录征求意见中", "等级", "人人都有的一切", "食品药品（", "荣誉（", "加5分"):
            assert words in page
        item = text_of(xin, f"catalogue/items/{ITEM}")
        for words in ("前20小时每小时1分", "一年最多加50分", "24个月", "《志愿服务条例》第十九条", "县民政局"):
            assert words in item
        assert "减120分" in text_of(xin, "catalogue/items/FDA-104")
        assert "加4分" in text_of(xin, f"catalogue/versions/{later.COMING}/items/VOL-002")
        assert later.COMING in text_of(xin, "catalogue/versions")
        version = text_of(xin, f"catalogue/versions/{later.COMING}")
        assert "改了什么" in version
        assert "VOL-002公益慈善捐赠" in version


@pytest.mark.parametrize(
    "address", ["items/NO-SUCH", "versions/no-such", "versions/no-such/items/VOL-001", "versions/一"]
)
def test_what_is_not_in_the_catalogue_is_a_page_that_says_so(later_demo: Demo, address: str) -> None:
    with later_demo.browser("xin") as xin:
        answer = xin.get(f"/demo/catalogue/{address}")
        assert (answer.status_code, "没有这个" in answer.text) == (404, True)


def test_a_comment_is_kept_once_however_often_it_is_pressed_and_the_last_one_counts(later_demo: Demo) -> None:
    with later_demo.browser() as stranger, later_demo.browser("zhiqiang") as zhiqiang:
        assert say(stranger, "不是我写的", "stranger-1").headers["location"] == "/"
        assert say(zhiqiang, "不是我写的", "elsewhere-1", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
        answer = say(zhiqiang, "<", "too-short-1")
        assert answer.status_code == 422
        assert "意见没有提交" in answer.text
        assert ">&lt;</textarea>" in answer.text, "what she typed is still there"
        for text, key in (
            ("捐赠的分少一点好。", "said-once-1"),
            ("捐赠的分少一点好。", "said-once-1"),
            ("还是五分好。", "said-2"),
        ):
            assert say(zhiqiang, text, f"comment-{key}").headers["location"] == f"{VERSION}?told=said"
        assert "您的意见收到了" in text_of(zhiqiang, f"catalogue/versions/{later.COMING}?told=said")
    assert asyncio.run(comments(later_demo)) == 1


async def comments(demo: Demo) -> int:
    async with later.opened(demo.settings):
        return await CatalogueComment.filter(catalogue_id=later.COMING).count()
