"""Signing in from WeChat, and who speaks by which token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend import clock
from backend.citizens.models import Account, Session
from backend.errors import Unauthenticated
from backend.secrets import Vault, hash_token, new_token
from backend.wechat import WeChat

LASTS = timedelta(days=30)  # sliding
EXTEND_AT_MOST_EVERY = timedelta(days=1)  # so that reading costs no write


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the token is told once and kept only as a hash."""

    token: str
    expires_at: datetime
    account: Account


def sign_in_needed() -> Unauthenticated:
    return Unauthenticated("sign_in_needed", "请先登录。")


async def sign_in(wechat: WeChat, vault: Vault, code: str) -> SignedIn:
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
    session = (
        await Session.filter(token_hash=hash_token(token), expires_at__gt=now)
        .select_related("account__citizen")
        .first()
    )
    if session is None:
        raise sign_in_needed()
    if session.expires_at < now + LASTS - EXTEND_AT_MOST_EVERY:
        await Session.filter(id=session.id).update(expires_at=now + LASTS)
    return session


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
