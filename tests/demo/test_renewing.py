"""A yes that runs out, on a phone: told in time, paused and nothing erased, renewed by another yes, or told late."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from backend import clock
from backend.demo.wechat_stand_in import StandIn
from tests import servers
from tests.demo import later
from tests.demo.conftest import Demo, copy_of, settings_of

pytestmark = pytest.mark.slow

YES = {"agree": "yes", "version": "1"}


@pytest.fixture(scope="module")
def ending_demo(county_file: Path, tmp_path_factory: pytest.TempPathFactory, _stand_in: StandIn) -> Iterator[Demo]:
    """The demo on a county of its own."""
    folder = tmp_path_factory.mktemp("ending")
    settings = settings_of(copy_of(county_file, folder), wechat_api_url=_stand_in.url)
    server = servers.RunningServer(settings, folder / "server.log")
    server.start()
    yield Demo(replace(settings, port=server.port), server.url, _stand_in)
    server.stop()


def run_out(demo: Demo, days: int) -> None:
    asyncio.run(later.run_out(demo.settings, "xiaomei", days))


def points(browser: httpx.Client) -> str:
    return re.findall(r'class="points">(\d+)', browser.get("/demo/points").text)[0]


def test_a_yes_that_holds_long_is_not_asked_for_again(ending_demo: Demo) -> None:
    run_out(ending_demo, -200)
    with ending_demo.browser("xiaomei") as xiaomei:
        page = xiaomei.get("/demo/enrolment").text
        assert "快到期时会通知您" in page
        assert "再同意一年" not in page
        assert 'type="checkbox"' not in page


def test_in_the_last_month_it_may_be_renewed_with_nothing_ticked(ending_demo: Demo) -> None:
    run_out(ending_demo, -20)
    with ending_demo.browser("xiaomei") as xiaomei:
        page = xiaomei.get("/demo/enrolment").text
        assert "再同意一年" in page
        assert "checked" not in page
        assert xiaomei.get("/demo/points").status_code == 200
        notice = re.findall(r'class="row" href="(/demo/notices/[\w-]+)"', xiaomei.get("/demo/notices").text)[0]
        assert 'href="/demo/enrolment">看怎样续期' in xiaomei.get(notice).text


def test_paused_she_sees_no_points_loses_nothing_and_another_yes_brings_them_back(ending_demo: Demo) -> None:
    run_out(ending_demo, -20)
    with ending_demo.browser("xiaomei") as xiaomei:
        before = points(xiaomei)
        run_out(ending_demo, 10)
        for address in ("points", "entries", "gains", "what-if?item=VOL-001"):
            assert xiaomei.get(f"/demo/{address}").headers["location"] == "/demo/enrolment", address
        page = xiaomei.get("/demo/enrolment").text
        for words in ("积分已暂停", "什么都没有删除", "起积分和明细全部删除", "恢复积分", "我要退出"):
            assert words in page
        assert before not in page
        assert "暂停" in xiaomei.get("/demo/records").text
        assert xiaomei.post("/demo/enrolment", data={"version": "1"}).status_code == 422
        assert xiaomei.get("/demo/points").headers["location"] == "/demo/enrolment", "a no changes nothing"
        for _ in range(2):  # a double tap
            assert xiaomei.post("/demo/enrolment", data=YES).headers["location"] == "/demo/points"
        assert points(xiaomei) == before


def test_told_of_it_late_she_has_her_ninety_days_all_the_same(ending_demo: Demo) -> None:
    run_out(ending_demo, 100)
    with ending_demo.browser("xiaomei") as xiaomei:
        assert xiaomei.get("/demo/points").headers["location"] == "/demo/enrolment"
        page = xiaomei.get("/demo/enrolment").text
        assert "积分已暂停" in page
        gone = clock.today() + timedelta(days=90)
        assert f"{gone.year}年{gone.month}月{gone.day}日起积分和明细全部删除" in page
        assert xiaomei.post("/demo/enrolment", data=YES).headers["location"] == "/demo/points"
        assert int(points(xiaomei)) > 1000
