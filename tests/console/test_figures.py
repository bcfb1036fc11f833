"""The desk of figures: dates that make sense, a workbook that is written down, and nobody else gets in."""

import pytest

from backend.staff.models import AuditEvent
from tests.console.conftest import Office
from tests.console.editors_desk import editor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_officer_does_not_see_them(office: Office) -> None:
    officer = await office.signed_in("sjj-wang", roles=["officer"])
    assert (await officer.get("/figures")).status_code == 403


async def test_before_anything_was_read_it_says_so(office: Office) -> None:
    who = await editor(office)
    assert (await who.get("/figures")).status_code == 200
    assert "这些天还没有文章被读到" in who.page
    assert "不记录谁读过" in who.page


@pytest.mark.parametrize("asked", ["first=2026-11-20&last=2026-11-01", "first=x", "first=2020-01-01&last=2026-01-01"])
async def test_wrong_days_are_said_and_the_usual_ones_shown(office: Office, asked: str) -> None:
    who = await editor(office)
    assert (await who.get(f"/figures?{asked}")).status_code == 422
    assert "开始不晚于结束" in who.page
    assert (await who.get(f"/figures/export?{asked}")).status_code == 422


async def test_an_export_is_a_workbook_and_is_audited(office: Office) -> None:
    who = await editor(office)
    answer = await who.get("/figures/export?first=2026-11-01&last=2026-11-20")
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer.headers["content-disposition"]
    (event,) = await AuditEvent.filter(action="figures.export")
    assert event.detail == {"first": "2026-11-01", "last": "2026-11-20"}
