"""The filing desk in a real browser: a file with a wrong and a negative row, from choosing it to the second yes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from backend.demo.wechat_stand_in import StandIn
from backend.jobs.worker import work
from backend.records.models import CreditRecord
from backend.settings import Settings
from backend.worker_jobs import job_handlers
from media.storage import open_storage
from tests import factories
from tests.browser.conftest import AtDesk
from tests.console.conftest import Office, open_office
from tests.factories import CITIZEN, COUSIN, LEDGER, NEIGHBOUR, PENALTY, VAULT, row
from tests.records.county import a_file

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The running console and the people of the register."""
    async with open_office(settings, wechat_stand_in) as opened:
        await factories.register()
        yield opened


async def test_a_file_goes_its_whole_way(at_desk: AtDesk, settings: Settings, tmp_path: Path) -> None:
    wang = await at_desk("wang", "王办事", "/console/filing")
    rows = [row(), row(NEIGHBOUR, PENALTY), row(COUSIN, item="NO-001", document_date="明天")]
    await wang.get_by_label("选择文件").set_input_files(a_file(tmp_path, rows))
    await wang.get_by_role("button", name="上传").click()
    await expect(wang.get_by_text("已收到，排队核对")).to_be_visible()
    place = wang.url

    while await work(job_handlers(VAULT, LEDGER, open_storage(settings))):
        pass
    await expect(wang.get_by_role("heading", name="退回的行（1）")).to_be_visible()  # the page looks by itself
    assert wang.url == place
    cells = wang.get_by_role("row").filter(has_text="4")
    await expect(cells.first).to_contain_text("文书日期")
    async with wang.expect_download() as coming:
        await wang.get_by_role("link", name="下载 .xlsx").click()
    download = await coming.value
    assert download.suggested_filename.startswith("没有收录的行-")
    await download.save_as(tmp_path / "came.xlsx")
    assert (tmp_path / "came.xlsx").read_bytes().startswith(b"PK")
    await expect(wang.get_by_text("不能复核自己报送的记录")).to_be_visible()

    li = await at_desk("li", "李复核", "/console/filing")
    await li.get_by_role("link", name="202").first.click()
    await li.get_by_role("link", name="打开 1 条失信记录").click()
    await expect(li.get_by_text("4104**********0022")).to_be_visible()
    await li.get_by_role("button", name="同意入库").click()
    await expect(li.get_by_text("已同意。这批失信记录正在入库")).to_be_visible()
    while await work(job_handlers(VAULT, LEDGER, open_storage(settings))):
        pass
    await expect(li.locator("#batch").get_by_text("已办结")).to_be_visible()
    assert await CreditRecord.filter(item_code=PENALTY).count() == 1


async def test_who_filed_is_refused_at_the_second_officers_door(
    at_desk: AtDesk, settings: Settings, tmp_path: Path
) -> None:
    wang = await at_desk("wang", "王办事", "/console/filing")
    await wang.get_by_label("选择文件").set_input_files(a_file(tmp_path, [row(CITIZEN, PENALTY)]))
    await wang.get_by_role("button", name="上传").click()
    await expect(wang.get_by_text("已收到")).to_be_visible()
    while await work(job_handlers(VAULT, LEDGER, open_storage(settings))):
        pass
    await wang.goto(f"{wang.url}/waiting")
    await expect(wang.get_by_role("alert")).to_contain_text("报送人不能复核自己报送的记录")


async def test_what_is_wrong_with_a_file_is_said_beside_it(at_desk: AtDesk, tmp_path: Path) -> None:
    wang = await at_desk("wang", "王办事", "/console/filing")
    choose, send = wang.get_by_label("选择文件"), wang.get_by_role("button", name="上传")
    fault = wang.locator("#send-fault")
    for name, data, said in (
        ("letter.pdf", b"%PDF-1.7", "这是PDF 文件，不能读取"),
        ("large.csv", bytes(21 * 1024 * 1024), "文件有 21.0 MB，超过 20 MB"),
        ("columns.csv", "姓名,身份证号\n".encode(), "表头缺少这些列"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        await choose.set_input_files(path)
        await send.click()
        await expect(fault).to_contain_text(said)
        await expect(send).to_be_enabled()
    assert wang.url.endswith("/console/filing")
