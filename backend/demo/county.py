"""The made-up county: built once, into a file beside its place, and moved there when it is whole."""

import asyncio
import fcntl
import os
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tortoise import connections
from tqdm import tqdm

from backend import clock
from backend.cache import Cache
from backend.citizens.register import load_register
from backend.database import close_database, migrate, open_database
from backend.demo import by_hand, department_key
from backend.demo.coming_catalogue import ComingCatalogue
from backend.demo.content_life import content_events, covers
from backend.demo.correction_life import CorrectionLife
from backend.demo.darkroom import Darkroom
from backend.demo.department_files import REGISTER_HEADER, arrange, write_csv
from backend.demo.evidence_life import EvidenceLife
from backend.demo.history import MONTHS
from backend.demo.joining import Entrance, Joining, at
from backend.demo.life import Event, Life
from backend.demo.people import Person
from backend.demo.plot import Plot, plotted
from backend.demo.staff import hire, workers
from backend.demo.stories import Story, wechat_user
from backend.demo.wechat_stand_in import running
from backend.point_sources import open_ledger
from backend.records import receiving
from backend.records.catalogue import SAMPLE_CATALOGUE, SAMPLE_DEPARTMENTS
from backend.records.catalogue_loading import load_catalogue
from backend.secrets import Vault, open_vault
from backend.settings import Settings, SettingsError
from backend.staff import sealing
from backend.staff.department_keys import Issued
from backend.staff.departments import stands
from backend.staff.models import Department
from backend.tables import MODEL_MODULES
from backend.wechat import WeChat
from backend.workdays import months_after
from media import intake, published_files
from media.storage import open_storage

CITIZENS = 300
UNREAD = timedelta(days=40)  # for so long notices of the demo citizens lie unopened
EDITION = 6  # of the county; one made by an earlier edition lacks what the pages of this one show

Watch = Callable[[list[Event]], Iterable[Event]]


def prepare(settings: Settings, citizens: int = CITIZENS) -> None:
    """Have the demo county ready and up to date, building it at the first start.

    Killed half-way it leaves no county, and the next start begins anew. Raises SettingsError outside demo mode.
    """
    settings.check()
    path = settings.sqlite_path
    if not settings.demo or path is None or settings.media_folder is None:
        raise SettingsError("the demo county is made in demo mode, in an SQLite file and a folder of its own")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_name(f"{path.name}.lock")):
        if path.exists() and edition_of(path) == EDITION:
            asyncio.run(migrate(settings, MODEL_MODULES))
            return
        _set_aside(path)
        building = path.with_name(f"{path.name}.building")
        for left_over in path.parent.glob(f"{building.name}*"):
            left_over.unlink()
        asyncio.run(_forget_files(settings))
        issued = asyncio.run(build(replace(settings, database_url=f"sqlite://{building}"), citizens, _bar))
        folder = folder_by_hand(settings)
        by_hand.write_files(folder, clock.today())
        _reach_the_disk(building)
        building.rename(path)
        address = f"http://{settings.host}:{settings.port}"
        sys.stdout.write(department_key.told(issued, address, folder / by_hand.PUSHED))


def edition_of(path: Path) -> int:
    """The edition of the county in this file; 0 for one that was made before they had any."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (edition,) = connection.execute("PRAGMA user_version").fetchone()
    return int(edition)


def folder_by_hand(settings: Settings) -> Path:
    """Where files lie that a newcomer can import by hand: beside the database."""
    path = settings.sqlite_path
    if path is None:
        raise SettingsError("the demo county is made in an SQLite file")
    return path.parent / "demo-files"


async def build(settings: Settings, citizens: int = CITIZENS, watch: Watch = iter) -> Issued:
    """Make the county of `citizens` people in an empty database; every run on one day makes the same one.

    `watch` sees the events go by. The database is closed afterwards. The answer is the key of one department, with its
    secret: it differs each time and stands nowhere else.
    """
    now = clock.now()
    plot = plotted(citizens, now)
    async with Darkroom(plot.things, covers()) as darkroom:
        return await _build(settings, plot, now, darkroom, watch)


async def _build(settings: Settings, plot: Plot, now: datetime, darkroom: Darkroom, watch: Watch) -> Issued:
    await migrate(settings, MODEL_MODULES)
    await open_database(settings, MODEL_MODULES)
    try:
        # Thousands of small deeds: waiting for the disk after each would take longer than all of them. See `prepare`.
        await connections.get("default").execute_query("PRAGMA synchronous = OFF")
        with tempfile.TemporaryDirectory(prefix="lushan-demo-") as folder:
            issued = await _act_out(settings, plot, now, Path(folder), darkroom, watch)
        await connections.get("default").execute_query(f"PRAGMA user_version = {EDITION}")
        return issued
    finally:
        await close_database()


async def _act_out(
    settings: Settings, plot: Plot, now: datetime, folder: Path, darkroom: Darkroom, watch: Watch
) -> Issued:
    today, told, neighbours = clock.local_date(now), plot.told, plot.neighbours
    vault = open_vault(settings)
    with clock.pinned(at(months_after(today, -MONTHS - 2), 9)):
        departments = await _found(vault, folder, [*(story.person for story in told), *plot.people])
    files = arrange(plot.happenings, departments, today)
    with running() as stand_in:
        wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, stand_in.url, Cache())
        try:
            entrance = Entrance(vault, wechat, stand_in, open_ledger())
            life = Life(entrance, folder)
            storage = open_storage(settings)
            desk = EvidenceLife(entrance, life.accounts, storage, darkroom, settings.picture_days)
            coming = [*neighbours, *map(_joining, told)]
            deeds = [
                *desk.events(plot.evidence),
                *CorrectionLife(entrance).events(each for story in told for each in story.corrections),
                *ComingCatalogue(vault, life.accounts).events(today, neighbours),
                *content_events(vault, life.accounts, storage, darkroom, neighbours, now),
            ]
            events = [*life.events(files, coming, now), *(each for each in deeds if each.moment < now)]
            await life.act_out(watch(sorted(events)), now)
            await life.read_notices((wechat_user(story.key) for story in told), now - UNREAD)
            issued = await department_key.issue(vault)
            await sealing.seal()
            return issued
        finally:
            await wechat.close()


async def _found(vault: Vault, folder: Path, people: list[Person]) -> dict[str, str]:
    """What stands before the first record: catalogue, departments, staff, register. Names of filing departments."""
    catalogue = await load_catalogue(SAMPLE_CATALOGUE.read_bytes(), SAMPLE_DEPARTMENTS.read_bytes())
    filing = {code for item in catalogue.items for code in item.departments}
    standing = [row for row in await Department.all() if stands(row, clock.today())]
    departments = {row.code: row.name for row in standing if row.code in filing}
    await hire(vault, workers(departments), people)
    register = folder / "register.csv"
    rows = ((each.name, each.identity.number, each.phone, each.township) for each in people)
    write_csv(register, REGISTER_HEADER, rows, "gb18030")
    loaded = await load_register(vault, register, lambda _rows: None)
    if loaded.rejected:
        raise RuntimeError(f"{loaded.rejected} rows of the made-up register were refused")
    return departments


async def _forget_files(settings: Settings) -> None:
    """Delete pictures and sent files of a county that is gone, or that was never finished."""
    storage = open_storage(settings)
    for folder in (intake.FOLDER, receiving.FOLDER, published_files.FOLDER):
        await storage.delete([kept.key async for kept in storage.list(folder)])
    await storage.drop_unfinished(clock.now())


def _set_aside(path: Path) -> None:
    """Move a county of another edition out of the way: it may hold what somebody tried."""
    if not path.exists():
        return
    aside = path.with_name(f"{path.stem}.edition-{edition_of(path)}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    sys.stderr.write(f"演示数据是旧版本做的，已移到 {aside}，现在重新生成。\n")


def _reach_the_disk(path: Path) -> None:
    """Wait until the whole file is on the disk, before it gets its name: a power cut leaves all of it or nothing."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _joining(story: Story) -> Joining:
    moment = at(story.joined_on, 9)
    return Joining(
        story.person, wechat_user(story.key), moment, at(story.joined_on, 9, 5) if story.enrols else None, story.renews
    )


def _bar(events: list[Event]) -> "tqdm[Event]":
    """A bar on a terminal, one line elsewhere."""
    # tqdm's own lock is shared with processes, and would decide how these start before the server can.
    tqdm.set_lock(threading.RLock())
    if not sys.stderr.isatty():
        sys.stderr.write("正在生成演示数据，只在第一次……\n")
    return tqdm(events, desc="演示数据", unit="件", disable=None)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two first starts at once build one county, the second waiting for the first."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
