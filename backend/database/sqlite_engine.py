"""The SQLite engine: BEGIN IMMEDIATE, right row counts, and transactions that survive being cancelled anywhere.

One connection serves a process, in a thread of its own. A statement whose caller was cancelled still runs in that
thread, so whatever must follow it (a rollback, the next caller's statement) queues behind it.
The migration executor chooses its dialect by this module's name, which must contain `sqlite`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import TransactionManagementError

from backend.database import sqlite_thread as thread
from backend.database.safety import (
    QUIET,
    SafeSavepointContext,
    SafeTransaction,
    SafeTransactionContext,
    database_away,
    logger,
    to_the_end,
)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection, whose thread does not outlive the program and whose debug log shows no values."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True  # a connection that nobody closed must not keep the process from ending

    async def run(self, work: Work[T]) -> T:
        """Run `work` as a whole in the connection's thread. Raises Unavailable once the connection is closed."""
        if self._connection is None:
            raise database_away()
        done: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return done


class _Holding(ConnectionWrapper[_Connection]):
    """The connection for one piece of work. Tortoise's own keeps the lock when cancelled while it opens the file."""

    async def __aenter__(self) -> _Connection:
        await self._lock.acquire()
        try:
            await self.client.create_connection(with_db=True)
        except BaseException:
            self._lock.release()
            raise
        self.connection = self.client._connection
        return self.connection


class SafeSqliteClient(SqliteClient):
    """Plain statements, each a transaction of its own."""

    _connection: _Connection | None

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self.log = QUIET

    async def create_connection(self, with_db: bool) -> None:
        """Open the file unless it is open. Raises Unavailable when it cannot be opened now."""
        if self._connection is None:
            await to_the_end(self._open())

    async def _open(self) -> None:
        connection = _Connection(partial(thread.connect, self.filename, self.pragmas))
        try:
            await connection
        except sqlite3.Error as error:
            raise thread.translated(error) from error
        self._connection = connection
        await self._post_connect()

    async def close(self) -> None:
        """Close the file after the statements that are under way; what is not committed by then is rolled back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await to_the_end(connection.close())

    def acquire_connection(self) -> ConnectionWrapper[_Connection]:
        return _Holding(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(SafeSqliteTransaction(self))

    async def run(self, work: Work[T]) -> T:
        """Run `work` in the connection's thread, alone. Raises Unavailable, IntegrityError or OperationalError."""
        async with self.acquire_connection() as connection:
            try:
                return await connection.run(work)
            except sqlite3.Error as error:
                failure = thread.translated(error)
            raise failure

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return await self.run(partial(thread.insert, query, values))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        return await self.run(partial(thread.fetch, query, values))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        _, rows = await self.execute_query(query, values)
        return [dict(row) for row in rows]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """All rows or none, on its own and inside a transaction."""
        await self.run(partial(thread.many, query, values))

    async def execute_script(self, query: str) -> None:
        await self.run(partial(thread.script, query))


class SafeSqliteTransaction(SafeSqliteClient, SafeTransaction):
    """The one transaction that holds the process's connection."""

    def __init__(self, parent: SafeSqliteClient) -> None:
        self._parent: SafeSqliteClient = parent
        self._connection = None
        self._lock = asyncio.Lock()
        self._savepoints = []
        self.capabilities = parent.capabilities
        self.connection_name = parent.connection_name
        self.fetch_inserted = parent.fetch_inserted
        self.log = QUIET

    async def create_connection(self, with_db: bool) -> None:
        """A transaction never opens the file: it was begun on a connection, and ends with it."""

    def _in_transaction(self) -> TransactionContext:
        return SafeSavepointContext(self)

    async def enter(self) -> None:
        await self._parent._lock.acquire()
        try:
            await self._parent.create_connection(with_db=True)
            self._connection = self._parent._connection
            await to_the_end(self.begin())
        except BaseException:
            await to_the_end(self._give_back())
            raise

    async def _give_back(self) -> None:
        """Leave the connection outside of any transaction; one that cannot be is closed, which rolls back too.

        It happens behind the statements that other tasks of the deed still wait for; later ones are refused.
        """
        self._finalized = True
        try:
            if self._connection is not None:
                await super().run(thread.rollback)
        except Exception as error:
            logger.warning("SQLite could not roll back, its connection is replaced: %s", type(error).__name__)
            await self._parent.close()
        finally:
            self._parent._lock.release()

    async def run(self, work: Work[T]) -> T:
        """Like the client's. A failed or interrupted statement fails the transaction, as PostgreSQL has it."""
        self.check_open()

        def inside(connection: sqlite3.Connection) -> T:
            if not connection.in_transaction:  # a full disk makes SQLite roll back by itself
                raise sqlite3.OperationalError("SQLite has rolled the transaction back")
            return work(connection)

        try:
            return await super().run(inside)
        except BaseException:
            self._failed = True
            raise

    async def control(self, sql: str) -> None:
        await super().run(partial(thread.control, sql))

    async def begin(self) -> None:
        """Take the write lock at once: a deferred BEGIN that reads, then writes, fails when another process wrote."""
        await self.control("BEGIN IMMEDIATE")

    async def commit(self) -> None:
        """Raises TransactionManagementError, having saved nothing, when a statement failed before."""
        self.check_open()
        self._finalized = True
        await self.control("COMMIT")

    async def rollback(self) -> None:
        if self._finalized:
            raise TransactionManagementError("the transaction is over")
        self._finalized = True
        await super().run(thread.rollback)


client_class = SafeSqliteClient
