"""What both database engines share: deeds that run to their end, transactions that always give back, silent logs.

Sanic cancels a handler when its client goes away. Tortoise's own transactions, cancelled while they begin, commit or
roll back, keep their lock or connection for good; after a few hundred lost clients nothing answers any more.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from backend.errors import Unavailable

DATABASE_AWAY = "database_away"
RETRY_AFTER = 5  # seconds

# Tortoise logs each statement with its values, which are people's data. This logger stands outside logging's tree, so
# that no level set by anybody can make it speak.
QUIET = logging.Logger("database statements", level=logging.CRITICAL + 1)

logger = logging.getLogger(__name__)

T = TypeVar("T")


def database_away() -> Unavailable:
    """The refusal that every surface answers with 503 and Retry-After."""
    return Unavailable(DATABASE_AWAY, "系统暂时连接不上数据库，请过几秒再试一次。", retry_after=RETRY_AFTER)


def is_database_away(error: BaseException) -> bool:
    """Whether a deed failed because the database did not answer, so that it may simply be tried again."""
    return isinstance(error, Unavailable) and error.code == DATABASE_AWAY


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even when the caller is cancelled; the cancellation is raised after it.

    Half a BEGIN, COMMIT or ROLLBACK is a state that nobody knows. `work` must bound its own time.
    """
    task = asyncio.ensure_future(work)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancellation = error
    if cancellation is not None:
        raise cancellation from (None if task.cancelled() else task.exception())
    return task.result()


class SafeTransaction(TransactionalDBClient):
    """What an engine's transaction has to offer for the contexts below to be safe."""

    _failed = False  # a statement failed: only undoing the block around it helps
    _broken = False  # nothing helps: the transaction can only roll back
    _savepoints: list[str]
    _savepoint_count = 0

    async def enter(self) -> None:
        """Take a connection and begin. Leaves nothing taken when it raises."""
        raise NotImplementedError

    async def leave(self, *, commit: bool) -> None:
        """Commit or roll back, then give the connection back in every case. Never called twice."""
        try:
            if commit and not self._finalized:
                await self.commit()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        """Leave the connection outside of any transaction, or cut it; and let the next one have its turn."""
        raise NotImplementedError

    async def control(self, sql: str) -> None:
        """Run one statement that steers the transaction, even after another one failed in it."""
        raise NotImplementedError

    def check_open(self) -> None:
        """Refuse work that could not count: after a failure, and after the end, when it would stand outside."""
        if self._finalized:
            raise TransactionManagementError("the transaction is over")
        if self._failed or self._broken:
            raise TransactionManagementError("a statement of the transaction failed: nothing more counts in it")

    async def savepoint(self) -> None:
        """Begin an inner block. Raises when the transaction has already failed."""
        self.check_open()
        self._savepoint_count += 1
        name = f"inner_{self._savepoint_count}"
        await self.control(f"SAVEPOINT {name}")
        self._savepoints.append(name)

    async def savepoint_rollback(self) -> None:
        """Undo the innermost block. Where that is impossible the whole transaction can no longer commit."""
        name = self._savepoints.pop()
        try:
            await self.control(f"ROLLBACK TO SAVEPOINT {name}")
            await self.control(f"RELEASE SAVEPOINT {name}")
        except BaseException:
            self._broken = True
            raise
        self._failed = False

    async def release_savepoint(self) -> None:
        """Keep what the innermost block did."""
        self.check_open()
        await self.control(f"RELEASE SAVEPOINT {self._savepoints.pop()}")


class SafeTransactionContext(TransactionContext):
    """The outermost `async with`: whatever happens at whichever await, lock and connection go back clean."""

    def __init__(self, client: SafeTransaction) -> None:
        self.client: SafeTransaction = client

    async def __aenter__(self) -> SafeTransaction:
        await self.client.enter()
        self._connections = get_connections()
        self._token = self._connections.set(self.client.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            self._connections.reset(self._token)
        finally:
            await to_the_end(self.client.leave(commit=exc_type is None))


class SafeSavepointContext(TransactionContext):
    """An inner `async with` joins the outer transaction: its failure undoes its own part, its success waits."""

    def __init__(self, client: SafeTransaction) -> None:
        self.client: SafeTransaction = client

    async def __aenter__(self) -> SafeTransaction:
        try:
            await to_the_end(self._begin())
        except asyncio.CancelledError:
            if self._depth == len(self.client._savepoints):
                await to_the_end(self._undo())
            raise
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if self._depth != len(self.client._savepoints):
            self.client._broken = True
            raise TransactionManagementError("inner transactions of one transaction overlap: begin them one by one")
        if exc_type is not None:
            await to_the_end(self._undo())
        elif not self.client._finalized:
            await to_the_end(self.client.release_savepoint())

    async def _begin(self) -> None:
        self._depth = -1
        await self.client.savepoint()
        self._depth = len(self.client._savepoints)

    async def _undo(self) -> None:
        """The block's own error says more than that of undoing it, which has already barred the commit."""
        if self.client._finalized:
            return
        try:
            await self.client.savepoint_rollback()
        except Exception as error:
            logger.warning("an inner transaction could not be undone: %s", type(error).__name__)
