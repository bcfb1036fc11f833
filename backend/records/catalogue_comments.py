"""What people say to a coming catalogue: one comment an account and version, read by staff without its author."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.functions import Count

from backend import clock
from backend.citizens.accounts import hold_account
from backend.citizens.models import Account
from backend.database import transaction
from backend.errors import Conflict, FieldError, Invalid
from backend.records.catalogue_publishing import MANAGE, about, no_such_version
from backend.records.catalogue_versions import comments_open
from backend.records.items import standing_versions
from backend.records.models import CatalogueComment, CatalogueVersion
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff, require

SHORTEST, LONGEST = 2, 500  # characters
_FIELD = "catalogue_comment.text"


@dataclass(frozen=True)
class Comment:
    """One comment; nothing tells whose it is."""

    id: UUID
    text: str
    said_at: datetime


def comments_closed() -> Conflict:
    return Conflict("comments_closed", "这个版本现在不征求意见。对目录有想法，可以随时向县发展改革委反映。")


def comment_length() -> Invalid:
    detail = f"请写 {SHORTEST} 到 {LONGEST} 个字。"
    return Invalid("comment_length", detail, fields=[FieldError("text", "comment_length", detail)])


async def say(vault: Vault, account: Account, version: str, text: str) -> None:
    """Keep what an account says to a version; said again, it takes the place of what was said before.

    Raises Invalid, NotFound, Conflict once the days for comments are over.
    """
    text = text.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise comment_length()
    async with transaction():
        await hold_account(account)
        row = await standing_versions().get_or_none(version=version)
        if row is None:
            raise no_such_version()
        if not comments_open(row, clock.today()):
            raise comments_closed()
        hidden, now = vault.encrypt(text, _FIELD), clock.now()
        mine = CatalogueComment.filter(catalogue_id=version, account_id=account.id)
        if not await mine.update(text_hidden=hidden, created_at=now):
            await CatalogueComment.create(
                catalogue_id=version, account_id=account.id, text_hidden=hidden, created_at=now
            )


async def read_comments(
    vault: Vault, staff: Staff, version: str, *, before: UUID | None = None, limit: int = 50
) -> list[Comment]:
    """What was said to a version, below `before`, newest first; that somebody read it is in the audit log.

    Raises Forbidden, NotFound.
    """
    require(staff, MANAGE)
    async with transaction():
        if not await CatalogueVersion.exists(version=version):
            raise no_such_version()
        await audit.record(staff, "catalogue.comments", about(version))
    rows = CatalogueComment.filter(catalogue_id=version)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        Comment(row.id, vault.decrypt(row.text_hidden, _FIELD), row.created_at)
        for row in await rows.order_by("-id").limit(limit)
    ]


async def comments_by_version() -> dict[str, int]:
    """How many were said to each version."""
    counted = CatalogueComment.all().annotate(said=Count("id")).group_by("catalogue_id")
    return dict(await counted.values_list("catalogue_id", "said"))
