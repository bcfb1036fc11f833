"""What the filing desk does not take: each is said in Chinese at once, and nothing of it is kept."""

from pathlib import Path

import httpx
import pytest

from backend.jobs.models import Job
from backend.records.models import ImportBatch
from backend.records.receiving import MOST_BYTES
from backend.settings import Settings
from backend.staff.models import AuditEvent
from media.storage import open_storage
from tests import factories
from tests.console.conftest import Office, Officer
from tests.factories import row
from tests.records.handing_in import a_csv, kept

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HTMX = {"HX-Request": "true"}
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")


@pytest.fixture
async def officer(office: Office) -> Officer:
    """An officer at the open desk."""
    await factories.register()
    officer = await office.signed_in("wang", roles=["officer"])
    await officer.get("/filing")
    return officer


async def send(officer: Officer, data: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    asked = {"X-CSRF-Token": officer.csrf, **HTMX} if headers is None else headers
    return await officer.send("POST", "/filing", files={"file": ("file.csv", data)}, headers=asked)


async def nothing_is_kept(settings: Settings) -> None:
    assert await ImportBatch.all().count() == await Job.all().count() == 0
    assert await AuditEvent.filter(action="import.upload").count() == 0
    assert await kept(open_storage(settings)) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "请选择要上传的文件"),
        (b"%PDF-1.7 scanned", "这是PDF 文件，不能读取"),
        (ENCRYPTED, "文件设有打开密码"),
        (b"PK\x03\x04 broken", "文件已损坏或没有传完整"),
        ("姓名,身份证号\n".encode(), "表头缺少这些列"),
        (b"x" * (MOST_BYTES + 1), "文件超过 20 MB"),
        (b"x" * (MOST_BYTES + 1024 * 1024), "文件超过 20 MB"),
    ],
    ids=["empty", "pdf", "encrypted", "damaged", "columns", "a byte over", "21 MB"],
)
async def test_a_file_that_cannot_be_taken(officer: Officer, settings: Settings, data: bytes, said: str) -> None:
    answer = await send(officer, data)
    assert 400 <= answer.status_code < 500
    assert said in officer.page
    assert "<html" not in officer.page, "a piece for the page that asked"
    await nothing_is_kept(settings)


async def test_a_file_in_gb18030_is_taken(officer: Officer, tmp_path: Path) -> None:
    assert (await send(officer, a_csv(tmp_path, row(), encoding="gb18030"))).status_code == 201


async def test_two_files_in_one_form(officer: Officer, settings: Settings, tmp_path: Path) -> None:
    data = a_csv(tmp_path, row())
    two = [("file", ("one.csv", data)), ("file", ("two.csv", data))]
    answer = await officer.send("POST", "/filing", files=two, headers={"X-CSRF-Token": officer.csrf, **HTMX})
    assert (answer.status_code, "只能填写一次" in officer.page) == (422, True)
    await nothing_is_kept(settings)


async def test_what_is_no_form_or_was_cut_short(officer: Officer, settings: Settings) -> None:
    token = {"X-CSRF-Token": officer.csrf, **HTMX}
    answer = await officer.send("POST", "/filing", content=b"a=b", headers=token)
    assert answer.status_code == 422
    form = {"Content-Type": "multipart/form-data; boundary=cut", **token}
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc'
    answer = await officer.send("POST", "/filing", content=body, headers=form)
    assert (answer.status_code, "没有收到完整的文件" in officer.page) == (422, True)
    await nothing_is_kept(settings)


async def test_without_the_pages_token_nothing_is_taken(officer: Officer, settings: Settings, tmp_path: Path) -> None:
    data = a_csv(tmp_path, row())
    for headers in (
        {},
        HTMX,
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": officer.csrf, "Sec-Fetch-Site": "cross-site"},
    ):
        answer = await send(officer, data, headers)
        assert (answer.status_code, "没有生效" in officer.page) == (403, True)
    answer = await send(officer, bytes(5 * 1024 * 1024), {"X-CSRF-Token": "0" * 64})
    assert answer.status_code == 403, "said also while a large file is still being sent"
    in_the_form = await officer.send("POST", "/filing", files={"file": data}, data={"csrf": officer.csrf})
    assert in_the_form.status_code == 403, "an upload's body is not read before it is known whose form it is"
    await nothing_is_kept(settings)


@pytest.mark.parametrize("role", ["reviewer", "moderator", "editor", "case_officer", "auditor", "admin"])
async def test_no_other_role_files_or_decides(office: Office, settings: Settings, tmp_path: Path, role: str) -> None:
    somebody = await office.signed_in("sun", roles=[role])
    await somebody.get()
    assert "/console/filing" not in somebody.page
    answer = await send(somebody, a_csv(tmp_path, row()))
    assert (answer.status_code, "没有这项权限" in somebody.page) == (403, True)
    batch = "/filing/00000000-0000-0000-0000-000000000000"
    for path in ("/filing", "/filing/template", batch, f"{batch}/progress", f"{batch}/problems/1", f"{batch}/waiting"):
        assert (await somebody.get(path)).status_code == 403
    for deed in ("approve", "refuse"):
        assert (await somebody.post(f"{batch}/{deed}")).status_code == 403
    await nothing_is_kept(settings)


async def test_who_is_not_signed_in_is_sent_to_the_door(office: Office, settings: Settings, tmp_path: Path) -> None:
    stranger = office.stranger()
    assert (await stranger.get("/filing")).headers["location"] == "/console/sign-in?next=/console/filing"
    answer = await send(stranger, a_csv(tmp_path, row()), HTMX)
    assert (answer.status_code, "sign-in" in answer.headers["hx-redirect"]) == (401, True)
    await nothing_is_kept(settings)
