"""A county for measuring: real PostgreSQL, the real server, and enrolled citizens whose phones are signed in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from backend.app import MODEL_MODULES
from backend.cache import Cache
from backend.citizens import sessions
from backend.database import close_database, migrate, open_database
from backend.demo.people import make_people
from backend.demo.wechat_stand_in import StandIn, running
from backend.settings import Settings, demo_settings
from backend.wechat import WeChat
from tests import factories, servers
from tests.prepare_machine import POSTGRESQL


@dataclass(frozen=True)
class County:
    """A running server and the tokens of its citizens."""

    server: servers.RunningServer
    tokens: tuple[str, ...]


@contextmanager
def county(citizens: int) -> Iterator[County]:
    """A server on PostgreSQL with so many enrolled citizens, each with records and a signed-in phone."""
    programs = POSTGRESQL.find()
    if programs is None:
        raise SystemExit(POSTGRESQL.missing)
    with TemporaryDirectory() as folder, servers.postgres(programs.parent) as postgres, running() as wechat:
        servers.execute(f"{postgres}/postgres", "CREATE DATABASE bench")
        settings = demo_settings(
            database_url=f"{postgres}/bench",
            wechat_api_url=wechat.url,
            media_store=f"file://{folder}/media",
            trusted_proxies=1,  # so that wrk can play many phones behind many addresses
            log_requests=False,
        )
        tokens = asyncio.run(_people(settings, wechat, citizens))
        server = servers.RunningServer(settings, Path(folder) / "server.log")
        server.start()
        try:
            yield County(server, tokens)
        finally:
            server.stop()


async def _people(settings: Settings, stand_in: StandIn, citizens: int) -> tuple[str, ...]:
    await migrate(settings, MODEL_MODULES)
    await open_database(settings, MODEL_MODULES)
    wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, stand_in.url, Cache())
    try:
        await factories.load_tiny_catalogue()
        return tuple([await _citizen(wechat, stand_in, person) for person in _adults(citizens)])
    finally:
        await wechat.close()
        await close_database()


def _adults(count: int) -> list[factories.Person]:
    today = date.today()  # noqa: DTZ011 (any day does)
    people = [each for each in make_people(Random(1), 250, today) if each.age_on(today) >= 19]  # noqa: S311
    return [
        factories.Person(each.name, each.identity.number, each.phone, f"wechat-{place}", each.township)
        for place, each in enumerate(people[:count])
    ]


async def _citizen(wechat: WeChat, stand_in: StandIn, person: factories.Person) -> str:
    await factories.enrolled_citizen(person)
    await factories.file_records(
        factories.row(person), *(factories.row(person, factories.VOLUNTEER_HOURS) for _ in range(9))
    )
    code = await asyncio.to_thread(stand_in.code, person.wechat)
    return (await sessions.sign_in(wechat, factories.VAULT, code)).token
