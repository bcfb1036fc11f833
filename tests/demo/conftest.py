"""A small made-up county, built once, and copies of it for tests to change."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend import clock
from backend.demo.stories import KEYS
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings, demo_settings
from tests import servers
from tests.conftest import MadeOnce

CITIZENS = 24
_FILE, _BUILT_AT = "demo.sqlite3", "built-at"


@pytest.fixture(scope="session")
def county_file(made_once: MadeOnce, migrated_sqlite: Path) -> Path:
    """The county as the demo's first start makes it, only smaller: once for all processes of tests."""

    def make(folder: Path) -> None:
        moment = clock.now()
        build_at(moment, folder, migrated_sqlite)
        (folder / _BUILT_AT).write_text(moment.isoformat())

    return made_once("county", make) / _FILE


def build_at(moment: datetime, folder: Path, migrated: Path) -> Path:
    """Build the small county of this moment in the folder, from a copy of a migrated database; its file."""
    from backend.demo import county

    path = folder / _FILE
    shutil.copyfile(migrated, path)
    with clock.pinned(moment):
        asyncio.run(county.build(settings_of(path), CITIZENS))
    return path


def built_at(county_file: Path) -> datetime:
    """The moment of which this county is."""
    return datetime.fromisoformat((county_file.parent / _BUILT_AT).read_text())


def settings_of(path: Path, **values: Any) -> Settings:
    """Settings of a demo whose county is in this file, with its pictures in the folder beside it."""
    return demo_settings(database_url=f"sqlite://{path}", media_store=f"file://{path.parent / 'media'}", **values)


def copy_of(county_file: Path, folder: Path) -> Path:
    """The county's file and pictures, copied into the folder; the copy's file."""
    shutil.copyfile(county_file, folder / county_file.name)
    shutil.copytree(county_file.parent / "media", folder / "media")
    return folder / county_file.name


@pytest.fixture
def county_settings(county_file: Path, tmp_path: Path, wechat_stand_in: StandIn) -> Settings:
    """Settings of a demo on a copy of the county."""
    return settings_of(copy_of(county_file, tmp_path), wechat_api_url=wechat_stand_in.url)


@pytest.fixture
async def county_open(county_settings: Settings) -> AsyncIterator[None]:
    """The copy's database, open in this process."""
    from backend.database import close_database, open_database
    from backend.tables import MODEL_MODULES

    await open_database(county_settings, MODEL_MODULES)
    try:
        yield
    finally:
        await close_database()


@pytest.fixture(scope="session")
def demo(county_file: Path, tmp_path_factory: pytest.TempPathFactory, _stand_in: StandIn) -> Iterator["Demo"]:
    """The demo, running on a copy of the county."""
    folder = tmp_path_factory.mktemp("demo")
    settings = settings_of(copy_of(county_file, folder), wechat_api_url=_stand_in.url)
    server = servers.RunningServer(settings, folder / "server.log")
    server.start()
    yield Demo(replace(settings, port=server.port), server.url, _stand_in)
    server.stop()


class Demo:
    """The running demo, and browsers that look at it."""

    def __init__(self, settings: Settings, url: str, wechat: StandIn) -> None:
        self.settings = settings
        self.url = url
        self.wechat = wechat

    @contextmanager
    def browser(self, person: str | None = None, cookie: str | None = None) -> Iterator[httpx.Client]:
        """A browser of its own, signed in as a demo citizen when one is named, or with any session cookie."""
        cookies = {} if cookie is None else {"demo_session": cookie}
        with httpx.Client(base_url=self.url, timeout=30, cookies=cookies) as browser:
            if person is not None:
                assert person in KEYS
                answer = browser.post("/demo/sign-in", data={"person": person})
                assert (answer.status_code, answer.headers["location"]) == (303, "/demo/points")
            yield browser
