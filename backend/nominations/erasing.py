"""Erasing what is kept of one nominee, and what nominations say of her: nothing is left but that there was one."""

from uuid import UUID

import msgspec

from backend import clock
from backend.nominations import nominations, nominees
from backend.nominations.content import Content, Person
from backend.nominations.endorsements import erase_of
from backend.nominations.models import NominatedPerson, Nomination, Nominee, NomineeStep
from backend.notifications.models import Notice
from backend.secrets import Vault

SOMEBODY = "（某人）"  # in the place of a name, in a story that tells of others too


async def erase_nominee(vault: Vault, nominee_id: UUID) -> None:
    """Forget her, in the caller's transaction: who she is, her story, what was said in calls, what asked her.

    A nomination all of whose people are erased goes whole, its pictures with it; one that names others forgets her
    name and how to reach her. Erasing again changes nothing.
    """
    nominee = await Nominee.get(id=nominee_id)
    about = nominees.about_of(vault, nominee)
    await erase_of([nominee_id])
    await Nominee.filter(id=nominee_id).update(
        about_hidden=None,
        person_digest=None,
        citizen_id=None,
        township="",
        credit_passed=None,
        erase_on=None,
        changed_at=clock.now(),
    )
    await NomineeStep.filter(nominee_id=nominee_id).update(words_hidden=None)
    await Notice.filter(about=nominees.holder_of(nominee_id)).delete()
    for person in await NominatedPerson.filter(nominee_id=nominee_id).order_by("nomination_id"):
        await NominatedPerson.filter(id=person.id).update(person_digest=nominations.ERASED)
        await _forget_in(vault, person, about.name if about else None)


async def _forget_in(vault: Vault, person: NominatedPerson, name: str | None) -> None:
    """Take her from one nomination, or erase it when it tells of nobody else any more."""
    others = NominatedPerson.filter(nomination_id=person.nomination_id).exclude(person_digest=nominations.ERASED)
    if not await others.exists():
        await nominations.erase(person.nomination_id)
        return
    nomination = await Nomination.get(id=person.nomination_id)
    if nomination.content_hidden is not None:
        content = _without(nominations.content_of(vault, nomination), person.position, name)
        hidden = nominations.hide_content(vault, content)
        await Nomination.filter(id=nomination.id).update(content_hidden=hidden, changed_at=clock.now())


def _without(content: Content, position: int, name: str | None) -> Content:
    people = list(content.people)
    names = {name, people[position].name if position < len(people) else None}
    if position < len(people):
        people[position] = Person()
    story = content.story
    for each in filter(None, names):
        story = story.replace(each, SOMEBODY) if story else story
    return msgspec.structs.replace(content, people=tuple(people), story=story)
