"""The made-up county: built once, into a file beside its place, and moved there when it is whole."""

import asyncio
import fcntl
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from tortoise import connections
from tqdm import tqdm

from backend import clock
from backend.app import MODEL_MODULES, open_ledger
from backend.cache import Cache
from backend.citizens.register import load_register
from backend.database import close_database, migrate, open_database
from backend.demo import by_hand
from backend.demo.department_files import REGISTER_HEADER, arrange, write_csv
from backend.demo.history import MONTHS, happenings_of
from backend.demo.joining import Entrance, Joining, at, joinings
from backend.demo.life import Event, Life, usernames
from backend.demo.people import Person, make_people
from backend.demo.stories import Story, stories, wechat_user
from backend.demo.wechat_stand_in import running
from backend.records.catalogue import SAMPLE_CATALOGUE, SAMPLE_DEPARTMENTS
from backend.records.catalogue_loading import load_catalogue
from backend.secrets import open_vault
from backend.settings import Settings, SettingsError
from backend.staff.departments import stands
from backend.staff.models import Department
from backend.staff.people import add_staff
from backend.wechat import WeChat
from backend.workdays import months_after

CITIZENS = 300
UNREAD = timedelta(days=40)  # for so long notices of the demo citizens lie unopened
SEED = 20181053  # 鲁政办〔2018〕53号

Watch = Callable[[list[Event]], Iterable[Event]]


def prepare(settings: Settings, citizens: int = CITIZENS) -> None:
    """Have the demo county ready and up to date, building it at the first start.

    Killed half-way it leaves no county, and the next start begins anew. Raises SettingsError outside demo mode.
    """
    settings.check()
    path = settings.sqlite_path
    if not settings.demo or path is None:
        raise SettingsError("the demo county is made in demo mode, in an SQLite file of its own")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_name(f"{path.name}.lock")):
        if path.exists():
            asyncio.run(migrate(settings, MODEL_MODULES))
            return
        building = path.with_name(f"{path.name}.building")
        for left_over in path.parent.glob(f"{building.name}*"):
            left_over.unlink()
        asyncio.run(build(replace(settings, database_url=f"sqlite://{building}"), citizens, _bar))
        by_hand.write_files(folder_by_hand(settings), clock.today())
        _reach_the_disk(building)
        building.rename(path)


def folder_by_hand(settings: Settings) -> Path:
    """Where files lie that a newcomer can import by hand: beside the database."""
    path = settings.sqlite_path
    if path is None:
        raise SettingsError("the demo county is made in an SQLite file")
    return path.parent / "demo-files"


async def build(settings: Settings, citizens: int = CITIZENS, watch: Watch = iter) -> None:
    """Make the county of `citizens` people in an empty database; every run on one day makes the same one.

    `watch` sees the events go by. The database is closed afterwards.
    """
    now = clock.now()
    today = clock.local_date(now)
    await migrate(settings, MODEL_MODULES)
    await open_database(settings, MODEL_MODULES)
    try:
        # Thousands of small deeds: waiting for the disk after each would take longer than all of them. See `prepare`.
        await connections.get("default").execute_query("PRAGMA synchronous = OFF")
        with tempfile.TemporaryDirectory(prefix="lushan-demo-") as folder:
            await _build(settings, citizens, now, today, Path(folder), watch)
    finally:
        await close_database()


async def _build(settings: Settings, citizens: int, now: datetime, today: date, folder: Path, watch: Watch) -> None:
    random = Random(SEED)  # noqa: S311 (made-up people, always the same)
    told = stories(today)
    people = make_people(random, citizens - len(told), today, [story.person for story in told])
    with clock.pinned(at(months_after(today, -MONTHS - 2), 9)):
        departments = await _found(settings, folder, [*(story.person for story in told), *people])
    happenings = [*happenings_of(random, people, today), *(each for story in told for each in story.happenings)]
    files = arrange(happenings, departments, today)
    coming = [*joinings(random, people, today), *map(_joining, told)]
    with running() as stand_in:
        wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, stand_in.url, Cache())
        try:
            life = Life(Entrance(open_vault(settings), wechat, stand_in, open_ledger()), folder)
            await life.act_out(watch(life.events(files, coming, now)), now)
            await life.read_notices((wechat_user(story.key) for story in told), now - UNREAD)
        finally:
            await wechat.close()


async def _found(settings: Settings, folder: Path, people: list[Person]) -> dict[str, str]:
    """What stands before the first record: catalogue, departments, officers, register. Names of filing departments."""
    catalogue = await load_catalogue(SAMPLE_CATALOGUE.read_bytes(), SAMPLE_DEPARTMENTS.read_bytes())
    filing = {code for item in catalogue.items for code in item.departments}
    standing = [row for row in await Department.all() if stands(row, clock.today())]
    departments = {row.code: row.name for row in standing if row.code in filing}
    for code, name in sorted(departments.items()):
        for username, title in zip(usernames(code), ("报送员", "复核员"), strict=True):
            await add_staff(username, f"{name}{title}（示例）", code)
    register = folder / "register.csv"
    rows = ((each.name, each.identity.number, each.phone, each.township) for each in people)
    write_csv(register, REGISTER_HEADER, rows, "gb18030")
    loaded = await load_register(open_vault(settings), register, lambda _rows: None)
    if loaded.rejected:
        raise RuntimeError(f"{loaded.rejected} rows of the made-up register were refused")
    return departments


def _reach_the_disk(path: Path) -> None:
    """Wait until the whole file is on the disk, before it gets its name: a power cut leaves all of it or nothing."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _joining(story: Story) -> Joining:
    moment = at(story.joined_on, 9)
    return Joining(story.person, wechat_user(story.key), moment, at(story.joined_on, 9, 5) if story.enrols else None)


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
