"""Signing in to the console: user name, password and a code from the phone; all three at once, and one answer."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q

from backend.cache import Cache
from backend.database import transaction
from backend.errors import Unauthenticated
from backend.secrets import Vault, check_password
from backend.staff import audit, lockout, sessions
from backend.staff.models import StaffUser
from backend.staff.one_time_codes import open_secret, step_of
from backend.staff.people import USERNAME
from backend.staff.permissions import Staff, staff_of


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the token is told once and kept only as a hash."""

    token: str
    staff: Staff
    expires_at: datetime


def staff_sign_in_failed() -> Unauthenticated:
    """One answer, whatever was wrong: it tells nobody who works here, or which part of it to guess next."""
    return Unauthenticated(
        "staff_sign_in_failed", "账号、密码或动态验证码不对。动态验证码每个只能用一次，请核对后重试。"
    )


async def sign_in(vault: Vault, cache: Cache, username: str, password: str, code: str) -> SignedIn:
    """A session for who knows the password and holds the phone.

    Raises Unauthenticated `staff_sign_in_failed`, TooMany `staff_locked`: five wrong tries lock a name for fifteen
    minutes, each further one for twice as long, at most a day. A locked name gets that answer even to a right
    password, and an unknown name locks alike.
    """
    name = username.strip().lower()  # one spelling: else only the capitals of a name that somebody has would count
    user = await _named(name)
    if user is None:
        # Any text at all may stand there: ascii() has bytes for it.
        await lockout.count_unknown(cache, vault.digest(ascii(name), "staff.username"))
        await check_password(password, None)
        raise staff_sign_in_failed()
    tries = await lockout.count_try(user)
    step = await _proved(vault, user, password, code)
    signed_in = None if step is None else await _begin(user, step)
    if signed_in is None:
        await _note_lock(user, tries)
        raise staff_sign_in_failed()
    return signed_in


async def _named(name: str) -> StaffUser | None:
    # What cannot be a name is never looked up: PostgreSQL refuses some texts.
    return await StaffUser.get_or_none(username=name) if USERNAME.fullmatch(name) else None


async def _proved(vault: Vault, user: StaffUser, password: str, code: str) -> int | None:
    """The step of a right code beside a right password."""
    if not await check_password(password, user.password_hash) or user.totp_hidden is None:
        return None
    return step_of(open_secret(vault, user.totp_hidden), code)


async def _begin(user: StaffUser, step: int) -> SignedIn | None:
    """The session; None when the code was used before, or when she was suspended or reset in this very moment."""
    unused = Q(totp_last__isnull=True) | Q(totp_last__lt=step)
    async with transaction():
        same = StaffUser.filter(unused, id=user.id, active=True, password_hash=user.password_hash)
        if not await same.update(totp_last=step, failed_tries=0, locked_until=None):
            return None
        token, session = await sessions.begin(user)
        await audit.record(user, "staff.sign_in")
    return SignedIn(token, await staff_of(user), session.expires_at)


async def _note_lock(user: StaffUser, tries: lockout.Tries) -> None:
    if tries.number >= lockout.FREE_TRIES:
        async with transaction():
            await audit.record(user, "staff.locked", f"staff:{user.id}", tries=str(tries.number))
