"""Migrations: applied all together or not at all, by one process at a time; found and written from the models."""

import gc
import importlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.operations import AddConstraint, Operation, RemoveConstraint, RenameConstraint
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter, format_migration_name, migrations_module_path
from tortoise.transactions import in_transaction

from backend.database.schema_editors import WholeAsyncpgEditor, WholeSqliteEditor

APP = "models"
NOTHING = "zero"  # the target before the first migration
LOCK = 5320180053  # any number of ours, the same in every process

Config = dict[str, Any]


class MigrationError(Exception):
    """The migrations cannot be applied or written; nothing was changed."""


class _Recorder(MigrationRecorder):
    """Tortoise's own takes a database that does not answer for one in which nothing was applied."""

    async def applied_migrations(self) -> list[MigrationKey]:
        lookup = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1"
        if self._dialect == "postgres":
            lookup = "SELECT 1 WHERE to_regclass($1) IS NOT NULL"
        if not await self.connection.execute_query_dict(lookup, [self.table_name]):
            return []
        rows = await self.connection.execute_query_dict(f"SELECT app, name FROM {self.table_name} ORDER BY id")  # noqa: S608
        return [MigrationKey(app_label=row["app"], name=row["name"]) for row in rows]


class _Executor(MigrationExecutor):
    """Tortoise's executor with our editors and recorder."""

    def __init__(self, connection: BaseDBAsyncClient, apps: dict[str, Any]) -> None:
        super().__init__(connection, apps)
        self.recorder = _Recorder(connection)
        self.loader = MigrationLoader(apps, self.recorder)

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        postgres = self.connection.capabilities.dialect == "postgres"
        return (WholeAsyncpgEditor if postgres else WholeSqliteEditor)(self.connection, atomic, collect_sql)

    async def check_known(self) -> None:
        """Raises MigrationError when the database knows migrations that this program does not."""
        await self.loader.build_graph()
        unknown = sorted(key.name for key in self.loader.applied_migrations - set(self.loader.disk_migrations))
        if unknown:
            raise MigrationError(f"the database is newer than this program: {', '.join(unknown)}")


class _Detector(MigrationAutodetector):
    """Compares models with migrations, in what makes the schema: no docstrings, and nothing that fields say already."""

    async def changes(self) -> list[MigrationWriter]:
        """Tortoise cannot take a renaming back, nor rename a conditional set: written as an end and a beginning."""
        writers = await super().changes()
        now = self._current_state()
        for writer in writers:
            writer.operations = [each for old in writer.operations for each in _reversible(old, writer.app_label, now)]
        return writers

    def _current_state(self) -> State:
        state = _schema_only(super()._current_state())
        for model in state.models.values():
            for constraint in model.options.get("constraints", ()):
                if isinstance(constraint, UniqueConstraint) and not constraint.name:
                    raise MigrationError(f"a constraint of {model.name} has no name")
        return state

    async def _project_state(self) -> State:
        return _schema_only(await super()._project_state())


def _reversible(operation: Operation, app: str, now: State) -> list[Operation]:
    if not isinstance(operation, RenameConstraint):
        return [operation]
    name, model = operation.new_name, operation.model_name
    (renamed,) = [each for each in now.models[(app, model)].options["constraints"] if each.name == name]
    return [RemoveConstraint(model, operation.old_name), AddConstraint(model, renamed)]


def _schema_only(state: State) -> State:
    for model in state.models.values():
        model.options.pop("table_description", None)
        model.options.pop("pk_attr", None)  # a relation as primary key has one name before it is resolved, one after
        for field in model.fields.values():
            field.description = None
    return state


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[TortoiseContext]:
    """Tortoise remembers statements by table name: those of old columns must not meet the new ones."""
    EXECUTOR_CACHE.clear()
    async with TortoiseContext() as context:
        await context.init(config, init_connections=False)
        yield context
    EXECUTOR_CACHE.clear()


async def migrate(config: Config, target: str | None = None) -> list[str]:
    """Apply what is missing, or go forwards or back to `target`; the names of what was done.

    Everything, with its record, is one transaction, and PostgreSQL's lock or SQLite's write lock keeps a second process
    waiting: killed at any instant, nothing or everything is done. `config` must not enforce SQLite's foreign keys.
    Raises MigrationError, or Unavailable when the database does not answer.
    """
    done: list[str] = []

    def note(event: str, app: str, name: str) -> None:
        if event.endswith("_done"):
            done.append(name)

    name = {None: "__latest__", NOTHING: "__first__"}.get(target, target)
    async with _opened(config), in_transaction() as connection:
        if connection.capabilities.dialect == "postgres":
            await connection.execute_query("SELECT pg_advisory_xact_lock($1)", [LOCK])
        executor = _Executor(connection, config["apps"])
        await executor.check_known()
        with _uncollected():
            await executor.migrate([MigrationTarget(APP, str(name))], progress=note)
        if connection.capabilities.dialect == "sqlite":
            await _check_foreign_keys(connection)
    return done


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: Tortoise makes all models anew at each step, and half the time went into it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _check_foreign_keys(connection: BaseDBAsyncClient) -> None:
    rows = await connection.execute_query_dict("PRAGMA foreign_key_check")
    if rows:
        tables = ", ".join(sorted({row["table"] for row in rows}))
        raise MigrationError(f"{len(rows)} rows would refer to nothing, in {tables}")


async def pending(config: Config) -> list[str]:
    """The names of the migrations not yet applied. Raises Unavailable when the database does not answer."""
    async with _opened(config) as context:
        executor = _Executor(context.db(), config["apps"])
        steps = await executor.plan([MigrationTarget(APP, "__latest__")])
        return [step.migration.name for step in steps]


async def _found(config: Config) -> list[MigrationWriter]:
    async with _opened(config) as context:
        if context.apps is None:
            raise MigrationError("there are no models")
        return await _Detector(context.apps, config["apps"]).changes()


async def drift(config: Config) -> list[str]:
    """What the models say and no migration does, one line each; empty when they agree. Asks no database."""
    return [line for writer in await _found(config) for line in _described(writer.operations)]


def _described(operations: Iterable[Any]) -> Iterable[str]:
    for operation in operations:
        names = [getattr(operation, "name", None), getattr(getattr(operation, "constraint", None), "name", None)]
        yield " ".join([operation.describe(), *(f"({name})" for name in names if name)])


async def make_migration(config: Config, name: str) -> Path | None:
    """Write the next numbered migration; None when the models ask for none."""
    writers = await _found(config)
    if not writers:
        return None
    (writer,) = writers
    number = int(writer.name.split("_", 1)[0])
    writer.name = format_migration_name(number, name)
    path = migrations_module_path(config["apps"][APP]["migrations"]) / f"{writer.name}.py"
    title = writer.name.replace("_", " ")
    path.write_text(f'"""Migration {title}."""\n\n{writer.as_string()}', encoding="utf-8")
    importlib.invalidate_caches()
    return path
