"""A running server on made-up data: real PostgreSQL, one web process, and the phones of citizens who take part."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.demo.wechat_stand_in import running
from backend.settings import Settings, demo_settings
from bench.generator import generate
from tests import servers
from tests.prepare_machine import POSTGRESQL

ENTRIES_EACH = 10  # of a citizen, on average


@dataclass(frozen=True)
class County:
    """A running server, its settings, and the tokens of the phones that are signed in."""

    server: servers.RunningServer
    settings: Settings
    tokens: tuple[str, ...]


@contextmanager
def county(citizens: int) -> Iterator[County]:
    """A server on a PostgreSQL of its own, with so many citizens."""
    programs = POSTGRESQL.find()
    if programs is None:
        raise SystemExit(POSTGRESQL.missing)
    with servers.postgres(programs.parent) as postgres, running() as wechat:
        servers.execute(f"{postgres}/postgres", "CREATE DATABASE county")
        made = generate(f"{postgres}/county", citizens, ENTRIES_EACH * citizens)
        with served(f"{postgres}/county", made.tokens, wechat.url) as here:
            yield here


@contextmanager
def served(database_url: str, tokens: tuple[str, ...], wechat_url: str = "http://127.0.0.1:1") -> Iterator[County]:
    """A server on data that are there already; without WeChat nobody can sign in, and nobody has to."""
    with TemporaryDirectory() as folder:
        settings = demo_settings(
            database_url=database_url,
            wechat_api_url=wechat_url,
            media_store=f"file://{folder}/media",
            trusted_proxies=1,  # so that wrk can play many phones behind many addresses
            log_requests=False,
        )
        server = servers.RunningServer(settings, Path(folder) / "server.log")
        server.start()
        try:
            yield County(server, settings, tokens)
        finally:
            server.stop()
