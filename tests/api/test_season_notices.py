"""公示 for everybody: read with no sign-in while it runs, gone the moment that it ends or somebody says no."""

from uuid import uuid4

import pytest

from backend.awards.models import Season
from backend.honours import objecting, objections
from tests.answers import refused
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, VAULT, register
from tests.open_seasons import a_notice, chosen, moderator
from tests.running_app import CountyClock, RunningApp, both_databases


@pytest.fixture
async def season(app: RunningApp, county_clock: CountyClock) -> Season:
    """In public notice from 22 to 30 November."""
    county_clock.set("2026-11-23 09:00")
    return await a_notice()


@both_databases
async def test_anybody_reads_it(app: RunningApp, season: Season) -> None:
    nominee = await chosen(season)
    await chosen(season, "石小山", consents=("endorse",))
    answer = await app.phone().get(f"/seasons/{season.id}/notice")
    found = app.phone().succeeded(answer)
    assert [each["name"] for each in found["people"]] == ["石大山"]
    assert found["people"][0]["nominee_id"] == str(nominee.id)
    assert (found["first_day"], found["last_day"], found["award"]) == ("2026-11-22", "2026-11-30", "道德模范")
    assert found["office"]["phone"]
    assert "13800000009" not in answer.text
    again = await app.phone().get(f"/seasons/{season.id}/notice", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    refused(await app.phone().get(f"/seasons/{uuid4()}/notice"), 404, "season_not_found")


async def test_at_midnight_it_is_over(app: RunningApp, season: Season, county_clock: CountyClock) -> None:
    await chosen(season)
    path = f"/seasons/{season.id}/notice"
    county_clock.set("2026-11-30 23:59:57")
    assert len((await app.phone().read(path))["people"]) == 1
    county_clock.set("2026-12-01 00:00")
    refused(await app.phone().get(path), 404, "no_notice_now")


@both_databases
async def test_an_upheld_objection_removes_her_at_once_though_the_answer_is_kept(
    app: RunningApp, season: Season
) -> None:
    await register()
    nominee = await chosen(season, citizen=await citizen_of(COUSIN))
    path, stranger = f"/seasons/{season.id}/notice", app.phone()
    assert len((await stranger.read(path))["people"]) == 1
    objection = await objecting.object_to(
        VAULT, await citizen_of(), nominee.id, "修桥的事不是他一个人做的，全村都有份。"
    )
    assert len((await stranger.read(path))["people"]) == 1, "an open one is nobody's business"
    await objections.handle(VAULT, await moderator(), objection.id, True, "经核实情况属实，已经移出公示。")
    assert (await stranger.read(path))["people"] == []
