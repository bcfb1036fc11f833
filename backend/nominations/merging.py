"""Nominations of one person put together: each nominator's words stay in her nomination, the nominee is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.database import transaction
from backend.errors import Conflict, Invalid, NotFound
from backend.nominations import nominations, nominees
from backend.nominations.content import About, Content
from backend.nominations.ending import tell_ended
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.nominations.nominees import about_of, add_step, nominee_changed, nominee_for
from backend.nominations.words import TO_ERASE
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff
from media.intake import pictures_of

JOINABLE = ("gathered", "asked", "agreed", *TO_ERASE)


@dataclass(frozen=True)
class Likely:
    """A nominee who is likely the same person. `ended`: she said no or left; who joins her is not asked again.

    Whoever shows this has logged a look at `citizen_id`, where she is known, before.
    """

    nominee_id: UUID
    citizen_id: UUID | None
    state: str
    ended: bool
    name: str
    unit: str
    township: str
    nominations: int


def cannot_join() -> Invalid:
    return Invalid("cannot_join", "选中的被推荐人不在这一届，或者已经评定，不能并入。请刷新后重新选择。")


def asked_already() -> Conflict:
    return Conflict("nominee_asked_already", "已经开始征求本人意见，不能再调整推荐归到谁。")


def no_such_person() -> NotFound:
    return NotFound("nominated_person_not_found", "没有这份推荐里的这个人，请刷新后重试。")


async def likely(vault: Vault, season_id: UUID, digest: str) -> list[Likely]:
    """Nominees of the season with this digest of name and township (`matching.person_digest`), oldest first."""
    same = await Nominee.filter(season_id=season_id, person_digest=digest, state__in=JOINABLE).order_by("id")
    places = await nominees.named_in(*(each.id for each in same))
    found = []
    for each in same:
        about = about_of(vault, each)
        if about is not None:
            found.append(_likely(each, about, len(places[each.id])))
    return found


async def take_in(vault: Vault, staff: Staff, nomination: Nomination, into: Sequence[UUID | None]) -> list[Nominee]:
    """Make or join a nominee for each person of an accepted nomination, in its transaction.

    `into` has for each person, by position, the nominee to join, or None for a new one. A new one's story begins as
    this nominator's; a moderator edits it. Joining one who said no ends it for this nominator too, and she is told.
    Raises Invalid cannot_join for a nominee of another season or one already judged, ValueError for another count.
    """
    people = await NominatedPerson.filter(nomination_id=nomination.id).order_by("position")
    content = nominations.content_of(vault, nomination)
    pictures = await _pictures(nomination)
    taken = []
    for person, chosen in zip(people, into, strict=True):
        if chosen is None:
            nominee = await _begin(vault, staff, person, content, pictures)
        else:
            nominee = await _join(staff, person, chosen)
        taken.append(nominee)
    return taken


async def move(vault: Vault, staff: Staff, person_id: UUID, to: UUID | None) -> Nominee:
    """Put one nominated person with another nominee, or with a new one for None, before anybody is asked.

    A nominee whom nobody names any more goes. Raises NotFound, Forbidden, Conflict nominee_asked_already, Invalid
    cannot_join.
    """
    person = await NominatedPerson.get_or_none(id=person_id).select_related("nomination")
    if person is None or person.nominee_id is None:
        raise no_such_person()
    source = await nominee_for(staff, person.nominee_id, "check_nominations")
    if to == source.id:
        return source
    async with transaction():
        if person.nomination.citizen_id is not None:
            await lock_citizens([person.nomination.citizen_id])
        # The row's own change keeps a question that is asked at this very moment from going between.
        here = Nominee.filter(id=source.id, state="gathered", version=source.version)
        if not await here.update(version=source.version + 1, changed_at=clock.now()):
            raise asked_already()
        content = nominations.content_of(vault, person.nomination)
        if to is None:
            nominee = await _begin(vault, staff, person, content, await _pictures(person.nomination))
        else:
            nominee = await _join(staff, person, to)
        if not await NominatedPerson.filter(nominee_id=source.id).exists():
            await Nominee.filter(id=source.id).delete()
        await audit.record(staff, "nominee.move", nominees.holder_of(nominee.id), person=str(person_id))
    return nominee


async def named_by(staff: Staff, season_id: UUID, number: str, digest: str | None) -> UUID:
    """The nominee whom the nomination with this number names; among several, the one with this digest.

    Raises Invalid cannot_join when there is none, or several and none is hers.
    """
    here = NominatedPerson.filter(season_id=season_id, nomination__number=number.upper(), nominee_id__isnull=False)
    people = await here.filter(nominee__season__department_id=staff.department_code)
    same = [each for each in people if each.person_digest == digest] if len(people) > 1 else people
    if len(same) != 1 or same[0].nominee_id is None:
        raise cannot_join()
    return same[0].nominee_id


def _likely(nominee: Nominee, about: About, count: int) -> Likely:
    return Likely(
        nominee_id=nominee.id,
        citizen_id=nominee.citizen_id,
        state=nominee.state,
        ended=nominee.state in TO_ERASE,
        name=about.name,
        unit=about.unit,
        township=nominee.township,
        nominations=count,
    )


async def _pictures(nomination: Nomination) -> tuple[UUID, ...]:
    holder = nominations.holder_of(nomination.id)
    return tuple(each.id for each in (await pictures_of(holder))[holder] if each.deleted_at is None)


async def _begin(
    vault: Vault, staff: Staff, person: NominatedPerson, content: Content, pictures: tuple[UUID, ...]
) -> Nominee:
    said = content.people[person.position]
    shown = () if content.letter else pictures  # a letter is for the moderator: it says more than its writer meant
    about = About(
        name=said.name or "",
        unit=said.unit or "",
        contact=said.contact or "",
        story=content.story or "",
        pictures=shown,
    )
    now = clock.now()
    nominee = await Nominee.create(
        season_id=person.season_id,
        person_digest=person.person_digest,
        township=said.township or "",
        about_hidden=nominees.hide_about(vault, about),
        created_at=now,
        changed_at=now,
    )
    await NominatedPerson.filter(id=person.id).update(nominee_id=nominee.id)
    await add_step(nominee.id, "gathered", staff_id=staff.id)
    return nominee


async def _join(staff: Staff, person: NominatedPerson, chosen: UUID) -> Nominee:
    nominee = await nominee_for(staff, chosen, "check_nominations")
    if nominee.season_id != person.season_id or nominee.state not in JOINABLE or nominee.about_hidden is None:
        raise cannot_join()
    # Her version stays: it is what she was shown and answers to, and that has not changed.
    if not await Nominee.filter(id=nominee.id, state=nominee.state).update(changed_at=clock.now()):
        raise nominee_changed()
    await NominatedPerson.filter(id=person.id).update(nominee_id=nominee.id)
    await add_step(nominee.id, "joined", staff_id=staff.id)
    if nominee.state in TO_ERASE:
        await tell_ended(nominee, [person.nomination_id])
    return nominee
