"""Wrong tries at signing in, and how long they lock a name out, whether somebody has the name or nobody.

A lock that only real accounts knew would tell a stranger who works here. An account's tries stand in its row; those of
an unknown name in the shared cache, under a digest of it. Both follow one rule and both forget after two quiet days, so
that neither patience nor a fifth try tells them apart. What remains: many tries of one unknown name in the same
instant may be told one or two more times that the password is wrong, and without REDIS_URL each process counts unknown
names for itself. Tries from one address are limited before they come here.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from backend import clock
from backend.cache import Cache
from backend.errors import TooMany
from backend.staff.models import StaffUser

FREE_TRIES = 5  # the fifth wrong one locks
FIRST_LOCK = timedelta(minutes=15)  # each further wrong try doubles it
LONGEST_LOCK = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=2)  # since the last try, or the end of its lock


class Tries(NamedTuple):
    """How often in a row, and until when that locks: a moment that is past locks nothing and dates the last try."""

    number: int = 0
    until: datetime | None = None


def staff_locked(until: datetime) -> TooMany:
    left = max(1, -(-(until - clock.now()) // timedelta(seconds=1)))
    minutes = -(-left // 60)
    return TooMany(
        "staff_locked",
        f"登录失败次数过多，请在 {minutes} 分钟后再试。忘记密码的，请联系系统管理员重置账号。",
        retry_after=left,
    )


def one_more(tries: Tries, now: datetime) -> Tries:
    """Pure: the tries with one more of them, at `now`."""
    quiet_since = tries.until or now
    number = 1 if quiet_since + FORGOTTEN_AFTER <= now else tries.number + 1
    beyond = number - FREE_TRIES
    if beyond < 0:
        return Tries(number, now)
    # Seven doublings reach the longest lock; a larger power would overflow after years of trying.
    return Tries(number, now + min(FIRST_LOCK * 2 ** min(beyond, 7), LONGEST_LOCK))


async def count_try(user: StaffUser) -> Tries:
    """Count a try before anything is compared, so that many at once get no more tries than one after another.

    Whoever succeeds takes it back. Raises TooMany `staff_locked`, and then counts nothing.
    """
    while True:
        tries, now = Tries(user.failed_tries, user.locked_until), clock.now()
        _check(tries, now)
        more = one_more(tries, now)
        row = StaffUser.filter(id=user.id, failed_tries=tries.number, locked_until=tries.until)
        if await row.update(failed_tries=more.number, locked_until=more.until):
            return more
        await user.refresh_from_db(fields=["failed_tries", "locked_until"])


async def count_unknown(cache: Cache, name_digest: str) -> None:
    """The same for a name that nobody here has."""
    key, now = f"staff-tries:{name_digest}", clock.now()
    tries = _decoded(await cache.get(key))
    _check(tries, now)
    more = one_more(tries, now)
    ends = (more.until or now) + FORGOTTEN_AFTER
    await cache.set(key, f"{more.number} {(more.until or now).timestamp()}", round((ends - now).total_seconds()))


def _check(tries: Tries, now: datetime) -> None:
    if tries.until is not None and tries.until > now:
        raise staff_locked(tries.until)


def _decoded(stored: str | None) -> Tries:
    if stored is None:
        return Tries()
    number, until = stored.split()
    return Tries(int(number), datetime.fromtimestamp(float(until), UTC))
