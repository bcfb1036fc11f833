"""The evidence desk in a real browser: an officer at her keyboard, and the citizen whose points follow."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from backend.citizens.models import AccessLog
from backend.console.visit import COOKIE, HOME
from backend.demo.wechat_stand_in import StandIn
from backend.points.models import PointEntry
from backend.repairs.models import Evidence, EvidenceStep
from backend.settings import Settings
from tests import factories
from tests.console.conftest import PASSWORD, Office, Officer, open_office
from tests.console.evidence_desk import at_work, photos
from tests.evidence_factories import submitted
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, Person
from tests.media.photos import a_photo
from tests.servers import HERE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ARMED = "再按一次，就通过"


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened


@pytest.fixture
async def window(office: Office, chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Closed before the server, which would wait for the connections that it keeps."""
    opened = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield opened
    await opened.close()


async def desk(window: BrowserContext, officer: Officer | None = None) -> tuple[Page, list[str]]:
    """A page, of her signed-in browser if she is named, and the list of everything that it complains of."""
    if officer is not None:
        session = officer.browser.cookies[COOKIE]
        await window.add_cookies([{"name": COOKIE, "value": session, "domain": HERE, "path": HOME}])
    page, faults = await window.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


async def hours_of(settings: Settings, person: Person, *numbers: int) -> Evidence:
    """Eight hours that wait, with real pictures."""
    files = [a_photo(number, size=(1280, 960)) for number in numbers]
    return await submitted(person, pictures=await photos(settings, person, *files))


async def certified(person: Person) -> Evidence:
    """Eight hours that wait with a certificate, and without pictures."""
    number = f"ZY-{person.wechat}"
    return await submitted(person, pictures=[], certificate_number=number, certificate_issuer="中国志愿服务网")


async def sign_in(page: Page, officer: Officer, address: str) -> None:
    assert officer.user is not None
    await page.goto(address)
    await page.get_by_label("账号").fill(officer.user.username)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_label("动态验证码").fill(officer.code())
    await page.keyboard.press("Enter")


async def look_at_both_pictures(page: Page) -> None:
    picture = page.locator("figure:not([hidden]) img")
    await expect(picture).to_have_js_property("naturalWidth", 1280)
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_text("第 2 张，共 2 张")).to_be_visible()
    await picture.click()
    enlarged = page.get_by_role("dialog")
    await expect(enlarged.locator("img")).to_have_js_property("naturalWidth", 1280)
    await page.keyboard.press("a")
    await page.keyboard.press("Escape")
    await expect(enlarged).to_be_hidden()
    await expect(page.get_by_text(ARMED)).to_be_hidden()


async def check_points_rose_once_after_the_look(evidence: Evidence) -> None:
    (entry,) = await PointEntry.all()
    (look,) = await AccessLog.filter(about=f"evidence:{evidence.id}")
    decision = await EvidenceStep.get(evidence_id=evidence.id, kind="approved")
    assert (decision.quantity, entry.points) == (60, 6)
    assert look.looked_at < decision.at


async def test_an_officer_works_off_her_queue_by_keyboard(
    office: Office, settings: Settings, window: BrowserContext
) -> None:
    await factories.enrolled_citizen(CITIZEN)
    first = await hours_of(settings, CITIZEN, 1, 2)
    second, third = await hours_of(settings, NEIGHBOUR, 3), await hours_of(settings, COUSIN, 4)
    officer = await office.set_up("sjj-wang", roles=["reviewer"])
    page, faults = await desk(window)

    await sign_in(page, officer, f"{office.app.url}/console/evidence")
    await expect(page.get_by_role("heading", name="证明材料 3 件待办")).to_be_visible()

    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", name=first.number)).to_be_visible()
    await expect(page.get_by_text("鲁小明")).to_be_visible()
    await look_at_both_pictures(page)

    assert await PointEntry.all().count() == 0
    await page.keyboard.press("h")
    await page.keyboard.type("6")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=ARMED)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("上一件已通过")).to_be_visible()
    await expect(page.get_by_role("heading", name=second.number)).to_be_visible()

    await page.keyboard.press("x")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("上一件已定为不通过")).to_be_visible()
    await expect(page.get_by_role("heading", name=third.number)).to_be_visible()
    await page.keyboard.press("q")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("都办完了")).to_be_visible()
    assert faults == []

    states = [(await Evidence.get(id=each.id)).state for each in (first, second, third)]
    assert states == ["approved", "rejected", "asked"]
    await check_points_rose_once_after_the_look(first)


async def test_the_queue_is_walked_by_keys(office: Office, window: BrowserContext) -> None:
    for person in (CITIZEN, NEIGHBOUR, COUSIN):
        await certified(person)
    page, faults = await desk(window, await at_work(office))
    await page.goto(f"{office.app.url}/console/evidence")
    chosen = page.locator("tr[aria-selected=true] th")
    numbers = await page.locator("tbody th").all_inner_texts()
    for key, place in (("j", 0), ("ArrowDown", 1), ("j", 2), ("j", 2), ("k", 1), ("ArrowUp", 0), ("j", 1)):
        await page.keyboard.press(key)
        await expect(chosen).to_have_text(numbers[place])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=numbers[1])).to_be_visible()
    assert faults == []


async def test_a_letter_in_a_field_is_a_letter_and_what_is_armed_comes_undone(
    office: Office, window: BrowserContext
) -> None:
    evidence = await certified(CITIZEN)
    await Evidence.filter(id=evidence.id).update(state="second_review", approved_quantity=70)
    page, faults = await desk(window, await at_work(office))
    await page.goto(f"{office.app.url}/console/evidence")
    await page.keyboard.press("n")
    await page.get_by_text("给申请人写一句话").click()
    await page.get_by_label("给申请人的话").press_sequentially("a, x and q")
    await expect(page.get_by_text(ARMED)).to_be_hidden()
    await expect(page.get_by_label("说明", exact=True).first).to_be_hidden()

    await page.get_by_role("heading", name="复核", exact=True).click()
    await page.keyboard.press("a")
    await expect(page.get_by_text(ARMED)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="复核通过")).to_be_visible()
    await page.keyboard.press("a")
    await page.keyboard.press("x")
    await expect(page.get_by_text(ARMED)).to_be_hidden()
    await page.keyboard.press("h")
    await page.keyboard.type("many")
    await page.get_by_role("button", name="续领").click()
    await expect(page.get_by_text("还有 30 分钟")).to_be_visible()
    assert await page.get_by_label("给申请人的话").input_value() == "a, x and q", "extending keeps what was typed"
    assert (await Evidence.get(id=evidence.id)).state == "second_review"
    assert faults == []


async def test_pressed_often_it_is_one_deed_and_one_next_case(office: Office, window: BrowserContext) -> None:
    await factories.enrolled_citizen(CITIZEN)
    evidence = await certified(CITIZEN)
    await certified(NEIGHBOUR)
    await certified(COUSIN)
    page, faults = await desk(window, await at_work(office))
    await page.goto(f"{office.app.url}/console/evidence")
    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", name=evidence.number)).to_be_visible()
    await page.keyboard.press("a")
    await page.evaluate(
        "document.querySelectorAll('[data-arm] .button').forEach((each) => (each.click(), each.click()))"
    )
    await expect(page.get_by_text("上一件已通过")).to_be_visible()
    assert await EvidenceStep.filter(kind="approved").count() == 1
    assert await PointEntry.all().count() == 1
    assert await AccessLog.all().count() == 2, "hers, and that of one next case"
    assert faults == []


async def test_two_alike_open_side_by_side_at_the_pictures_that_are_alike(
    office: Office, settings: Settings, window: BrowserContext
) -> None:
    evidence = await hours_of(settings, CITIZEN, 5, 6)
    await hours_of(settings, NEIGHBOUR, 7, 8, 6)
    page, faults = await desk(window, await at_work(office))
    await page.goto(f"{office.app.url}/console/evidence/{evidence.id}")
    await page.get_by_role("button", name="领取").click()
    await page.get_by_role("button", name="并排核对").click()
    await expect(page.get_by_text("第 2 张，共 2 张")).to_be_visible()
    await expect(page.get_by_text("第 3 张，共 3 张")).to_be_visible()
    other = page.get_by_role("region", name="另一件")
    await other.get_by_role("button", name="看第 1 张").click()
    await page.keyboard.press("ArrowRight")
    await expect(other.get_by_text("第 2 张，共 3 张")).to_be_visible()
    await expect(page.get_by_text("第 2 张，共 2 张")).to_be_visible()
    assert faults == []


async def test_every_page_fits_a_phone(office: Office, settings: Settings, window: BrowserContext) -> None:
    await hours_of(settings, CITIZEN, 1, 2)
    page, faults = await desk(window, await at_work(office))
    await page.set_viewport_size({"width": 390, "height": 844})
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

    async def fits() -> None:
        assert await page.evaluate(too_wide) == 0, page.url

    await page.goto(f"{office.app.url}/console/evidence")
    await fits()
    await page.get_by_role("button", name="领取").click()
    await page.get_by_text("不通过 X").click()
    await fits()
    await page.get_by_role("button", name="通过 A").click()
    await expect(page.get_by_text("都办完了")).to_be_visible()
    await fits()
    await page.get_by_role("link", name="已办结", exact=True).click()
    await fits()
    await page.get_by_role("button", name="因工作需要查看").click()
    await expect(page.get_by_role("heading", name="办理经过")).to_be_visible()
    await fits()
    assert faults == []
