"""What is kept of nominees: which of them a moderator may touch, what is said of one, her road, who named her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend import clock
from backend.errors import Conflict, Forbidden, NotFound
from backend.nominations import content as contents
from backend.nominations.content import About
from backend.nominations.models import NominatedPerson, Nominee, NomineeStep
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff.models import StaffUser
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

# The columns under which what is said of nominees, and by them, is hidden.
ABOUT_FIELD, WORDS_FIELD = "nominee.about", "nominee.words"


@dataclass(frozen=True)
class Step:
    """One step of a nominee's road as staff read it; `by` is who recorded it, nothing for the nominee herself."""

    kind: str
    at: datetime
    by: str | None
    words: str


def no_such_nominee() -> NotFound:
    return NotFound("nominee_not_found", "没有这位被推荐人，或者这项评选不归本部门主办。")


def own_nominee() -> Forbidden:
    return Forbidden("own_nominee", "被推荐的是您本人，请由同事办理。")


def nominee_changed() -> Conflict:
    return Conflict("nominee_changed", "这位被推荐人刚刚有了变化，请刷新后再办理。")


def holder_of(nominee_id: UUID) -> str:
    """What notices, looks and audit rows about a nominee name."""
    return f"nominee:{nominee_id}"


async def nominee_for(staff: Staff, nominee_id: UUID, permission: str = "follow_nominees") -> Nominee:
    """A nominee of her own department's seasons, with season and citizen fetched.

    Raises Forbidden without the permission, without her own number and for herself; NotFound for another department's,
    which is never told apart from none.
    """
    require(staff, permission)
    if staff.user.own_number_digest is None:
        raise own_number_needed()
    nominee = await Nominee.get_or_none(id=nominee_id).select_related("season", "citizen")
    if nominee is None or nominee.season.department_id != staff.department_code:
        raise no_such_nominee()
    if nominee.citizen is not None and nominee.citizen.number_digest == staff.user.own_number_digest:
        raise own_nominee()
    return nominee


async def hold(nominee_id: UUID, *citizen_ids: UUID) -> None:
    """Take the rows of her nominators, of herself and of these citizens, then her own, for the rest of the transaction.

    In this order everywhere, since whoever is told of her road is referred to by a new notice: nobody deadlocks.
    """
    people = NominatedPerson.filter(nominee_id=nominee_id, nomination__citizen_id__isnull=False)
    told = await people.values_list("nomination__citizen_id", flat=True)
    hers = await Nominee.filter(id=nominee_id, citizen_id__isnull=False).values_list("citizen_id", flat=True)
    await lock_citizens([UUID(str(each)) for each in (*told, *hers, *citizen_ids)])
    await Nominee.filter(id=nominee_id).select_for_update()


def about_of(vault: Vault, nominee: Nominee) -> About | None:
    """What is kept about her; nothing once it is erased."""
    if nominee.about_hidden is None:
        return None
    return contents.read_about(vault.decrypt(nominee.about_hidden, ABOUT_FIELD))


def hide_about(vault: Vault, about: About) -> bytes:
    """What is kept about her, as her row keeps it."""
    return vault.encrypt(contents.write(about), ABOUT_FIELD)


def hide_words(vault: Vault, words: str) -> bytes | None:
    """Words as a step keeps them; nothing for none."""
    return vault.encrypt(words, WORDS_FIELD) if words else None


async def add_step(
    nominee_id: UUID, kind: str, *, staff_id: UUID | None = None, words_hidden: bytes | None = None
) -> NomineeStep:
    """Keep one step in the caller's transaction. `staff_id` None: the nominee herself."""
    return await NomineeStep.create(
        nominee_id=nominee_id, kind=kind, staff_id=staff_id, words_hidden=words_hidden, at=clock.now()
    )


async def steps_of(vault: Vault, nominee_id: UUID) -> list[Step]:
    """Her road so far, oldest first."""
    steps = await NomineeStep.filter(nominee_id=nominee_id).order_by("id")
    staff = StaffUser.filter(id__in=[each.staff_id for each in steps if each.staff_id])
    names: dict[UUID, str] = dict(await staff.values_list("id", "name"))
    return [
        Step(
            kind=each.kind,
            at=each.at,
            by=names.get(each.staff_id) if each.staff_id else None,
            words=vault.decrypt(each.words_hidden, WORDS_FIELD) if each.words_hidden else "",
        )
        for each in steps
    ]


async def named_in(*nominee_ids: UUID) -> dict[UUID, Sequence[NominatedPerson]]:
    """Where each nominee is named, with the nomination fetched, the first one first."""
    found: dict[UUID, list[NominatedPerson]] = {each: [] for each in nominee_ids}
    people = NominatedPerson.filter(nominee_id__in=nominee_ids).order_by("nomination_id", "position")
    for person in await people.select_related("nomination"):
        if person.nominee_id is not None:
            found[person.nominee_id].append(person)
    return dict(found)
