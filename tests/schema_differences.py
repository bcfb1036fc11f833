"""Compares the tables that a database really has with what the models say, one plain fact a line."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from backend.database.search_tables import PINNED_INDEX, SEARCH_TABLE

ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
POSTGRES_TYPES = {
    "character varying": "VARCHAR",
    "timestamp with time zone": "TIMESTAMPTZ",
    "integer": "INT",
    "boolean": "BOOL",
}
NOT_OURS = {"tortoise_migrations", "sqlite_sequence"}
FTS5_OWN = {f"{SEARCH_TABLE}_{part}" for part in ("data", "idx", "content", "docsize", "config")}
# What no model says (backend.database.search_tables).
SEARCH_FACTS = {
    "sqlite": {
        *(f"{SEARCH_TABLE}.{each} " for each in ("words", "article_id", "text")),
        f"publication index (pinned_at) under the condition {PINNED_INDEX}",
    },
    "postgres": {
        f"{SEARCH_TABLE} primary key (number)",
        f"{SEARCH_TABLE} unique (article_id)",
        f"{SEARCH_TABLE} index (words)",
        f"{SEARCH_TABLE}.article_id refers to publication.article_id ON DELETE CASCADE",
        f"{SEARCH_TABLE}.number BIGINT NOT NULL",
        f"{SEARCH_TABLE}.article_id UUID NOT NULL",
        f"{SEARCH_TABLE}.text TEXT NOT NULL",
        f"{SEARCH_TABLE}.words TSVECTOR NOT NULL",
        f"publication index (pinned_at) under the condition {PINNED_INDEX}",
    },
}


async def schema_differences(connection: BaseDBAsyncClient) -> list[str]:
    """What the open database lacks, and what it has that no model asks for. Conditions are compared by name."""
    dialect = connection.capabilities.dialect
    apps = require_context().apps
    assert apps is not None
    wanted = {fact for model in apps.get_models_iterable() for fact in _wanted(model, dialect)}
    if any(model._meta.db_table == "publication" for model in apps.get_models_iterable()):
        wanted |= SEARCH_FACTS[dialect]
    found = {fact async for fact in (_in_postgres if dialect == "postgres" else _in_sqlite)(connection)}
    return [f"missing: {fact}" for fact in sorted(wanted - found)] + [
        f"nobody asked for: {fact}" for fact in sorted(found - wanted)
    ]


def _column(table: str, name: str, kind: str, null: bool) -> str:
    return f"{table}.{name} {kind}{'' if null else ' NOT NULL'}"


def _set(table: str, columns: Iterable[str], unique: bool, condition: str | None = None) -> str:
    under = f" under the condition {condition}" if condition else ""
    return f"{table} {'unique' if unique else 'index'} ({', '.join(columns)}){under}"


def _reference(table: str, name: str, target: str, key: str, on_delete: str) -> str:
    return f"{table}.{name} refers to {target}.{key} ON DELETE {on_delete}"


def _check(table: str, name: str) -> str:
    return f"{table} checks {name}"


def _wanted(model: type[Model], dialect: str) -> Iterator[str]:
    meta, table = model._meta, model._meta.db_table

    def columns(names: Iterable[str]) -> list[str]:
        return [meta.fields_map[name].source_field or name for name in names]

    yield f"{table} primary key ({meta.db_pk_column})"
    for name, column in meta.fields_db_projection.items():
        field = meta.fields_map[name]
        kind = str(field.get_for_dialect(dialect, "SQL_TYPE"))
        if field.pk and field.generated and dialect == "sqlite":
            kind = "INTEGER"
        yield _column(table, column, kind, field.null)
        if not field.pk and field.unique:
            yield _set(table, [column], unique=True)
        if not field.pk and field.index:
            yield _set(table, [column], unique=False)
        reference: Any = field.reference
        if reference is not None:
            target = reference.related_model._meta
            yield _reference(table, column, target.db_table, target.db_pk_column, str(reference.on_delete.value))
    for together in meta.unique_together:
        yield _set(table, columns(together), unique=True)
    for each in meta.indexes:
        index = each if isinstance(each, Index) else Index(fields=tuple(each))
        yield _set(table, columns(index.field_names), unique=False, condition=index.extra and index.name)
    for constraint in meta.constraints:
        if isinstance(constraint, CheckConstraint):
            yield _check(table, constraint.name)
        else:
            yield _set(
                table, columns(constraint.fields), unique=True, condition=constraint.condition and constraint.name
            )


async def _in_sqlite(connection: BaseDBAsyncClient) -> AsyncIterator[str]:
    tables = await connection.execute_query_dict("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    for each in tables:
        table = each["name"]
        if table in NOT_OURS | FTS5_OWN:
            continue
        for name in re.findall(r'CONSTRAINT "(\w+)" CHECK', each["sql"]):
            yield _check(table, name)
        for column in await connection.execute_query_dict(f'PRAGMA table_info("{table}")'):
            yield _column(table, column["name"], column["type"], not column["notnull"])
            if column["pk"]:
                yield f"{table} primary key ({column['name']})"
        for key in await connection.execute_query_dict(f'PRAGMA foreign_key_list("{table}")'):
            yield _reference(table, key["from"], key["table"], key["to"], key["on_delete"])
        for index in await connection.execute_query_dict(f'PRAGMA index_list("{table}")'):
            if index["origin"] != "pk":
                rows = await connection.execute_query_dict(f'PRAGMA index_info("{index["name"]}")')
                condition = index["name"] if index["partial"] else None
                yield _set(table, [row["name"] for row in rows], bool(index["unique"]), condition)


COLUMNS = """
    SELECT c.relname AS tab, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS kind, NOT a.attnotnull AS empty
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
INDEXES = """
    SELECT t.relname AS tab, c.relname AS name, i.indisunique AS one, i.indisprimary AS pk,
        i.indpred IS NOT NULL AS part,
        ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY k(n, o)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o)::text[] AS names
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace
"""
CONSTRAINTS = """
    SELECT t.relname AS tab, k.contype::text AS kind, k.conname AS name, k.confdeltype::text AS on_delete,
        f.relname AS target, a.attname AS one, b.attname AS other
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
    LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    LEFT JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE t.relnamespace = 'public'::regnamespace AND k.contype IN ('c', 'f')
"""


async def _in_postgres(connection: BaseDBAsyncClient) -> AsyncIterator[str]:
    for row in await connection.execute_query_dict(COLUMNS):
        kind, _, length = row["kind"].partition("(")
        kind = POSTGRES_TYPES.get(kind, kind.upper()) + (f"({length}" if length else "")
        if row["tab"] not in NOT_OURS:
            yield _column(row["tab"], row["name"], kind, row["empty"])
    for row in await connection.execute_query_dict(INDEXES):
        if row["tab"] in NOT_OURS:
            continue
        if row["pk"]:
            yield f"{row['tab']} primary key ({', '.join(row['names'])})"
        else:
            yield _set(row["tab"], row["names"], row["one"], row["name"] if row["part"] else None)
    for row in await connection.execute_query_dict(CONSTRAINTS):
        if row["kind"] == "c":
            yield _check(row["tab"], row["name"])
        else:
            yield _reference(row["tab"], row["one"], row["target"], row["other"], ON_DELETE[row["on_delete"]])
