"""The one door to the database: SQLite in a file or PostgreSQL, by URL; transactions; migrations."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from backend.database import migrating
from backend.database.migrating import APP, NOTHING, MigrationError
from backend.database.safety import database_away, is_database_away, to_the_end
from backend.settings import Settings

__all__ = [
    "APP",
    "MIGRATIONS",
    "NOTHING",
    "MigrationError",
    "close_database",
    "database_away",
    "drift",
    "is_database_away",
    "make_migration",
    "migrate",
    "open_database",
    "pending",
    "to_the_end",
    "tortoise_config",
    "transaction",
]

MIGRATIONS = "migrations"  # the folder with the one history of all tables
CONNECTING = 5  # seconds to reach PostgreSQL
STATEMENT = 30  # seconds for one statement; a page of a large table takes far less
IDLE_IN_TRANSACTION = 60  # seconds after which PostgreSQL ends the transaction of a process that froze
WRITE_LOCK = 10  # seconds that SQLite waits for another process to end its transaction
MIGRATING = 3600  # seconds that a second process waits for the first one's migrations on SQLite

# FULL: a killed process loses nothing under NORMAL either, but a power cut would take deeds that a citizen was already
# told of. It costs about half a millisecond a commit. secure_delete: what was erased is not left in the file.
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "secure_delete": "ON",
    "journal_size_limit": 64 * 1024 * 1024,
}

_open: TortoiseContext | None = None


def tortoise_config(
    settings: Settings, model_modules: Sequence[str], *, migrations: str = MIGRATIONS, migrating: bool = False
) -> dict[str, Any]:
    """Tortoise's configuration. With `migrating`, waits are long and SQLite does not enforce foreign keys."""
    connection = _sqlite(settings, migrating) if settings.sqlite_path else _postgres(settings, migrating)
    app = {"models": list(model_modules), "default_connection": "default", "migrations": migrations}
    return {"connections": {"default": connection}, "apps": {APP: app}, "use_tz": True, "timezone": "UTC"}


def _sqlite(settings: Settings, migrating: bool) -> dict[str, Any]:
    credentials = {
        "file_path": str(settings.sqlite_path),
        "busy_timeout": (MIGRATING if migrating else WRITE_LOCK) * 1000,
        "foreign_keys": "OFF" if migrating else "ON",
        **PRAGMAS,
    }
    return {"engine": "backend.database.sqlite_engine", "credentials": credentials}


def _postgres(settings: Settings, migrating: bool) -> dict[str, Any]:
    """What the URL says goes before ours. Connections are made when needed, so a start does not need the server."""
    server = {"application_name": "lushan", "jit": "off"}
    if not migrating:
        server["idle_in_transaction_session_timeout"] = str(IDLE_IN_TRANSACTION * 1000)
    credentials = {
        "minsize": 0,
        "maxsize": 1 if migrating else settings.database_connections,
        "timeout": CONNECTING,
        "command_timeout": None if migrating else STATEMENT,
        "server_settings": server,
        **expand_db_url(settings.database_url)["credentials"],
    }
    if "sslmode" in credentials:  # every other PostgreSQL program calls it so
        credentials["ssl"] = credentials.pop("sslmode")
    return {"engine": "backend.database.asyncpg_engine", "credentials": credentials}


async def open_database(settings: Settings, model_modules: Sequence[str], *, migrations: str = MIGRATIONS) -> None:
    """Make the models usable in this process, in every task. The database itself is reached at the first statement."""
    global _open
    if _open is not None:
        raise RuntimeError("the database is open already")
    context = TortoiseContext()
    config = tortoise_config(settings, model_modules, migrations=migrations)
    EXECUTOR_CACHE.clear()  # Tortoise's statements by table name, which another database may not understand
    with context:  # current while it opens; from then on every task falls back on it
        await context.init(config, _enable_global_fallback=True)
    _open = context


async def close_database() -> None:
    """Close every connection, within seconds whatever is under way. May be called twice, or without an open one."""
    global _open
    context, _open = _open, None
    if context is not None:
        await to_the_end(context.close_connections())


def transaction() -> AbstractAsyncContextManager[BaseDBAsyncClient]:
    """One deed: all of it is saved, or nothing. Cancelled at any await, it leaves lock and connection clean.

    A transaction inside another is part of it: its failure undoes its own part, its success waits for the outer one.
    After a failed statement, only undoing the block around it helps (on SQLite too); going on raises
    TransactionManagementError. Raises Unavailable when the database does not answer, also at the end: then the deed
    may or may not be saved, and its own key decides when it is tried again.
    """
    return in_transaction()


async def migrate(
    settings: Settings, model_modules: Sequence[str], *, target: str | None = None, migrations: str = MIGRATIONS
) -> list[str]:
    """Apply what is missing, or go to `target`; see database.migrating."""
    config = tortoise_config(settings, model_modules, migrations=migrations, migrating=True)
    return await migrating.migrate(config, target)


async def pending(settings: Settings, model_modules: Sequence[str], *, migrations: str = MIGRATIONS) -> list[str]:
    """The names of the migrations not yet applied. Raises Unavailable when the database does not answer."""
    return await migrating.pending(tortoise_config(settings, model_modules, migrations=migrations))


async def drift(model_modules: Sequence[str], *, migrations: str = MIGRATIONS) -> list[str]:
    """What the models say and no migration does, one line each; empty when they agree. Asks no database."""
    return await migrating.drift(tortoise_config(Settings(), model_modules, migrations=migrations))


async def make_migration(name: str, model_modules: Sequence[str], *, migrations: str = MIGRATIONS) -> Path | None:
    """Write migrations/000N_name.py; None when the models ask for none."""
    config = tortoise_config(Settings(), model_modules, migrations=migrations)
    return await migrating.make_migration(config, name)
