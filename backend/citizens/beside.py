"""Who speaks by a token, and something of her own beside it, in one round trip to the database."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend import clock
from backend.citizens.sessions import keep_up, sign_in_needed
from backend.secrets import hash_token


class Speaker(msgspec.Struct, frozen=True):
    """Who speaks, as far as a read needs it: her session, her account and its yes, and the citizen it is bound to."""

    session_id: UUID
    account_id: UUID
    citizen_id: UUID | None
    agreed_texts: str
    agreed_until: datetime | None
    moment: datetime  # at which she was found
    day: date  # the county's, at that moment
    database: BaseDBAsyncClient


class Beside(ABC):
    """Something of the speaker's own that is read in the same round trip as who she is; a class for each kind.

    The statement selects from `session` and `account`. JOINS adds tables to it and COLUMNS columns; `$2`, the county's
    day, has to occur in one of them. What is joined may be missing, and then its columns are None.
    """

    COLUMNS: ClassVar[str]
    JOINS: ClassVar[str]

    @classmethod
    @abstractmethod
    def of(cls, speaker: Speaker, row: Mapping[str, Any]) -> Self:
        """From the statement's row, in the database's own types (see `moment_of`)."""


B = TypeVar("B", bound=Beside)

_STATEMENT = """
SELECT session.id, session.account_id, session.expires_at, account.citizen_id, account.agreed_texts,
    account.agreed_until, {columns}
FROM session JOIN account ON account.id = session.account_id {joins}
WHERE session.token_hash = $1"""


async def find_with(token: str, kind: type[B]) -> tuple[Speaker, B]:
    """Who speaks by a token, and what is read beside. Raises Unauthenticated as `sessions.find` does."""
    now = clock.now()
    day = clock.local_date(now)
    database = get_connection("default")
    _, rows = await database.execute_query(_statement(kind), [hash_token(token), day])
    if not rows:
        raise sign_in_needed()
    row: Any = rows[0]
    session_id, account_id, expires_at, citizen_id, agreed_texts, agreed_until = row[:6]
    speaker = Speaker(
        uuid_of(session_id),
        uuid_of(account_id),
        uuid_of(citizen_id) if citizen_id else None,
        agreed_texts,
        moment_of(agreed_until) if agreed_until else None,
        now,
        day,
        database,
    )
    await keep_up(speaker.session_id, moment_of(expires_at), now)
    return speaker, kind.of(speaker, row)


def uuid_of(value: Any) -> UUID:
    """A UUID as a plain statement gives it: SQLite keeps a text."""
    return value if isinstance(value, UUID) else UUID(value)


def moment_of(value: Any) -> datetime:
    """A moment as a plain statement gives it: SQLite keeps a text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def day_of(value: Any) -> date:
    """A day as a plain statement gives it: SQLite keeps a text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


@cache
def _statement(kind: type[Beside]) -> str:
    return _STATEMENT.format(columns=kind.COLUMNS, joins=kind.JOINS)
