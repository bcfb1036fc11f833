"""How migrations change tables on each database, where Tortoise's editors would silently leave something out.

Tortoise forgets `Meta.constraints` when it creates a table and the index of an added field; takes a model's foreign key
name in an index for a column; cannot make a conditional unique set on SQLite; and, where SQLite has to rebuild a table,
loses its indexes and unique sets, and its rows' children when foreign keys are enforced.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_editor.data import ModelSqlData
from tortoise.models import Model

from backend.database.sqlite_thread import split_statements

Constraint = UniqueConstraint | CheckConstraint


class _WholeModels(BaseSchemaEditor):
    """Creates everything that the model says, in both dialects."""

    _creating: type[Model] | None = None

    def _get_model_sql_data(self, model: type[Model]) -> ModelSqlData:
        self._creating = model
        try:
            return super()._get_model_sql_data(model)
        finally:
            self._creating = None

    def _get_inner_statements(self) -> list[str]:
        """The constraints that stand inside CREATE TABLE, which SQLite could not add later without a rebuild."""
        model = self._creating
        if model is None:
            return []
        statements = []
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                statements.append(
                    self.CHECK_CONSTRAINT_CREATE_TEMPLATE.format(name=constraint.name, check=constraint.check)
                )
            elif not constraint.condition:
                columns = self._resolve_fields_to_columns(model, constraint.fields)
                statements.append(
                    self.UNIQUE_CONSTRAINT_CREATE_TEMPLATE.format(
                        index_name=constraint.name, fields=self._format_index_fields(columns)
                    )
                )
        return statements

    async def create_model(self, model: type[Model]) -> None:
        await super().create_model(model)
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.condition:
                await self.add_constraint(model, constraint)

    async def add_field(self, model: type[Model], field_name: str) -> None:
        await super().add_field(model, field_name)
        field: Field[Any] = model._meta.fields_map[field_name]
        key = model._meta.fields_map[field.source_field or field_name] if _is_key(field) else field
        if key.index and not key.pk:
            await self.add_index(model, Index(fields=(key.model_field_name,)))

    def _get_index_sql(self, model: type[Model], field_names: Sequence[str], *args: Any, **kwargs: Any) -> str:
        columns = self._resolve_fields_to_columns(model, list(field_names))
        return super()._get_index_sql(model, columns, *args, **kwargs)

    def _generate_index_name(self, prefix: str, model: type[Model], field_names: list[str]) -> str:
        return super()._generate_index_name(prefix, model, self._resolve_fields_to_columns(model, field_names))


class WholeAsyncpgEditor(_WholeModels, AsyncpgSchemaEditor):
    """PostgreSQL."""


class WholeSqliteEditor(_WholeModels, SqliteSchemaEditor):
    """SQLite. Rebuilding a table needs a connection on which foreign keys are not enforced."""

    async def _run_sql(self, sql: str) -> None:
        for statement in split_statements(sql):
            await self.client.execute_query(statement)

    async def add_constraint(self, model: type[Model], constraint: Constraint) -> None:
        if not isinstance(constraint, UniqueConstraint) or not constraint.condition:
            await super().add_constraint(model, constraint)
            return
        columns = self._format_index_fields(self._resolve_fields_to_columns(model, constraint.fields))
        table = self._qualify_table_name(model._meta.db_table)
        await self._run_sql(
            f'CREATE UNIQUE INDEX "{constraint.name}" ON {table} ({columns}) WHERE {constraint.condition}'
        )

    async def remove_constraint(self, model: type[Model], constraint: Constraint) -> None:
        """A unique set made with its table has no index of its own to drop: the table is rebuilt without it."""
        if isinstance(constraint, UniqueConstraint):
            columns = self._resolve_fields_to_columns(model, constraint.fields)
            name = self._constraint_name_for_model(model, UniqueConstraint(tuple(columns), constraint.name))
            if name in await self._indexes(model._meta.db_table):
                await self._run_sql(f'DROP INDEX "{name}"')
                return
        with _without(model, constraint):
            await self._remake_table(model)

    async def _alter_field(self, model: type[Model], old_field: Field[Any], new_field: Field[Any]) -> None:
        """A table rebuilt keeps the indexes it had, so a changed `db_index` is done beside it."""
        await super()._alter_field(model, old_field, new_field)
        if old_field.index == new_field.index:
            return
        index = Index(fields=(new_field.model_field_name,))
        await (self.add_index(model, index) if new_field.index else self.remove_index(model, index))

    async def _remake_table(
        self, model: type[Model], create_field: Any = None, delete_field: Any = None, alter_fields: Any = None
    ) -> None:
        _, enforced = await self.client.execute_query("PRAGMA foreign_keys")
        if enforced[0][0]:
            raise RuntimeError("rebuilding a table with foreign keys enforced would delete its rows' children")
        table = model._meta.db_table
        indexes = await self._indexes(table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        _, rows = await self.client.execute_query(f'PRAGMA table_info("{table}")')
        columns = {row["name"] for row in rows}
        for sql, indexed in indexes.values():
            if indexed <= columns:
                await self._run_sql(sql)
        for unique in _unique_sets(model):
            names = self._resolve_fields_to_columns(model, unique.fields)
            if set(names) <= columns and not await self._is_unique(table, names):
                await self.add_constraint(model, unique)

    async def _indexes(self, table: str) -> dict[str, tuple[str, set[str]]]:
        """The indexes made by a statement of their own: name → statement and columns."""
        _, rows = await self.client.execute_query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [table]
        )
        return {row["name"]: (row["sql"], set(await self._columns(row["name"]))) for row in rows}

    async def _is_unique(self, table: str, columns: list[str]) -> bool:
        _, rows = await self.client.execute_query(f'PRAGMA index_list("{table}")')
        sets = [await self._columns(row["name"]) for row in rows if row["unique"] and not row["partial"]]
        return columns in sets

    async def _columns(self, index: str) -> list[str]:
        _, rows = await self.client.execute_query(f'PRAGMA index_info("{index}")')
        return [row["name"] for row in rows if row["name"] is not None]


def _is_key(field: Field[Any]) -> bool:
    return isinstance(field, ForeignKeyFieldInstance)


def _unique_sets(model: type[Model]) -> list[UniqueConstraint]:
    """What the model wants unique, apart from single plain columns and conditional sets."""
    meta = model._meta
    named = [each for each in meta.constraints if isinstance(each, UniqueConstraint) and not each.condition]
    together = [UniqueConstraint(tuple(fields)) for fields in meta.unique_together]
    keys = [UniqueConstraint((name,)) for name in meta.o2o_fields if not meta.fields_map[name].pk]
    return [*named, *together, *keys]


@contextmanager
def _without(model: type[Model], constraint: Constraint) -> Iterator[None]:
    """The migration's own picture of the model, for a moment without one constraint."""
    meta = model._meta
    before = meta.constraints, meta.unique_together
    meta.constraints = tuple(each for each in meta.constraints if each != constraint)
    if isinstance(constraint, UniqueConstraint) and not constraint.name:
        meta.unique_together = tuple(each for each in meta.unique_together if tuple(each) != tuple(constraint.fields))
    try:
        yield
    finally:
        meta.constraints, meta.unique_together = before
