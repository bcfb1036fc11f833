"""The members' desk in a real browser, at a desk and on a phone: judging, sitting out, and the chair's decision."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from backend.console.visit import COOKIE, HOME
from backend.demo.wechat_stand_in import StandIn
from backend.honours.models import Judgement
from backend.nominations.models import Nominee
from backend.settings import Settings
from tests.console.conftest import Office, Officer, open_office
from tests.honours.judging_season import REASONS, a_nomination, a_nominee, a_season, judging_ends, seated
from tests.servers import HERE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AT_A_DESK, ON_A_PHONE = (1440, 900), (390, 844)


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


@pytest.fixture
async def window(office: Office, chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Closed before the server, which would wait for the connections that it keeps."""
    opened = await chromium.new_context(locale="zh-CN")
    yield opened
    await opened.close()


async def desk(window: BrowserContext, officer: Officer, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """A page of her signed-in browser, and the list of everything that it complains of."""
    session = officer.browser.cookies[COOKIE]
    await window.add_cookies([{"name": COOKIE, "value": session, "domain": HERE, "path": HOME}])
    page, faults = await window.new_page(), []
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


async def fits(page: Page) -> None:
    assert await page.evaluate(TOO_WIDE) == 0, page.url


@pytest.mark.parametrize("size", [AT_A_DESK, ON_A_PHONE])
async def test_a_member_judges_one_and_sits_out_for_another(
    office: Office, window: BrowserContext, size: tuple[int, int]
) -> None:
    season = await a_season()
    first, second = await a_nominee(season), await a_nominee(season, "段小河")
    await a_nomination(first)
    judge = await office.signed_in("sjj-judge", roles=["judge"], name="何委员")
    assert judge.user is not None
    await seated(season, judge.user)
    page, faults = await desk(window, judge, size)

    await page.goto(f"{office.app.url}/console/judging")
    await fits(page)
    await page.get_by_role("button", name="评下一位").click()
    await expect(page.get_by_role("heading", name="石大山")).to_be_visible()
    await fits(page)
    await page.get_by_role("spinbutton", name="事迹").fill("35")
    await page.get_by_role("spinbutton", name="影响").fill("20")
    await page.get_by_role("spinbutton", name="坚持").fill("25")
    await expect(page.get_by_text("合计 80 / 100")).to_be_visible()
    await page.get_by_label("评语（可以不写）").fill("事迹真实，村里人都知道。")
    await page.get_by_role("button", name="保存打分").click()
    await expect(page.get_by_text("打分已保存")).to_be_visible()
    await expect(page.get_by_text("80 / 100")).to_be_visible()

    await page.get_by_role("button", name="评下一位").click()
    await expect(page.get_by_role("heading", name="段小河")).to_be_visible()
    await page.get_by_text("我与对方有利害关系").click()
    await page.get_by_label("回避的原因").fill("我的表弟")
    await fits(page)
    await page.get_by_role("button", name="申请回避").click()
    await expect(page.get_by_text("已申请回避")).to_be_visible()
    await expect(page.get_by_role("button", name="评下一位")).to_be_hidden()
    await fits(page)
    assert faults == []
    kept = {each.nominee_id: (sum(each.marks.values()), each.sits_out) for each in await Judgement.all()}
    assert kept == {first.id: (80, False), second.id: (0, True)}


@pytest.mark.parametrize("size", [AT_A_DESK, ON_A_PHONE])
async def test_the_chair_writes_down_the_decision(
    office: Office, window: BrowserContext, size: tuple[int, int]
) -> None:
    season = await a_season(quota=1)
    nominee = await a_nominee(season)
    await a_nominee(season, "段小河", consents=())
    judge = await office.signed_in("sjj-judge", roles=["judge"], name="何委员")
    assert judge.user is not None
    member = await seated(season, judge.user, chair=True)
    marks = {"deeds": 40, "effect": 20, "lasting": 20}
    await Judgement.create(nominee_id=nominee.id, member_id=member.id, marks=marks, at=season.created_at)
    await judging_ends(season)
    page, faults = await desk(window, judge, size)

    await page.goto(f"{office.app.url}/console/judging/{season.id}")
    await page.get_by_role("button", name="评审汇总与评定").click()
    await expect(page.get_by_text("未同意公示")).to_be_visible()
    await fits(page)
    await page.get_by_label("授予石大山").check()
    await page.get_by_label("何委员没有评完").fill("一位没有来得及评")
    await page.get_by_label("评定的理由").fill(REASONS)
    await page.get_by_role("button", name="登记评审决定").click()
    await expect(page.get_by_text("评审决定已登记")).to_be_visible()
    assert faults == []
    assert (await Nominee.get(id=nominee.id)).state == "chosen"
