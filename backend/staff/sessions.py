"""Who is signed in on the console: one session a browser, idle for half an hour and over after ten."""

from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend import clock
from backend.database import transaction
from backend.errors import Unauthenticated
from backend.secrets import hash_token, new_token
from backend.staff import audit
from backend.staff.models import StaffSession, StaffUser
from backend.staff.permissions import Staff, staff_of

LASTS = timedelta(hours=10)  # a working day; nothing extends it
IDLE = timedelta(minutes=30)
SEEN_AT_MOST_EVERY = timedelta(minutes=1)  # so that reading costs no write; idle ends that much early at worst


def staff_sign_in_needed() -> Unauthenticated:
    return Unauthenticated("staff_sign_in_needed", "请先登录。登录十小时后，或半小时没有操作，需要重新登录。")


async def begin(user: StaffUser) -> tuple[str, StaffSession]:
    """A new session and its token, which is told once and kept only as a hash; in the caller's transaction."""
    token, now = new_token(), clock.now()
    session = await StaffSession.create(
        token_hash=hash_token(token), staff_id=user.id, created_at=now, seen_at=now, expires_at=now + LASTS
    )
    return token, session


async def find(token: str) -> tuple[Staff, StaffSession]:
    """Who speaks by this token, and in which session. Raises Unauthenticated, whatever is wrong with it.

    Suspending and resetting delete sessions; that they are asked for here again closes the moment between. A lock
    keeps everybody from signing in, and nobody at work: else whoever knows a user name could stop her.
    """
    now = clock.now()
    session = await _living(now).filter(token_hash=hash_token(token)).select_related("staff__department").first()
    if session is None:
        raise staff_sign_in_needed()
    if session.seen_at <= now - SEEN_AT_MOST_EVERY:
        await StaffSession.filter(id=session.id).update(seen_at=now)
    return await staff_of(session.staff), session


async def sign_out(session: StaffSession) -> None:
    """End this browser's session."""
    async with transaction():
        if await StaffSession.filter(id=session.id).delete():
            await audit.record(await StaffUser.get(id=session.staff_id), "staff.sign_out")


async def sign_out_everywhere(staff: Staff) -> int:
    """End every session of hers, in whatever browser; how many."""
    async with transaction():
        ended = await StaffSession.filter(staff_id=staff.id).delete()
        await audit.record(staff, "staff.sign_out", sessions=str(ended))
    return ended


async def forget_expired() -> int:
    """Delete sessions that ended; how many."""
    now = clock.now()
    return await StaffSession.filter(Q(expires_at__lte=now) | Q(seen_at__lte=now - IDLE)).delete()


def _living(now: datetime) -> QuerySet[StaffSession]:
    return StaffSession.filter(
        expires_at__gt=now, seen_at__gt=now - IDLE, staff__active=True, staff__password_hash__isnull=False
    )
