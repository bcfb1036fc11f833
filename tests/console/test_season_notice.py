"""The sheet for the boards of villages: official, on A4 or A3, and who drew it up is written down."""

from datetime import timedelta

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.staff.models import AuditEvent
from tests import factories
from tests.console.conftest import Office
from tests.console.evidence_desk import at_work, check_policy
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN
from tests.open_seasons import a_notice, chosen
from tests.running_app import CountyClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(office: Office) -> Season:
    """In public notice from 22 to 30 November, with two people in it."""
    CountyClock().set("2026-11-23 09:00")
    await factories.register()
    season = await a_notice()
    await chosen(season, "鲁小芳", citizen=await citizen_of(COUSIN))
    await chosen(season, "石大山")
    await chosen(season, "石小山", consents=("endorse",))
    return season


async def test_it_is_drawn_up_for_each_paper(office: Office, season: Season) -> None:
    zhao = await at_work(office, "sjj-zhao", "moderator")
    path = f"/seasons/{season.id}/notice"
    await zhao.get(path)
    assert "2 位，都已同意公示" in zhao.page
    assert "鲁小芳" not in zhao.page
    assert await AccessLog.all().count() == 0
    answer = await zhao.post(f"{path}/sheet", {"paper": "a3"})
    check_policy(answer.text)
    for said in (
        f"关于“{season.name}”拟授予人选的公示",
        "鲁小芳",
        "石大山",
        "排名不分先后",
        "2026年11月22日至2026年11月30日",
    ):
        assert said in zhao.page
    for kept_back in ("石小山", "13800000009", "410423"):
        assert kept_back not in zhao.page
    assert "season_notice_a3.css" in zhao.page
    await zhao.post(f"{path}/sheet", {"paper": "a0"})
    assert "season_notice_a3.css" not in zhao.page
    assert await AccessLog.all().count() == await AuditEvent.filter(action="season.notice").count() == 2


async def test_before_the_decision_and_after_the_notice_there_is_none(office: Office, season: Season) -> None:
    zhao = await at_work(office, "sjj-zhao", "moderator")
    path = f"/seasons/{season.id}/notice"
    await Season.filter(id=season.id).update(notice_until=clock.today() - timedelta(days=1))
    answer = await zhao.post(f"{path}/sheet")
    assert (answer.status_code, "才能打印公示" in zhao.page, "鲁小芳" in zhao.page) == (409, True, False)
    await Season.filter(id=season.id).update(decided_at=None)
    await zhao.get(path)
    assert "评审决定以后才有" in zhao.page


async def test_another_department_finds_no_such_season(office: Office, season: Season) -> None:
    elsewhere = await at_work(office, "mzj-sun", "moderator", "MZJ")
    for answer in (
        await elsewhere.get(f"/seasons/{season.id}/notice"),
        await elsewhere.post(f"/seasons/{season.id}/notice/sheet"),
    ):
        assert answer.status_code == 404
        assert "鲁小芳" not in elsewhere.page
