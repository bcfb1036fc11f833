"""The catalogue desk: all staff read every version, and an administrator publishes one or takes it back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from backend import clock
from backend.console.catalogue import MOST_BYTES
from backend.records.catalogue import fingerprint
from backend.records.catalogue_comments import say
from backend.records.models import CatalogueVersion
from backend.staff.models import AuditEvent
from backend.staff.permissions import ROLES
from tests import factories
from tests.console.conftest import Office, Officer
from tests.factories import CITIZEN, NEIGHBOUR, VAULT, load_tiny_catalogue
from tests.records.catalogue_files import a_catalogue, a_penalty, an_honest_shop, toml, volunteer_hours
from tests.running_app import CountyClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HTMX = {"HX-Request": "true"}
COMING = "/catalogue/versions/2027.1"
FORCE = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def county_clock(office: Office) -> Iterator[CountyClock]:
    """Monday, 2026-11-23; the running app puts the clock right again."""
    county = CountyClock()
    county.set("2026-11-23 09:00")
    yield county
    clock.shift(timedelta(0))


async def an_admin(office: Office, username: str = "sjj-admin") -> Officer:
    return await office.signed_in(username, roles=["admin"], name="王主任")


def a_file(version: str = "2027.1", day: date = FORCE, **changes: Any) -> bytes:
    items = changes.pop("items", [an_honest_shop(points=30), volunteer_hours(), a_penalty()])
    return toml(a_catalogue(version=version, in_force_from=day, items=items, **changes))


async def send(officer: Officer, path: str, data: bytes) -> httpx.Response:
    """As htmx sends the form with the file."""
    if not officer.csrf:
        await officer.get("/account")
    headers = {"X-CSRF-Token": officer.csrf, **HTMX}
    return await officer.send("POST", path, files={"file": ("catalogue.toml", data)}, headers=headers)


async def published(office: Office, data: bytes | None = None) -> Officer:
    """An administrator who checked a file and published it."""
    admin, data = await an_admin(office), data or a_file()
    assert (await send(admin, "/catalogue/check", data)).status_code == 200
    answer = await send(admin, f"/catalogue/publish/{fingerprint(data)}", data)
    assert answer.status_code == 201, admin.page
    assert answer.headers["HX-Redirect"].startswith("/console/catalogue/versions/")
    await admin.get(answer.headers["HX-Redirect"])
    return admin


async def test_a_file_is_checked_looked_at_and_published(office: Office) -> None:
    admin = await an_admin(office)
    await admin.get("/catalogue")
    assert "公布新的版本" in admin.page
    await send(admin, "/catalogue/check", a_file())
    assert "没有发现问题" in admin.page
    assert "和 2026.1-sample 相比，1 处不同" in admin.page
    assert "PRO-001 诚信经营示范户：分值由加 20 分改为加 30 分。" in admin.page
    assert "今天至 2026年12月31日，共 39 天" in admin.page
    assert fingerprint(a_file()) in admin.page
    assert await CatalogueVersion.all().count() == 1, "looking publishes nothing"
    answer = await send(admin, f"/catalogue/publish/{fingerprint(a_file())}", a_file())
    assert answer.headers["HX-Redirect"] == "/console/catalogue/versions/2027.1?done=published"
    await admin.get(answer.headers["HX-Redirect"])
    assert "已公布，现在开始征求意见" in admin.page
    assert "征求意见中" in admin.page
    assert await AuditEvent.filter(action="catalogue.publish", about="catalogue:2027.1").count() == 1


async def test_every_fault_is_told_with_its_line(office: Office) -> None:
    admin = await an_admin(office)
    lines = a_file(base_points=900, day=date(2026, 12, 1)).decode().splitlines()
    answer = await send(admin, "/catalogue/check", "\n".join(lines).encode())
    assert answer.status_code == 422
    assert "有 2 处要改" in admin.page
    for name in ("base_points", "in_force_from"):
        line = next(number for number, each in enumerate(lines, 1) if each.startswith(name))
        assert f'<td class="right tight" data-label="行">{line}</td>' in admin.page
    assert "至少征求意见 30 天；今天公布，最早从 2026-12-23 起施行" in admin.page
    assert await CatalogueVersion.all().count() == 1


@pytest.mark.parametrize(
    "data", [b"\n", b"\xff", b"version = ", b"\x00" * 100, "目录".encode("gb18030"), b"PK\x03\x04"]
)
async def test_what_is_no_catalogue_is_told_in_words(office: Office, data: bytes) -> None:
    admin = await an_admin(office)
    answer = await send(admin, "/catalogue/check", data)
    assert answer.status_code == 422
    assert "处要改" in admin.page


async def test_a_file_that_is_too_large_is_refused(office: Office) -> None:
    admin = await an_admin(office)
    answer = await send(admin, "/catalogue/check", b"#" * (MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "文件太大" in admin.page


async def test_of_very_many_faults_the_first_are_shown_and_the_rest_counted(office: Office) -> None:
    admin = await an_admin(office)
    answer = await send(admin, "/catalogue/check", a_file(items=[{"code": "PRO-001"}] * 300))
    assert answer.status_code == 422
    assert "有 1500 处要改" in admin.page
    assert "这里先列出 200 处，还有 1300 处没有列出。" in admin.page
    assert admin.page.count('data-label="行"') == 200


async def test_only_the_very_file_that_was_looked_at_is_published(office: Office) -> None:
    admin = await an_admin(office)
    answer = await send(admin, f"/catalogue/publish/{fingerprint(a_file())}", a_file(name="换过的"))
    assert answer.status_code == 409
    assert "和刚才检查的不一样" in admin.page
    assert await CatalogueVersion.all().count() == 1


async def test_published_twice_it_is_one_version_and_checked_again_it_says_so(office: Office) -> None:
    admin = await published(office)
    again = await send(admin, f"/catalogue/publish/{fingerprint(a_file())}", a_file())
    assert again.status_code == 201
    assert await CatalogueVersion.all().count() == 2
    await send(admin, "/catalogue/check", a_file())
    assert "一字不差，不用再公布" in admin.page
    assert "/publish/" not in admin.page


async def test_somebody_else_was_quicker(office: Office) -> None:
    await published(office)
    other = await an_admin(office, "sjj-other")
    answer = await send(other, f"/catalogue/publish/{fingerprint(a_file('2027.2'))}", a_file("2027.2"))
    assert answer.status_code == 422
    assert "也晚于已有版本（2027-01-01）" in other.page


async def test_it_is_withdrawn_before_it_is_in_force(office: Office, county_clock: CountyClock) -> None:
    admin = await published(office)
    assert "收回这个版本" in admin.page
    await admin.follow(await admin.post(f"{COMING}/withdraw"))
    assert "已收回。这个版本不会施行" in admin.page
    assert "确认收回" not in admin.page
    assert (await admin.post(f"{COMING}/withdraw")).status_code == 409
    await admin.get("/catalogue")
    assert "施行前收回" in admin.page
    county_clock.set("2027-02-01 09:00")
    admin = await an_admin(office, "sjj-later")
    await admin.get("/catalogue")
    assert admin.page.count("现行") == 1
    assert (await admin.post("/catalogue/versions/2026.1-sample/withdraw")).status_code == 409


async def test_what_is_in_force_offers_no_way_to_withdraw_it(office: Office) -> None:
    admin = await an_admin(office)
    await admin.get("/catalogue/versions/2026.1-sample")
    assert "第一版" in admin.page
    assert "/withdraw" not in admin.page


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
async def test_all_staff_read_and_only_administrators_change(office: Office, role: str) -> None:
    await published(office)
    reader = await office.signed_in("sjj-reader", roles=[role])
    for path, shown in (("/catalogue", "2027.1"), (COMING, "PRO-001"), ("/catalogue/changes", "PRO-001")):
        assert (await reader.get(path)).status_code == 200
        assert shown in reader.page
        assert not any(word in reader.page for word in ("公布新的版本", "收回这个版本", "看意见"))
    assert (await send(reader, "/catalogue/check", a_file("2027.2"))).status_code == 403
    assert (await send(reader, f"/catalogue/publish/{fingerprint(a_file())}", a_file())).status_code == 403
    assert (await reader.post(f"{COMING}/withdraw")).status_code == 403
    assert (await reader.get(f"{COMING}/comments")).status_code == 403


async def test_two_versions_stand_side_by_side(office: Office) -> None:
    reader = await office.signed_in("sjj-wang", roles=["officer"])
    await reader.get("/catalogue/changes")
    assert "要有两个版本才能比较" in reader.page
    await published(office)
    await reader.get("/catalogue/changes")
    for said in ("PRO-001 诚信经营示范户", "<del>加 20 分</del>", "<ins>加 30 分</ins>"):
        assert said in reader.page
    await reader.get("/catalogue/changes?from=2027.1&to=2026.1-sample")
    assert "<del>加 30 分</del>" in reader.page
    await reader.get("/catalogue/changes?from=2027.1&to=2027.1")
    assert "选的是同一个版本" in reader.page
    assert (await reader.get("/catalogue/changes?from=nothing")).status_code == 404


async def test_a_version_shows_all_that_it_says(office: Office) -> None:
    reader = await office.signed_in("sjj-wang", roles=["officer"])
    await reader.get("/catalogue/versions/2026.1-sample")
    for said in (
        "诚信示范",
        "1060 分以上",
        "一年最多加 50 分",
        "县市场监管局",
        "前 20 小时每小时 1 分",
        "《中华人民共和国产品质量法》第五十条",
    ):
        assert said in reader.page
    assert "慈善捐赠：捐赠一次。" in reader.page
    for nothing in ("/catalogue/versions/nothing", "/catalogue/versions/%00", "/catalogue/versions/%e4%ba%8c"):
        assert (await reader.get(nothing)).status_code == 404


async def test_comments_are_read_without_their_authors_and_escaped(office: Office) -> None:
    admin = await published(office)
    await say(VAULT, await factories.guest(CITIZEN), "2027.1", "<script>alert(1)</script>")
    await say(VAULT, await factories.guest(NEIGHBOUR), "2027.1", "一年五十分太少。")
    await admin.get("/catalogue")
    assert "2 条" in admin.page
    answer = await admin.get(f"{COMING}/comments")
    assert "一年五十分太少。" in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    for person in (CITIZEN, NEIGHBOUR):
        assert not any(word in answer.text for word in (person.name, person.wechat, person.number))
    assert await AuditEvent.filter(action="catalogue.comments", about="catalogue:2027.1").count() == 1
    assert (await admin.get("/catalogue/versions/nothing/comments")).status_code == 404


async def test_the_same_rules_as_by_command(office: Office) -> None:
    """Whatever the command refuses the desk refuses, and one's version is the other's."""
    await load_tiny_catalogue(
        version="2027.1", in_force_from=FORCE, items=[an_honest_shop()], domain_caps=[], evidence=[]
    )
    admin = await an_admin(office)
    assert (await send(admin, "/catalogue/check", a_file())).status_code == 422
    assert "这个版本已经发布，内容不能再改" in admin.page
