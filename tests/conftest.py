"""What tests start from: empty databases, a WeChat stand-in, a browser, and a clock to hold."""

import asyncio
import fcntl
import itertools
import os
import shutil
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest
from playwright.async_api import Browser, async_playwright

from backend import clock
from backend.demo.wechat_stand_in import StandIn, running
from backend.settings import Settings, demo_settings
from media.storage import Storage, open_storage
from media.workshop import Workshop
from tests import servers
from tests.prepare_machine import CHROMIUM, POSTGRESQL, REDIS, Need

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The same examples in every run: a red one is red for everybody. `make soak` looks for new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("soak", deadline=None)
hypothesis.settings.load_profile("repeatable")

_numbers = itertools.count(1)

LONGEST_FIRST = ("together", "journey", "slow", "browser")
MadeOnce = Callable[[str, Callable[[Path], None]], Path]


def _find(need: Need) -> Path:
    found = need.find()
    if found is None:
        pytest.skip(need.missing)
    return found


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A private PostgreSQL server: `postgres://…` without a database."""
    with servers.postgres(_find(POSTGRESQL).parent) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Redis server, not emptied between tests."""
    with servers.redis(_find(REDIS)) as url:
        yield url


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str) -> str:
    servers.execute(f"{postgres_url}/postgres", "CREATE DATABASE template_migrated")
    _migrate(f"{postgres_url}/template_migrated")
    return postgres_url


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """A folder of this run that whoever asks first fills: the other processes of tests wait for her, and use it too."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder = root / f"shared-{name}"
        with (root / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            whole = folder / ".whole"
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def migrated_sqlite(made_once: MadeOnce) -> Path:
    """A database as the migrations leave it, to be copied."""
    name = "migrated.sqlite3"
    return made_once("template", lambda folder: _migrate(f"sqlite://{folder / name}")) / name


def _migrate(database_url: str) -> None:
    from backend.database import migrate
    from backend.tables import MODEL_MODULES  # late, here and below: tests of pure files need not load the whole server

    asyncio.run(migrate(demo_settings(database_url=database_url), MODEL_MODULES))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of this test's own, once on each kind.

    A test about one kind only says `@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)`.
    """
    if request.param == "sqlite":
        path = tmp_path / "lushan.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite://{path}"
        return
    server = request.getfixturevalue("_postgres_template")
    name = f"test_{next(_numbers)}"
    copy = f"CREATE DATABASE {name} TEMPLATE template_migrated STRATEGY FILE_COPY"  # four times as fast as its default
    servers.execute(f"{server}/postgres", copy)
    yield f"{server}/{name}"
    servers.execute(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _stand_in() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def wechat_stand_in(_stand_in: StandIn) -> Iterator[StandIn]:
    """WeChat on this machine, in a good mood at the start of each test."""
    _stand_in.clear_faults()
    yield _stand_in
    _stand_in.clear_faults()


@pytest.fixture
def settings(database_url: str, wechat_stand_in: StandIn, tmp_path: Path) -> Settings:
    """Settings of a demo server on this test's database and folder, with WeChat at the stand-in and no Redis."""
    return demo_settings(
        database_url=database_url, wechat_api_url=wechat_stand_in.url, media_store=f"file://{tmp_path / 'media'}"
    )


@pytest.fixture
def storage(settings: Settings) -> Storage:
    """The store of the test's own folder."""
    return open_storage(settings)


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """A workshop that ends with the test, its child with it."""
    workshop = Workshop()
    yield workshop
    child = workshop.child_id
    await workshop.close()
    assert child is None or not _runs(child), "a child, or a zombie of one, is left"


def _runs(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[None]:
    """The test's database, open."""
    from backend.database import close_database, open_database
    from backend.tables import MODEL_MODULES

    await open_database(settings, MODEL_MODULES)
    try:
        yield
    finally:
        await close_database()


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[servers.RunningServer]:
    """The real server on this test's database, started."""
    running_server = servers.RunningServer(settings, tmp_path / "server.log")
    running_server.start()
    yield running_server
    running_server.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A real browser without a window. Of the test's own: Playwright belongs to one event loop."""
    program = _find(CHROMIUM)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def clock_at() -> Callable[[str], AbstractContextManager[None]]:
    """Hold the clock at a moment in the county: `with clock_at("2026-11-23 09:00"): …`."""
    return lambda moment: clock.pinned(datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI))


@pytest.fixture
def monday(clock_at: Callable[[str], AbstractContextManager[None]]) -> Iterator[None]:
    """It is nine o'clock on Monday, 2026-11-23, in the county."""
    with clock_at("2026-11-23 09:00"):
        yield


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still for the limits of this process: a minute that ends amid a test would let more through."""
    moment = time.monotonic()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(monotonic=lambda: moment))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for PostgreSQL: the same stories run on SQLite in `make check`, on both in `make test`."""
    for item in items:
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "postgres" in values or "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")
    _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Files that take long come first: begun last, one would keep one process while the others have nothing to do."""
    for mark in reversed(LONGEST_FIRST):
        marked = {item.path for item in items if item.get_closest_marker(mark) is not None}
        items.sort(key=lambda item: item.path not in marked)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped and why: a green run must not hide what it did not look at."""
    why = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        why[report.longrepr[2].removeprefix("Skipped: ")].append(report.nodeid)
    for reason, tests in why.items():
        terminalreporter.section(f"skipped ({len(tests)}): {reason}")
        for test in tests:
            terminalreporter.line(test)
