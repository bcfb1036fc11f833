"""One nominee as the moderator who asks her sees her: what would be shown, what each nominator wrote, how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.awards import seasons
from backend.citizens import access_log
from backend.database import transaction
from backend.nominations import consents, nominations, nominees
from backend.nominations.asking import PURPOSE
from backend.nominations.calls import may_call, unreached_days
from backend.nominations.content import About, Person
from backend.nominations.models import NominatedPerson, Nominee
from backend.nominations.nominees import Step, about_of, nominee_for, steps_of
from backend.nominations.stories import ASKED, ASKING, BEFORE_JUDGING, WRITABLE, pictures_to_choose, ready
from backend.nominations.words import ON_THE_ROAD, RELATIONS
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff
from media.models import Picture

NOMINATOR_PURPOSE = "nomination_check"  # what the nominators read of this look


@dataclass(frozen=True)
class Said:
    """What one nominator wrote about her; never who the nominator is."""

    person_id: UUID
    number: str
    person: Person
    relation: str
    story: str
    place: str
    happened_from: date | None
    happened_until: date | None
    letter: bool


@dataclass(frozen=True)
class Case:
    """A nominee, opened. `may`: write, anew, ask, call, take_back, move."""

    nominee: Nominee
    about: About | None
    said: Sequence[Said]
    pictures: Sequence[Picture]
    steps: Sequence[Step]
    standing: dict[str, bool]
    unreached: int
    may: frozenset[str]


async def open_case(vault: Vault, staff: Staff, nominee_id: UUID) -> Case:
    """The case; the looks at her and at her nominators are committed before anything is read (charter 8).

    Raises Forbidden (permission, her own), NotFound.
    """
    nominee = await nominee_for(staff, nominee_id)
    people = (await nominees.named_in(nominee_id))[nominee_id]
    await _look(staff, nominee, people)
    about = about_of(vault, nominee)
    return Case(
        nominee=nominee,
        about=about,
        said=[_said(vault, each) for each in people],
        pictures=await pictures_to_choose(vault, nominee),
        steps=await steps_of(vault, nominee_id),
        standing=(await consents.standing([nominee_id]))[nominee_id],
        unreached=await unreached_days(nominee),
        may=_may(staff, nominee, about),
    )


async def _look(staff: Staff, nominee: Nominee, people: Sequence[NominatedPerson]) -> None:
    about = nominees.holder_of(nominee.id)
    told = {each.nomination.citizen_id: each.nomination_id for each in people if each.nomination.citizen_id}
    async with transaction():
        await lock_citizens([each for each in (*told, nominee.citizen_id) if each])
        if nominee.citizen_id is not None:
            await access_log.look(staff.reader, [nominee.citizen_id], purpose=PURPOSE, about=about)
        for citizen_id, nomination_id in told.items():
            if citizen_id is not None:
                place = nominations.holder_of(nomination_id)
                await access_log.look(staff.reader, [citizen_id], purpose=NOMINATOR_PURPOSE, about=place)
        await audit.record(staff, "nominee.look", about)


def _said(vault: Vault, person: NominatedPerson) -> Said:
    content = nominations.content_of(vault, person.nomination)
    said = content.people[person.position] if person.position < len(content.people) else Person()
    return Said(
        person_id=person.id,
        number=person.nomination.number,
        person=said,
        relation=next((label for code, label in RELATIONS.items() if code == said.relation), ""),
        story=content.story or "",
        place=content.place or "",
        happened_from=content.happened_from,
        happened_until=content.happened_until,
        letter=content.letter,
    )


def _may(staff: Staff, nominee: Nominee, about: About | None) -> frozenset[str]:
    if about is None:
        return frozenset()
    phase = seasons.phase(nominee.season)
    asking = phase in ASKING
    fresh = nominee.state == "gathered"
    deeds = {
        "write": phase in BEFORE_JUDGING if nominee.state == "agreed" else asking and nominee.state in WRITABLE,
        "anew": nominee.state in ASKED,
        "ask": asking and fresh and ready(about, nominee.township),
        "call": may_call(nominee),
        "take_back": nominee.state in ON_THE_ROAD,
        "move": fresh and staff.may("check_nominations"),
    }
    return frozenset(deed for deed, allowed in deeds.items() if allowed)
