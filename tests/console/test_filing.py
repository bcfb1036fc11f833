"""The filing desk: an officer hands a file in, sees what became of it, and a colleague decides on what waits."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest

from backend import clock
from backend.citizens.models import AccessLog
from backend.jobs.worker import work
from backend.records import import_rows
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.settings import Settings
from backend.staff.models import AuditEvent, Department
from backend.worker_jobs import job_handlers
from media.storage import open_storage
from tests import factories
from tests.console.conftest import Office, Officer
from tests.factories import CITIZEN, COUSIN, LEDGER, NEIGHBOUR, PENALTY, VAULT, row
from tests.records.county import WELFARE
from tests.records.handing_in import a_csv

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HTMX = {"HX-Request": "true"}
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
async def county(office: Office) -> None:
    """Two departments under one catalogue, and the people of the register."""
    about = {"office": "社会组织股", "phone": "0375-0000200", "from_day": date(2019, 1, 1)}
    await Department.create(code=WELFARE, name="县民政局", **about)
    await factories.register()


async def at_work(office: Office, name: str, department: str = "SJJ", role: str = "officer") -> Officer:
    return await office.signed_in(name, roles=[role], department=department, name=f"{name}员")


async def send(officer: Officer, data: bytes, name: str = "file.csv", **headers: str) -> httpx.Response:
    """As static/filing.js sends it."""
    if not officer.csrf:
        await officer.get()
    asked = {"X-CSRF-Token": officer.csrf, **HTMX, **headers}
    return await officer.send("POST", "/filing", files={"file": (name, data)}, headers=asked)


async def work_off(settings: Settings) -> None:
    while await work(job_handlers(VAULT, LEDGER, open_storage(settings))):
        pass


async def filed(office: Office, settings: Settings, folder: Path, *rows: dict[str, str]) -> tuple[Officer, str]:
    """An officer whose file was read, and the address of its batch."""
    officer = await at_work(office, "wang")
    answer = await send(officer, a_csv(folder, *rows))
    assert answer.status_code == 201, officer.page
    await work_off(settings)
    return officer, answer.headers["location"]


async def test_a_file_is_sent_read_and_its_problems_stand_at_their_cells(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    officer = await at_work(office, "wang")
    await officer.get("/filing")
    assert "本部门还没有报送过" in officer.page
    answer = await send(officer, a_csv(tmp_path, row(), row(NEIGHBOUR, PENALTY), row(COUSIN, item="NO-001")))
    place = answer.headers["location"]
    await officer.get(place)
    assert "已收到" in officer.page
    assert f'hx-get="{place}/progress"' in officer.page

    await work_off(settings)
    await officer.get(f"{place}/progress", headers=HTMX)
    assert "<html" not in officer.page
    assert "hx-get" not in officer.page, "nothing changes any more by itself"
    for said in ("等待复核", "不能复核自己报送的记录", "退回的行（1）", "目录里没有这个事项", "鲁**"):
        assert said in officer.page
    assert COUSIN.name not in officer.page
    await officer.get("/filing")
    for said in ("入库 1", "待复核 1", "退回 1", "还有 5 个工作日", "wang员（我）"):
        assert said in officer.page
    assert [event.action for event in await AuditEvent.filter(action="import.upload")] == ["import.upload"]


async def test_rejected_rows_come_back_as_a_workbook_for_seven_days(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    officer, place = await filed(office, settings, tmp_path, row(), row(COUSIN, item="NO-001"))
    answer = await officer.get(f"{place}/problems/1")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    with ZipFile(BytesIO(answer.content)) as workbook:
        texts = workbook.read("xl/sharedStrings.xml" if "xl/sharedStrings.xml" in workbook.namelist() else SHEET)
    assert "目录里没有这个事项".encode() in texts
    assert b"4104**********018X" in texts
    assert COUSIN.number.encode() not in texts
    assert await AuditEvent.filter(action="import.problems", about=f"import:{place[-36:]}").count() == 1
    assert (await officer.get(f"{place}/problems/2")).status_code == 404
    await ImportRow.all().update(created_at=clock.now() - timedelta(days=8))
    await import_rows.forget_old()
    assert (await officer.get(f"{place}/problems/1")).status_code == 404
    await officer.get(place)
    assert "退回的行保留七天，已经删除" in officer.page


async def test_the_template_can_be_filled_and_sent(office: Office) -> None:
    officer = await at_work(office, "wang")
    answer = await officer.get("/filing/template")
    with ZipFile(BytesIO(answer.content)) as workbook:
        assert SHEET in workbook.namelist()
    sent = await send(officer, answer.content, "template.xlsx")
    assert sent.status_code == 201


async def test_a_colleague_looks_and_says_yes(office: Office, settings: Settings, tmp_path: Path) -> None:
    await factories.bound_citizen(NEIGHBOUR)
    await factories.register()
    _, place = await filed(office, settings, tmp_path, row(), row(NEIGHBOUR, PENALTY))
    colleague = await at_work(office, "li")
    await colleague.get("/filing")
    assert "等您复核" in colleague.page
    for _ in range(3):
        assert (await colleague.get(f"{place}/waiting")).status_code == 200
    assert "4104**********0022" in colleague.page
    assert NEIGHBOUR.number not in colleague.page
    look = await AccessLog.get()
    assert (look.purpose, look.reader_name) == ("import_approval", "li员")
    assert await AuditEvent.filter(action="import.look").count() == 1

    answer = await colleague.post(f"{place}/approve")
    await colleague.follow(answer)
    assert "已同意" in colleague.page
    await work_off(settings)
    assert await CreditRecord.filter(item_code=PENALTY).count() == 1
    await colleague.get(place)
    assert "li员" in colleague.page
    twice = await colleague.post(f"{place}/approve")
    assert (twice.status_code, "可能已经复核过了" in colleague.page) == (409, True)
    assert (await colleague.get(f"{place}/waiting")).status_code == 409


async def test_a_colleague_says_no_and_nobody_can_say_yes_after_that(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    _, place = await filed(office, settings, tmp_path, row(NEIGHBOUR, PENALTY))
    colleague = await at_work(office, "li")
    await colleague.follow(await colleague.post(f"{place}/refuse"))
    assert "没有一条入库" in colleague.page
    answer = await colleague.post(f"{place}/approve")
    assert (answer.status_code, "不在等待复核" in colleague.page) == (409, True)
    await work_off(settings)
    assert await CreditRecord.all().count() == await ImportRow.all().count() == 0


async def test_who_filed_sees_why_she_may_not_decide(office: Office, settings: Settings, tmp_path: Path) -> None:
    officer, place = await filed(office, settings, tmp_path, row(NEIGHBOUR, PENALTY))
    for answer in (
        await officer.get(f"{place}/waiting"),
        await officer.post(f"{place}/approve"),
        await officer.post(f"{place}/refuse"),
    ):
        assert answer.status_code == 403
        assert "报送人不能复核自己报送的记录" in officer.page
        assert "4104**********0022" not in officer.page
    assert (await ImportBatch.get()).state == "waiting"
    assert await AccessLog.all().count() == 0


async def test_another_department_finds_no_such_batch(office: Office, settings: Settings, tmp_path: Path) -> None:
    _, place = await filed(office, settings, tmp_path, row(NEIGHBOUR, PENALTY), row(COUSIN, item="NO-001"))
    stranger = await at_work(office, "zhao", WELFARE)
    for path in ("", "/progress", "/problems/1", "/waiting"):
        answer = await stranger.get(place + path)
        assert (answer.status_code, "没有这个批次" in stranger.page) == (404, True), path
    for deed in ("approve", "refuse"):
        assert (await stranger.post(f"{place}/{deed}")).status_code == 404
    assert (await stranger.get(f"/filing/{uuid4()}")).status_code == 404
    await stranger.get("/filing")
    assert "本部门还没有报送过" in stranger.page
    assert await AuditEvent.filter(action__in=["import.look", "import.problems"]).count() == 0
    assert (await ImportBatch.get()).state == "waiting"


async def test_the_list_is_turned_page_by_page(office: Office, settings: Settings) -> None:
    officer = await at_work(office, "wang")
    assert officer.user is not None
    made = [
        await ImportBatch.create(
            department_id="SJJ",
            officer_id=officer.user.id,
            file_digest="0" * 64,
            state="done",
            check_by=clock.today(),
            created_at=clock.now(),
        )
        for _ in range(25)
    ]
    await officer.get("/filing")
    first = [str(each.id) in officer.page for each in made]
    await officer.get(f"/filing?before={made[5].id}")
    assert first == [False] * 5 + [True] * 20
    assert [f"{each.id}" in officer.page for each in made[:5]] == [True] * 5
    assert (await officer.get("/filing?before=nonsense")).status_code == 200


async def test_a_person_of_the_file_stands_in_no_page_whole(office: Office, settings: Settings, tmp_path: Path) -> None:
    officer, place = await filed(office, settings, tmp_path, row(item="NO-001"), row(NEIGHBOUR, PENALTY))
    colleague = await at_work(office, "li")
    for who, path in ((officer, "/filing"), (officer, place), (colleague, f"{place}/waiting")):
        await who.get(path)
        for each in (CITIZEN, NEIGHBOUR):
            assert each.number not in who.page
            assert each.name not in who.page
