"""What a department or township does with its nominations, by whichever of its officers is at work."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from backend.citizens import access_log
from backend.database import transaction
from backend.nominations import drafts, taking_back, taking_in
from backend.nominations.content import Content
from backend.nominations.models import NominatedPerson, Nomination
from backend.nominations.nomination_faults import OF_A_UNIT, tidied
from backend.nominations.nominations import content_of, holder_of
from backend.nominations.nominators import Nominator, a_unit
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require
from media import intake
from media.models import Picture
from media.storage import Storage
from media.workshop import Workshop

NOMINATE = "nominate_for_unit"


async def list_of(staff: Staff, before: UUID | None, limit: int) -> Sequence[Nomination]:
    """Her unit's, drafts too, newest first, older than `before`; with their seasons. They name nobody."""
    return await _unit(staff).newest(before, limit)


async def open_one(vault: Vault, staff: Staff, nomination_id: UUID) -> tuple[Nomination, Content]:
    """One of her unit's and what it says; a look at whoever of the nominees is known by now is logged first.

    Raises Forbidden, NotFound for anybody else's.
    """
    nomination = await _unit(staff).one(nomination_id)
    if nomination.state != "draft":
        async with transaction():
            known = NominatedPerson.filter(nomination_id=nomination_id, nominee__citizen_id__isnull=False)
            citizens: list[Any] = await known.values_list("nominee__citizen_id", flat=True)
            about = holder_of(nomination_id)
            await access_log.look(staff.reader, citizens, purpose="nominee_asking", about=about)
            await audit.record(staff, "nomination.look", about)
    return nomination, content_of(vault, nomination)


async def save_draft(vault: Vault, staff: Staff, season_id: UUID, content: Content) -> Nomination:
    """Keep a new draft. Raises Forbidden, and what `drafts.keep` raises."""
    return await drafts.keep(vault, _unit(staff), season_id, _of_unit(content), ())


async def change(vault: Vault, staff: Staff, nomination_id: UUID, content: Content) -> Nomination:
    """Put this content in the place of the old one; the pictures stay. Raises what `drafts.change` raises."""
    return await drafts.change(vault, _unit(staff), nomination_id, _of_unit(content), None)


async def check_room(staff: Staff, nomination_id: UUID) -> None:
    """Raise Conflict unless it is a draft, Invalid too_many_pictures when no more fits: before a file is read."""
    await draft_of(staff, nomination_id)
    if len(await _pictures(nomination_id)) >= intake.MOST_PICTURES:
        raise intake.too_many_pictures()


async def add_picture(storage: Storage, workshop: Workshop, staff: Staff, nomination_id: UUID, data: bytes) -> None:
    """Put the picture in these bytes behind the others of a draft. Raises what `intake.take_in` and `hold` raise."""
    nomination = await draft_of(staff, nomination_id)
    picture = await intake.take_in(storage, workshop, drafts.owner_of(nomination), data)
    await _hold(staff, nomination_id, added=[picture.id])


async def remove_picture(staff: Staff, nomination_id: UUID, picture_id: UUID) -> None:
    """Take a picture away from a draft; nothing happens for one that is gone. Raises NotFound, Conflict."""
    await _hold(staff, nomination_id, removed=[picture_id])


async def picture_of(staff: Staff, nomination_id: UUID, picture_id: UUID) -> Picture | None:
    """One of the pictures of her unit's nomination, while its files are there. Raises Forbidden, NotFound."""
    await _unit(staff).one(nomination_id)
    held = await _pictures(nomination_id)
    return next((each for each in held if each.id == picture_id and each.deleted_at is None), None)


async def draft_of(staff: Staff, nomination_id: UUID) -> Nomination:
    """One of her unit's that is not handed in yet. Raises Forbidden, NotFound, Conflict."""
    nomination = await _unit(staff).one(nomination_id)
    if nomination.state != "draft":
        raise drafts.not_changeable()
    return nomination


async def delete_draft(staff: Staff, nomination_id: UUID) -> None:
    """Delete a draft with its pictures. Raises NotFound, or Conflict for no draft."""
    await drafts.delete(_unit(staff), nomination_id)


async def submit(vault: Vault, staff: Staff, nomination_id: UUID) -> Nomination:
    """Hand a draft in. Raises what `taking_in.take_in` raises; Forbidden without her own number.

    Without it nobody could keep her from nominating herself.
    """
    if staff.user.own_number_digest is None:
        raise own_number_needed()
    async with transaction():
        nomination = await taking_in.take_in(vault, _unit(staff), nomination_id)
        await audit.record(staff, "nomination.unit", holder_of(nomination_id), deed="submit")
    return nomination


async def withdraw(vault: Vault, staff: Staff, nomination_id: UUID) -> Nomination:
    """Take it back. Raises what `taking_back.withdraw` raises."""
    async with transaction():
        nomination = await taking_back.withdraw(vault, _unit(staff), nomination_id)
        await audit.record(staff, "nomination.unit", holder_of(nomination_id), deed="withdraw")
    return nomination


async def appeal(vault: Vault, staff: Staff, nomination_id: UUID, words: str) -> Nomination:
    """Appeal once against a refusal. Raises what `taking_back.appeal` raises."""
    async with transaction():
        nomination = await taking_back.appeal(vault, _unit(staff), nomination_id, words)
        await audit.record(staff, "nomination.unit", holder_of(nomination_id), deed="appeal")
    return nomination


async def _hold(staff: Staff, nomination_id: UUID, *, added: Sequence[UUID] = (), removed: Sequence[UUID] = ()) -> None:
    async with transaction():
        await _unit(staff).hold()
        nomination = await draft_of(staff, nomination_id)
        left = [each.id for each in await _pictures(nomination_id) if each.id not in removed]
        await intake.hold(holder_of(nomination_id), drafts.owner_of(nomination), [*left, *added])


async def _pictures(nomination_id: UUID) -> Sequence[Picture]:
    holder = holder_of(nomination_id)
    return (await intake.pictures_of(holder))[holder]


def _unit(staff: Staff) -> Nominator:
    require(staff, NOMINATE)
    return a_unit(staff)


def _of_unit(content: Content) -> Content:
    """A unit has one relation to whomever it nominates; nobody is asked for it."""
    people = tuple(msgspec.structs.replace(each, relation=OF_A_UNIT) for each in tidied(content).people)
    return msgspec.structs.replace(content, people=people)
