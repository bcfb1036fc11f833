"""The real server and its worker let WeChat check a nomination: asked by one process, answered to another."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.awards.models import Season
from backend.demo.wechat_stand_in import StandIn
from backend.nominations import nominating
from backend.nominations.models import ContentCheck, Nomination
from backend.settings import Settings
from miniprogram_api.wechat_pushes import PUSHES
from tests import factories, moderated, season_factories
from tests.console.evidence_desk import photos
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, VAULT
from tests.media.photos import a_photo
from tests.nomination_factories import drafted
from tests.servers import RunningServer
from tests.wechat.opening import opened

pytestmark = [
    pytest.mark.slow,
    pytest.mark.together,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


@pytest.fixture
async def server(
    settings: Settings, database: None, wechat_stand_in: StandIn, tmp_path: Path
) -> AsyncIterator[RunningServer]:
    """Web and worker, which WeChat reaches at their own address; a season, and its nominator at her phone."""
    await factories.load_tiny_catalogue()
    await factories.register()
    await season_factories.a_season()
    async with opened(wechat_stand_in.url) as wechat:
        await moderated.opens_app(wechat, wechat_stand_in)
    running = RunningServer(settings, tmp_path / "server.log")
    running.restart(replace(settings, public_url=running.url))
    wechat_stand_in.push_to(f"{running.url}{PUSHES}", settings.wechat_push_token, settings.wechat_push_key)
    yield running
    wechat_stand_in.push_nothing()
    running.stop()


async def handed_in(settings: Settings) -> Nomination:
    """With two photos whose files are there."""
    citizen = await citizen_of()
    pictures = await photos(settings, CITIZEN, a_photo(1), a_photo(2))
    draft = await drafted(citizen, await Season.get(), pictures=pictures)
    return await nominating.submit(VAULT, citizen, draft.id)


async def settled(nomination: Nomination, seconds: float = 30) -> str:
    """Where it is once WeChat's checks are over."""
    async with asyncio.timeout(seconds):
        while (state := (await Nomination.get(id=nomination.id)).state) == "checking":  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.1)
    return state


async def test_a_nomination_is_checked_by_the_worker_and_answered_at_the_door(
    server: RunningServer, settings: Settings
) -> None:
    nomination = await handed_in(settings)
    assert await settled(nomination) == "waiting"
    assert sorted(await ContentCheck.all().values_list("state", flat=True)) == ["pass"] * 3
    assert "周三" not in server.log
