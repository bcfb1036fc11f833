"""A nomination, opened by a moderator: the look is logged for everybody known, then all of it is gathered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backend import clock
from backend.citizens import access_log
from backend.content.finding import Finding
from backend.database import transaction
from backend.nominations.check_words import Checked, checked
from backend.nominations.content import Content, Person
from backend.nominations.matching import matched
from backend.nominations.merging import Likely, likely
from backend.nominations.models import ContentCheck, NominatedPerson, Nomination
from backend.nominations.moderation_scope import awaits, check_not_about_her, nomination_for
from backend.nominations.nominations import content_of, holder_of, steps_of, words_of
from backend.nominations.private_details import private_details
from backend.nominations.words import REASONS
from backend.points.ledger import lock_citizens
from backend.secrets import Vault, mask_name
from backend.staff import audit
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff
from media.intake import pictures_of
from media.models import Picture


@dataclass(frozen=True)
class Named:
    """One of the people whom it names. `likely`: nominees of the season who may be the same person.

    `citizen_id`, `minor`: who it is by name and phone in the register, and whether she is under eighteen (charter 9).
    """

    said: Person
    citizen_id: UUID | None
    minor: bool
    likely: Sequence[Likely]
    nominee_id: UUID | None  # once it is accepted


@dataclass(frozen=True)
class CaseStep:
    """One step as staff read it; `by` None is the nominator, or the machine."""

    kind: str
    at: datetime
    by: str | None
    reason: str | None
    words: str


@dataclass(frozen=True)
class Case:
    """One nomination, whole. `may`: accept and refuse; nothing once it is decided."""

    nomination: Nomination  # with season, citizen and staff user
    nominator: str  # a citizen's name, masked, or a unit's
    content: Content = field(repr=False)
    named: Sequence[Named] = field(repr=False)
    pictures: Sequence[Picture]
    checks: Sequence[Checked]
    findings: Sequence[Finding]
    steps: Sequence[CaseStep]
    may: frozenset[str]


async def open_case(vault: Vault, staff: Staff, nomination_id: UUID) -> Case:
    """A nomination of her department, whatever became of it; each time is a look, committed before anything is shown.

    Logged for the nominator, for whom of the named people the register proves, and for likely nominees who are known.
    Raises Forbidden, also for one that she wrote or that names her; NotFound.
    """
    nomination = await nomination_for(staff, nomination_id)
    content = content_of(vault, nomination)
    await check_not_about_her(vault, staff, content)
    named = await _named(vault, nomination, content)
    await _look(staff, nomination, named)
    held = holder_of(nomination_id)
    pictures = (await pictures_of(held))[held]
    return Case(
        nomination=nomination,
        nominator=_nominator(vault, nomination),
        content=content,
        named=named,
        pictures=pictures,
        checks=await _checks(nomination, pictures),
        findings=list(_findings(content)),
        steps=await _steps(vault, nomination),
        may=_may(staff, nomination),
    )


async def _named(vault: Vault, nomination: Nomination, content: Content) -> list[Named]:
    rows = await NominatedPerson.filter(nomination_id=nomination.id).order_by("position")
    named = []
    for said, row in zip(content.people, rows, strict=False):  # erased: nobody is named any more
        citizen = await matched(vault, said.name or "", said.contact or "")
        alike = await likely(vault, nomination.season_id, row.person_digest)
        minor = citizen is not None and clock.today() < citizen.adult_on
        named.append(Named(said, citizen.id if citizen else None, minor, alike, row.nominee_id))
    return named


async def _look(staff: Staff, nomination: Nomination, named: Iterable[Named]) -> None:
    about = holder_of(nomination.id)
    known = {known for each in named for known in (each.citizen_id, *(other.citizen_id for other in each.likely))}
    others = sorted(each for each in known if each and each != nomination.citizen_id)
    async with transaction():
        # All at once and in one order: two who open two cases of the same people wait and never deadlock.
        await lock_citizens([*others, *([nomination.citizen_id] if nomination.citizen_id else ())])
        if nomination.citizen_id:
            await access_log.look(staff.reader, [nomination.citizen_id], purpose="nomination_check", about=about)
        await access_log.look(staff.reader, others, purpose="nominee_asking", about=about)
        await audit.record(staff, "nomination.look", about)


def _nominator(vault: Vault, nomination: Nomination) -> str:
    if nomination.citizen is not None:
        return mask_name(vault.decrypt(nomination.citizen.name_hidden, "citizen.name"))
    return nomination.staff.department.name if nomination.staff else ""


async def _checks(nomination: Nomination, pictures: Sequence[Picture]) -> list[Checked]:
    """Of the newest round, texts first."""
    places = {str(each.id): number for number, each in enumerate(pictures, 1)}
    rows = await ContentCheck.filter(nomination_id=nomination.id).order_by("-round", "id")
    newest = [each for each in rows if each.round == rows[0].round]
    said = [checked(each.part, each.state, each.label, places) for each in newest]
    return sorted(said, key=lambda each: not each.part.startswith("文字"))


def _findings(content: Content) -> Iterable[Finding]:
    yield from private_details("地点", content.place or "")
    yield from private_details("事迹", content.story or "")
    for person in content.people:
        yield from private_details("单位或村", person.unit or "")


async def _steps(vault: Vault, nomination: Nomination) -> list[CaseStep]:
    steps = await steps_of(nomination)
    staff = StaffUser.filter(id__in=[each.staff_id for each in steps if each.staff_id])
    names: dict[UUID | None, str] = dict(await staff.values_list("id", "name"))
    return [
        CaseStep(each.kind, each.at, names.get(each.staff_id), REASONS.get(each.reason or ""), words_of(vault, each))
        for each in steps
    ]


def _may(staff: Staff, nomination: Nomination) -> frozenset[str]:
    appeal = nomination.state == "appealed" and nomination.first_decided_by != staff.id
    return frozenset({"accept", "refuse"} if appeal or awaits(nomination, clock.now()) else ())
