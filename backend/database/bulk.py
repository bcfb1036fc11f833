"""Many rows at once as plain tuples: COPY, unnest and ANY on PostgreSQL, one prepared statement on SQLite.

For the few paths where a model object a row would cost more than the row; what is written and read is the same.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from tortoise import connections
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import Field, JSONField
from tortoise.models import Model

from backend.database.asyncpg_engine import SafeAsyncpgClient

Rows = Sequence[Sequence[Any]]

# How SQLite's texts become what PostgreSQL gives at once.
_FROM_SQLITE: dict[type, Any] = {UUID: UUID, date: date.fromisoformat, datetime: datetime.fromisoformat}


async def insert_rows(model: type[Model], columns: Sequence[str], rows: Rows) -> None:
    """Insert tuples in the order of `columns`, the table's own names; all of them or none.

    Moments are in UTC, as `clock.now` gives them. Raises IntegrityError when one breaks a constraint.
    """
    if not rows:
        return
    client, ready = _client(), _encoded(model, columns, rows)
    if isinstance(client, SafeAsyncpgClient):
        await client.copy_rows(model._meta.db_table, columns, ready)
    else:
        await client.execute_many(_insert(model, columns), ready)


async def insert_new_rows(model: type[Model], columns: Sequence[str], rows: Rows) -> None:
    """As `insert_rows`, but passing over rows that are there already, whoever brought them."""
    if not rows:
        return
    client, ready = _client(), _encoded(model, columns, rows)
    if isinstance(client, SafeAsyncpgClient):
        query = f'INSERT INTO "{model._meta.db_table}" ({_names(columns)}) SELECT * FROM {_unnest(model, columns)}'  # noqa: S608
        await client.execute_query(f"{query} ON CONFLICT DO NOTHING", _by_column(ready))
    else:
        await client.execute_many(f"{_insert(model, columns)} ON CONFLICT DO NOTHING", ready)


async def update_rows(model: type[Model], columns: Sequence[str], rows: Rows) -> None:
    """Update by the first of `columns`, the key, the others from tuples in their order."""
    if not rows:
        return
    client, ready = _client(), _encoded(model, columns, rows)
    table, (key, *others) = model._meta.db_table, columns
    if isinstance(client, SafeAsyncpgClient):
        changes = ", ".join(f'"{each}" = new."{each}"' for each in others)
        new = f"{_unnest(model, columns)} AS new({_names(columns)})"
        query = f'UPDATE "{table}" AS old SET {changes} FROM {new} WHERE old."{key}" = new."{key}"'  # noqa: S608
        await client.execute_query(query, _by_column(ready))
        return
    changes = ", ".join(f'"{each}" = ${place}' for place, each in enumerate(others, start=2))
    await client.execute_many(f'UPDATE "{table}" SET {changes} WHERE "{key}" = $1', ready)  # noqa: S608


async def select_among(query: str, types: Sequence[type], *values: Collection[Any], lock: bool = False) -> Rows:
    """The rows of a SELECT in which `{1}`, `{2}` … stand for "is one of these values": UUIDs or texts, none for none.

    `types` says what each column of the answer is: SQLite gives texts where PostgreSQL gives values. With `lock` the
    rows are held for the rest of the transaction; SQLite has one writer at a time and needs no lock.
    """
    if not all(values):
        return []
    client = _client()
    if isinstance(client, SafeAsyncpgClient):
        kinds = ["uuid" if isinstance(next(iter(each)), UUID) else "text" for each in values]
        among = [f"= ANY(${place}::{kind}[])" for place, kind in enumerate(kinds, start=1)]
        found: Rows
        asked = query.format(None, *among) + (" FOR UPDATE" if lock else "")
        _, found = await client.execute_query(asked, [list(each) for each in values])
        return found
    among = [f"IN (SELECT value FROM json_each(${place}))" for place in range(1, len(values) + 1)]  # noqa: S608
    texts = [msgspec.json.encode([str(each) for each in listed]).decode() for listed in values]
    _, rows = await client.execute_query(query.format(None, *among), texts)
    readers = [_FROM_SQLITE.get(each) for each in types]
    return [
        [read(cell) if read and cell is not None else cell for read, cell in zip(readers, row, strict=True)]
        for row in rows
    ]


def _client() -> BaseDBAsyncClient:
    """The transaction that runs, or else the database."""
    client: BaseDBAsyncClient = connections.get("default")
    return client


def _insert(model: type[Model], columns: Sequence[str]) -> str:
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return f'INSERT INTO "{model._meta.db_table}" ({_names(columns)}) VALUES ({places})'  # noqa: S608


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _unnest(model: type[Model], columns: Sequence[str]) -> str:
    types = enumerate((_field(model, each).get_for_dialect("postgres", "SQL_TYPE") for each in columns), start=1)
    return f"unnest({', '.join(f'${place}::{kind}[]' for place, kind in types)})"


def _by_column(rows: Rows) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _encoded(model: type[Model], columns: Sequence[str], rows: Rows) -> Any:
    json = [place for place, column in enumerate(columns) if isinstance(_field(model, column), JSONField)]
    if not json:
        return rows
    ready = []
    for row in rows:
        cells = list(row)
        for place in json:
            cells[place] = None if cells[place] is None else msgspec.json.encode(cells[place]).decode()
        ready.append(cells)
    return ready


def _field(model: type[Model], column: str) -> Field[Any]:
    return model._meta.fields_map[model._meta.fields_db_projection_reverse[column]]
