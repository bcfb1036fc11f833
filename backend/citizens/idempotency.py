"""Idempotency keys: a double tap or a repeat after a crash does a deed once (kept for a day)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from tortoise.exceptions import IntegrityError

from backend import clock
from backend.citizens.accounts import hold_account
from backend.citizens.models import Account, IdempotencyKey
from backend.database import transaction
from backend.errors import Conflict

LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Once:
    """One write as its sender named it; `fingerprint` is a digest of the decoded fields."""

    account: Account
    operation: str
    key: str
    fingerprint: str


def key_reused() -> Conflict:
    return Conflict("idempotency_key_reused", "这次提交与上一次内容不同，请刷新页面后重新提交。")


async def done_before(write: Once) -> str | None:
    """The result's id when this write was done already. Raises Conflict when the same key came with other content."""
    row = await IdempotencyKey.get_or_none(account_id=write.account.id, operation=write.operation, key=write.key)
    if row is None or row.created_at <= clock.now() - LASTS:
        return None
    if row.fingerprint != write.fingerprint:
        raise key_reused()
    return row.result_id


async def once(write: Once, deed: Callable[[], Awaitable[str]]) -> str:
    """Do `deed`, which answers with the id of its result, in one transaction with its key; or find it already done.

    The key is taken before the deed: of the same write twice at once, the second waits for the first one's end, and
    never gets so far as to be told that its own deed is in its way. Raises Conflict when the same key came with other
    content, and whatever the deed raises: then no key is kept.
    """
    earlier = await done_before(write)
    if earlier is not None:
        return earlier
    try:
        async with transaction():
            await hold_account(write.account)
            taken = await _take(write)
            taken.result_id = await deed()
            await taken.save(update_fields=["result_id"])
    except IntegrityError:
        # The same write came twice at once, and the other one committed first.
        earlier = await done_before(write)
        if earlier is None:
            raise
        return earlier
    return taken.result_id


async def forget_old() -> int:
    """Delete keys older than a day; how many."""
    return await IdempotencyKey.filter(created_at__lte=clock.now() - LASTS).delete()


async def _take(write: Once) -> IdempotencyKey:
    now = clock.now()
    same = IdempotencyKey.filter(account_id=write.account.id, operation=write.operation, key=write.key)
    await same.filter(created_at__lte=now - LASTS).delete()
    return await IdempotencyKey.create(
        account_id=write.account.id,
        operation=write.operation,
        key=write.key,
        fingerprint=write.fingerprint,
        result_id="",
        created_at=now,
    )
