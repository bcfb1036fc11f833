"""What runs in SQLite's own thread: plain functions over sqlite3, each done as a whole whoever still waits for it."""

import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError, OperationalError

from backend.database.safety import database_away

# Primary result codes that say nothing about the statement, only that the file cannot be used now.
AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_PROTOCOL,
    }
)

_PAUSE = 0.02  # seconds between two tries to have a new file alone

sqlite3.register_adapter(UUID, str)  # as Tortoise writes them, so that a statement takes one on both databases


def connect(path: str, pragmas: Mapping[str, Any]) -> sqlite3.Connection:
    """Open the file, making its folder, with every pragma set or not at all."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    patience = int(pragmas["busy_timeout"]) / 1000  # seconds
    connection = sqlite3.connect(path, isolation_level=None, timeout=patience)
    try:
        connection.row_factory = sqlite3.Row
        for name, value in pragmas.items():
            _set(connection, name, value, patience)
    except BaseException:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, name: str, value: Any, patience: float) -> None:
    if name == "journal_mode":
        _set_journal_mode(connection, str(value), time.monotonic() + patience)
    else:
        connection.execute(f"PRAGMA {name}={value}").fetchall()


def _set_journal_mode(connection: sqlite3.Connection, mode: str, until: float) -> None:
    """Set once in the file's life, not at each opening, because it needs the file alone.

    Several that open a new file at once refuse each other at once, for SQLite does not wait here as it does elsewhere.
    """
    while True:
        (present,) = connection.execute("PRAGMA journal_mode").fetchone()
        if str(present).lower() == mode.lower():
            return
        try:
            connection.execute(f"PRAGMA journal_mode={mode}").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def insert(query: str, values: Sequence[Any], connection: sqlite3.Connection) -> int:
    """The new row's number."""
    return connection.execute(_positional(query), values).lastrowid or 0


def fetch(query: str, values: Sequence[Any] | None, connection: sqlite3.Connection) -> tuple[int, list[sqlite3.Row]]:
    """Rows changed (else returned) and rows. Counted inside the thread: a cancelled neighbour's rows are not ours."""
    before = connection.total_changes
    cursor = connection.execute(_positional(query.replace("\x00", "'||CHAR(0)||'")), tuple(values or ()))
    rows = cursor.fetchall()
    changed = cursor.rowcount if cursor.rowcount >= 0 else connection.total_changes - before
    return changed or len(rows), rows


def many(query: str, values: Sequence[Sequence[Any]], connection: sqlite3.Connection) -> None:
    """All rows or none, on its own and inside a transaction."""
    alone = not connection.in_transaction
    connection.execute("BEGIN IMMEDIATE" if alone else "SAVEPOINT many")
    try:
        connection.executemany(_positional(query), values)
        connection.execute("COMMIT" if alone else "RELEASE many")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK" if alone else "ROLLBACK TO many")
        raise


def script(text: str, connection: sqlite3.Connection) -> None:
    """Statement by statement: sqlite3's own executescript would first commit the open transaction."""
    for statement in split_statements(text):
        connection.execute(statement)


def control(sql: str, connection: sqlite3.Connection) -> None:
    """BEGIN, COMMIT, SAVEPOINT and the like."""
    connection.execute(sql)


def rollback(connection: sqlite3.Connection) -> None:
    """Leave any transaction that is open."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def split_statements(text: str) -> list[str]:
    """The statements of an SQL script; a semicolon inside a text, a comment or a trigger ends none."""
    statements, current = [], ""
    for piece in re.split("(?<=;)", text):
        current += piece
        if sqlite3.complete_statement(current):
            statements.append(current.strip())
            current = ""
    return [each for each in [*statements, current.strip()] if each.strip("; \n")]


@lru_cache(maxsize=1024)
def _positional(query: str) -> str:
    """PostgreSQL's `$1` as SQLite's `?1`, so that one statement serves both."""
    return re.sub(r"\$(\d+)", r"?\1", query)


def translated(error: sqlite3.Error) -> Exception:
    """Unavailable, IntegrityError or OperationalError. SQLite's messages name tables and columns, never values."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in AWAY:
        away = database_away()
        away.__cause__ = error
        return away
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(str(error))
    return OperationalError(str(error))
