"""The corrections desk in a real browser: a measure is added, a colleague agrees, and the record is taken back."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from backend.demo.wechat_stand_in import StandIn
from backend.records.models import CreditRecord
from backend.settings import Settings
from tests import factories
from tests.browser.conftest import AtDesk
from tests.console.conftest import Office, open_office

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

NUMBER = "鲁市监罚〔2026〕7号"


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console and the people of the register."""
    async with open_office(settings, wechat_stand_in) as opened:
        await factories.register()
        yield opened


async def find(page: Page) -> None:
    """Search for the document, and open what is found."""
    await page.get_by_label("文书号", exact=True).fill(NUMBER)
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("button", name="因工作需要打开").click()
    await expect(page.get_by_text("4104**********0017")).to_be_visible()


async def test_a_measure_is_added_agreed_to_and_the_record_taken_back(at_desk: AtDesk) -> None:
    record = await factories.penalty(document_number=NUMBER)
    wang = await at_desk("wang", "王办事", "/console/corrections")
    await find(wang)
    await expect(wang.get_by_text("再加一项措施").locator("visible=true")).to_have_count(1)
    await wang.get_by_text("再加一项措施").locator("visible=true").click()
    await expect(wang.get_by_text("再加一项措施").locator("visible=true")).to_have_count(2)
    await wang.locator("#measure-1-code").select_option("QG-03")
    await wang.get_by_label("决定机关").locator("visible=true").fill("鲁山县人民法院")
    await wang.get_by_label("正在执行的措施有了变化").check()
    await wang.get_by_role("button", name="提交复核").click()
    await expect(wang.locator("#measure-1-fault")).to_contain_text("都要填")
    await wang.locator("#measure-1-until").fill("2079-06-30")
    await wang.locator("#measure-1-way_out").fill("履行完毕后解除。")
    await wang.get_by_role("button", name="提交复核").click()
    await expect(wang.get_by_role("status")).to_contain_text("等本部门另一位同事复核")

    li = await at_desk("li", "李复核", "/console/corrections")
    await li.get_by_role("button", name="打开复核").click()
    await expect(li.get_by_role("row").filter(has_text="措施")).to_contain_text("限制消费（鲁山县人民法院")
    await li.get_by_role("button", name="同意更正").click()
    await expect(li.get_by_role("status")).to_contain_text("已同意更正")

    await find(wang)
    await expect(wang.get_by_role("table")).to_contain_text("第 2 版（现在）")
    await wang.get_by_text("要撤回这条记录").click()
    await wang.get_by_label("同一件事报送了两次").check()
    await wang.get_by_role("button", name="撤回这条记录").click()
    assert (await CreditRecord.get(id=record.id)).state == "live", "the box is not ticked, so nothing is sent"
    await wang.get_by_label("我已核对").check()
    await wang.get_by_role("button", name="撤回这条记录").click()
    await expect(wang.get_by_role("status")).to_contain_text("已撤回")
    assert (await CreditRecord.get(id=record.id)).state == "withdrawn"
