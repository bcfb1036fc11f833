"""What PostgreSQL's and asyncpg's errors mean here, without the data that they repeat."""

import re

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from backend.database.safety import database_away

AWAY = (
    OSError,  # refused, reset, unreachable; and every time-out of ours, which asyncio's TimeoutError is
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, a query stopped by the administrator
    asyncpg.InsufficientResourcesError,  # too many connections, the server's disk full
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # the primary became a standby
)

# asyncpg has no class of its own for a connection that went away under a deed.
_GONE = re.compile("(connection|pool) is clos(ed|ing)$|released back to the pool$")


def translated(error: Exception) -> Exception:
    """Unavailable, or one of Tortoise's errors. Details, and asyncpg's words about arguments, are left out."""
    kind = type(error).__name__
    gone = type(error) is asyncpg.InterfaceError and _GONE.search(error.args[0])
    if gone or isinstance(error, AWAY):
        away = database_away()
        away.__cause__ = error
        return away
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return IntegrityError(f"{kind}: {error.constraint_name or error.column_name}")
    if isinstance(error, asyncpg.InvalidTransactionStateError):
        return TransactionManagementError(kind)
    if isinstance(error, asyncpg.SyntaxOrAccessError):
        return OperationalError(f"{kind}: {error.args[0]}")
    return OperationalError(kind)
