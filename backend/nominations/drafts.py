"""A nomination before it is handed in: kept, changed and deleted by whoever writes it."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.awards import seasons
from backend.database import transaction
from backend.errors import Conflict, invalid_fields
from backend.nominations.content import Content
from backend.nominations.models import Nomination
from backend.nominations.nomination_faults import tidied, unkeepable
from backend.nominations.nominations import hide_content, holder_of
from backend.nominations.nominators import Nominator
from backend.public_numbers import new_number
from backend.secrets import Vault
from media import intake

MOST_DRAFTS = 20


def too_many_drafts() -> Conflict:
    return Conflict("too_many_nomination_drafts", f"草稿最多保存 {MOST_DRAFTS} 份，请先提交或删除一些。")


def not_changeable() -> Conflict:
    return Conflict("nomination_not_changeable", "已经提交的推荐不能修改。要改的，请先撤回，再重新写一份。")


def not_a_draft() -> Conflict:
    return Conflict("nomination_not_a_draft", "只有草稿可以删除；已经提交的可以撤回。")


async def keep(vault: Vault, by: Nominator, season_id: UUID, content: Content, pictures: Sequence[UUID]) -> Nomination:
    """Keep a new draft. Raises NotFound, Conflict outside the days of nominating or at MOST_DRAFTS, Invalid."""
    hidden, now = _hidden(vault, content), clock.now()
    async with transaction():
        await by.hold()
        season = await seasons.public_season(season_id)
        seasons.require_phase(season, "nominating")
        if await by.own(Nomination.filter(state="draft")).count() >= MOST_DRAFTS:
            raise too_many_drafts()
        nomination = await Nomination.create(
            number=await new_number(Nomination),
            season_id=season.id,
            content_hidden=hidden,
            created_at=now,
            changed_at=now,
            **by.columns,
        )
        await intake.hold(holder_of(nomination.id), owner_of(nomination), pictures)
    return nomination


async def change(
    vault: Vault, by: Nominator, nomination_id: UUID, content: Content, pictures: Sequence[UUID] | None
) -> Nomination:
    """Put this content in the place of the old one, and these pictures; None leaves the pictures as they are.

    Raises NotFound, Conflict once it is submitted, Invalid for what cannot be kept.
    """
    hidden = _hidden(vault, content)
    async with transaction():
        await by.hold()
        nomination = await by.one(nomination_id)
        draft = Nomination.filter(id=nomination_id, state="draft")
        if not await draft.update(content_hidden=hidden, version=F("version") + 1, changed_at=clock.now()):
            raise not_changeable()
        if pictures is not None:
            await intake.hold(holder_of(nomination_id), owner_of(nomination), pictures)
    return await by.one(nomination_id)


async def delete(by: Nominator, nomination_id: UUID) -> None:
    """Delete a draft; its pictures are held by nobody then, and swept. Raises NotFound, or Conflict for no draft."""
    async with transaction():
        await by.hold()
        nomination = await by.one(nomination_id)
        await intake.hold(holder_of(nomination_id), owner_of(nomination), [])
        if await Nomination.filter(id=nomination_id, state="draft").delete() == 0:
            raise not_a_draft()


def owner_of(nomination: Nomination) -> UUID:
    """Whose pictures it holds: of the citizen, or of the staff user who began it for her unit."""
    owner = nomination.citizen_id or nomination.staff_id
    if owner is None:
        raise ValueError("a nomination is somebody's")
    return owner


def _hidden(vault: Vault, content: Content) -> bytes:
    content = tidied(content)
    if wrong := unkeepable(content):
        raise invalid_fields(wrong)
    return hide_content(vault, content)
