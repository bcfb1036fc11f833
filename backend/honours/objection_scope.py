"""Which objections a staff user may touch: of her own department's seasons, and never one that she has a part in."""

from uuid import UUID

from backend.errors import Conflict, Forbidden, NotFound
from backend.honours.models import Objection
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

HANDLE = "handle_objections"


def no_such_case() -> NotFound:
    return NotFound("objection_not_found", "没有这份公示异议，或者这项评选不归本部门主办。")


def objection_closed() -> Conflict:
    return Conflict("objection_closed", "这份异议已经办结，或者提出人已经撤回。")


def involved() -> Forbidden:
    return Forbidden("objection_involved", "这份异议由您提出或登记，或者说的是您本人，请由同事办理。")


def check_may(staff: Staff) -> None:
    """Raises Forbidden unless she has the permission, and is known as a citizen herself."""
    require(staff, HANDLE)
    if staff.user.own_number_digest is None:
        raise own_number_needed()


async def objection_for(staff: Staff, objection_id: UUID) -> Objection:
    """One with its nominee, season and people fetched.

    Raises NotFound for another department's, as for none; Forbidden when it is about herself: she reads nothing of it.
    """
    check_may(staff)
    found = Objection.get_or_none(id=objection_id, nominee__season__department_id=staff.department_code)
    objection = await found.select_related("nominee__season", "nominee__citizen", "citizen")
    if objection is None:
        raise no_such_case()
    about = objection.nominee.citizen
    if about is not None and about.number_digest == staff.user.own_number_digest:
        raise involved()
    return objection


def may_decide(staff: Staff, objection: Objection) -> bool:
    """Not who said it, nor who wrote it down for somebody: else one person alone could remove a nominee."""
    by = objection.citizen
    own = by is not None and by.number_digest == staff.user.own_number_digest
    return not own and objection.staff_id != staff.id


def known_people(objection: Objection) -> list[UUID]:
    """Whose data an objection is: of who said it and of whom, as far as they are known."""
    return [each for each in (objection.citizen_id, objection.nominee.citizen_id) if each is not None]
