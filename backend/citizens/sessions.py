"""Signing in from WeChat, and who speaks by which token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from tortoise.connection import get_connection
from tortoise.models import Model

from backend import clock
from backend.citizens.models import Account, Citizen, Session
from backend.errors import Unauthenticated
from backend.secrets import Vault, hash_token, new_token

if TYPE_CHECKING:  # who only proves or sweeps need not load WeChat's client
    from backend.wechat import WeChat

LASTS = timedelta(days=30)  # sliding
EXTEND_AT_MOST_EVERY = timedelta(days=1)  # so that reading costs no write


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the token is told once and kept only as a hash."""

    token: str
    expires_at: datetime
    account: Account


_ALL = """
SELECT {columns} FROM session JOIN account ON account.id = session.account_id
LEFT JOIN citizen ON citizen.id = account.citizen_id
WHERE session.token_hash = $1"""


def sign_in_needed() -> Unauthenticated:
    return Unauthenticated("sign_in_needed", "请先登录。")


async def sign_in(wechat: "WeChat", vault: Vault, code: str) -> SignedIn:
    """Exchange a `wx.login` code for a session. Raises what `WeChat.sign_in` raises."""
    openid = (await wechat.sign_in(code)).openid
    account = await _account(vault, openid)
    token, now = new_token(), clock.now()
    session = await Session.create(
        token_hash=hash_token(token), account=account, created_at=now, expires_at=now + LASTS
    )
    return SignedIn(token, session.expires_at, account)


async def find(token: str) -> Session:
    """The live session of a token with its account and citizen. Raises Unauthenticated, whatever is wrong with it."""
    now = clock.now()
    _, rows = await get_connection("default").execute_query(_all(), [hash_token(token)])
    if not rows:
        raise sign_in_needed()
    session = _session(tuple(rows[0]))
    await keep_up(session.id, session.expires_at, now)
    return session


async def keep_up(session_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Let a session slide that is used. Raises Unauthenticated when it has ended."""
    if expires_at <= now:
        raise sign_in_needed()
    if expires_at < now + LASTS - EXTEND_AT_MOST_EVERY:
        await Session.filter(id=session_id).update(expires_at=now + LASTS)


@cache
def _all() -> str:
    """Every column of the three tables, in the order in which `_session` takes them."""
    return _ALL.format(columns=", ".join(f"{kind._meta.db_table}.{name}" for kind in _KINDS for name in _names(kind)))


_KINDS: tuple[type[Model], ...] = (Session, Account, Citizen)


@cache
def _names(kind: type[Model]) -> tuple[str, ...]:
    return tuple(kind._meta.fields_db_projection.values())


def _session(values: tuple[Any, ...]) -> Session:
    """As Tortoise makes them from its own joins, for a fifth of the time: it would write the statement anew."""
    session, values = _made(Session, values)
    account, values = _made(Account, values)
    citizen, _ = _made(Citizen, values) if account.citizen_id else (None, ())
    object.__setattr__(account, "_citizen", citizen)
    object.__setattr__(session, "_account", account)
    return session


M = TypeVar("M", bound=Model)


def _made(kind: type[M], values: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    names = _names(kind)
    return kind._init_from_db(**dict(zip(names, values, strict=False))), values[len(names) :]


async def sign_out(session: Session) -> None:
    """Revoke this phone's session."""
    await Session.filter(id=session.id).delete()


async def sign_out_everywhere(account: Account) -> int:
    """Revoke every session of the account; how many there were."""
    return await Session.filter(account_id=account.id).delete()


async def forget_expired() -> int:
    """Delete sessions that ended; how many."""
    return await Session.filter(expires_at__lte=clock.now()).delete()


async def _account(vault: Vault, openid: str) -> Account:
    digest = vault.digest(openid, "account.openid")
    hidden = vault.encrypt(openid, "account.openid")
    # Two first sign-ins at once make one account: ON CONFLICT DO NOTHING, then look.
    await Account.bulk_create(
        [Account(openid_digest=digest, openid_hidden=hidden, created_at=clock.now())], ignore_conflicts=True
    )
    return await Account.get(openid_digest=digest).select_related("citizen")
