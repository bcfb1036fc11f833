"""The PostgreSQL engine: transactions that survive being cancelled anywhere, and a server away that is an error.

A pooled connection is handed on without the usual reset, which would cost every plain query a second round trip. So
nothing may leave state in a session: no SET, LISTEN or session-wide advisory lock outside of a transaction.
The migration executor chooses its dialect by this module's name, which must contain `asyncpg`.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import ConnectionWrapper, PoolConnectionWrapper, TransactionContext
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.exceptions import TransactionManagementError

from backend.database.asyncpg_errors import translated
from backend.database.safety import (
    QUIET,
    SafeSavepointContext,
    SafeTransaction,
    SafeTransactionContext,
    logger,
    to_the_end,
)

WAIT_FOR_CONNECTION = 10  # seconds in the pool's queue, and for tidying a connection that comes back
CLOSING = 5  # seconds for deeds under way when the process ends

_ONLY_CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*\bRETURNING\b)", re.IGNORECASE | re.DOTALL)

_handing_back: set[asyncio.Task[None]] = set()


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection without session state, hence without a reset; an open transaction is rolled back even so."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


class _Pooled(PoolConnectionWrapper[_Connection]):
    """A connection of the pool; a pool that is exhausted is an error, not a hang."""

    _pool: asyncpg.Pool

    async def __aenter__(self) -> _Connection:
        await self.ensure_connection()
        self._pool = self.client._pool
        connected = self._pool.get_idle_size() or self._pool.get_size() == self._pool.get_max_size()
        connection: _Connection = await (self._free() if connected else self._connecting())
        self.connection = connection
        return connection

    async def _free(self) -> Any:
        async with asyncio.timeout(WAIT_FOR_CONNECTION):  # cheaper than the pool's own, which makes a task each time
            return await self._pool.acquire()

    async def _connecting(self) -> Any:
        """Connect in a task of its own: were connecting cancelled with whoever waits, impatient clients could keep a
        busy pool from ever getting a connection."""
        task = asyncio.create_task(self._free())
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            background = asyncio.create_task(self._hand_back(task))
            _handing_back.add(background)
            background.add_done_callback(_handing_back.discard)
            raise

    async def _hand_back(self, task: asyncio.Task[Any]) -> None:
        with suppress(Exception):  # nobody waits for this connection any more
            await self._pool.release(await task)

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        await self._pool.release(self.connection)


class SafeAsyncpgClient(AsyncpgDBClient):
    """Plain statements, each a transaction of its own, over a pool."""

    connection_class = _Connection

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.log = QUIET

    async def _close(self) -> None:
        pool = self._pool
        if pool is None:
            return
        try:
            async with asyncio.timeout(CLOSING):
                await pool.close()
        except TimeoutError:
            logger.warning("deeds were still under way: their database connections are cut")
        finally:
            self._pool = None

    def acquire_connection(self) -> ConnectionWrapper[_Connection] | _Pooled:
        return _Pooled(self, self._pool_init_lock)

    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(SafeAsyncpgTransaction(self))

    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Raises Unavailable, IntegrityError, OperationalError or TransactionManagementError."""
        try:
            return await func(self, *args, **kwargs)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            failure = translated(error)
        raise failure

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """Rows changed (else returned) and rows. Tortoise's drops the rows of RETURNING and counts no INSERT."""
        async with self.acquire_connection() as connection:
            if _ONLY_CHANGES.match(query):
                tag: str = await connection.execute(query, *(values or ()))
                return int(tag.rsplit(" ", 1)[1]), []
            rows = await connection.fetch(query, *(values or ()))
            return len(rows), rows

    @translate_exceptions
    async def execute_many(self, query: str, values: list[Any]) -> None:
        """All rows or none, on its own and inside a transaction: asyncpg sends them as one."""
        async with self.acquire_connection() as connection:
            await connection.executemany(query, values)

    @translate_exceptions
    async def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows by COPY, the fastest way in: all of them or none, on its own and inside a transaction."""
        async with self.acquire_connection() as connection:
            await connection.copy_records_to_table(table, records=rows, columns=columns)


class SafeAsyncpgTransaction(SafeAsyncpgClient, SafeTransaction):
    """One transaction on one connection of the pool."""

    _connection: _Connection
    _ended = False  # the server has answered COMMIT or ROLLBACK

    def __init__(self, parent: SafeAsyncpgClient) -> None:
        self._parent: SafeAsyncpgClient = parent
        self._lock = asyncio.Lock()
        self._savepoints = []
        self.capabilities = parent.capabilities
        self.connection_name = parent.connection_name
        self.fetch_inserted = parent.fetch_inserted
        self.schema = parent.schema
        self.log = QUIET

    def acquire_connection(self) -> ConnectionWrapper[_Connection]:
        self.check_open()
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return SafeSavepointContext(self)

    @translate_exceptions
    async def enter(self) -> None:
        self._held = self._parent.acquire_connection()
        self._connection = await self._held.__aenter__()
        try:
            await to_the_end(self.begin())
        except BaseException:
            await to_the_end(self._give_back())
            raise

    async def _give_back(self) -> None:
        """Leave the connection outside of any transaction; one that cannot be is cut, and the server rolls back."""
        self._finalized = True
        try:
            if not self._ended:
                await self._end("ROLLBACK")
        except Exception as error:
            logger.warning("PostgreSQL did not roll back, its connection is cut: %s", type(error).__name__)
            with suppress(asyncpg.InterfaceError):  # asyncpg has cut it already
                self._connection.terminate()
        try:
            await self._held.__aexit__(None, None, None)
        except Exception as error:  # the pool has cut the connection; what was committed stays committed
            logger.warning("a connection was lost on its way back: %s", type(error).__name__)

    async def _end(self, sql: str) -> str:
        """End it behind the statements that other tasks of the deed still wait for; later ones are refused."""
        self._finalized = True
        async with self._lock:
            tag: str = await self._connection.execute(sql)
        self._ended = True
        return tag

    @translate_exceptions
    async def control(self, sql: str) -> None:
        async with self._lock:
            await self._connection.execute(sql)

    async def begin(self) -> None:
        await self.control("BEGIN")

    @translate_exceptions
    async def commit(self) -> None:
        """Raises TransactionManagementError, having saved nothing, when a statement failed before.

        When the connection breaks during COMMIT nobody knows what became of it: Unavailable, and the deed's own key
        decides when it is tried again.
        """
        self.check_open()
        if await self._end("COMMIT") != "COMMIT":  # it answers ROLLBACK, without an error, after a failed statement
            raise TransactionManagementError("a statement of the transaction failed: nothing was saved")

    @translate_exceptions
    async def rollback(self) -> None:
        if self._finalized:
            raise TransactionManagementError("the transaction is over")
        await self._end("ROLLBACK")


client_class = SafeAsyncpgClient
