"""Which nominations a moderator may touch: of her own department's seasons, and none by herself or about her."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.errors import Conflict, Forbidden, NotFound
from backend.nominations.content import Content
from backend.nominations.matching import matched_person
from backend.nominations.models import Nomination
from backend.secrets import Vault
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

MODERATE = "check_nominations"


def no_such_case() -> NotFound:
    return NotFound("nomination_not_found", "没有这份推荐，或者这项评选不归本部门主办。")


def own_nomination() -> Forbidden:
    return Forbidden("own_nomination", "这份推荐是您本人写的，或者推荐的是您本人，请由同事办理。")


def nomination_changed() -> Conflict:
    return Conflict("nomination_changed", "这份推荐刚刚有了变化，请重新打开，看过再决定。")


def not_to_decide() -> Conflict:
    return Conflict("nomination_not_waiting", "这份推荐现在不用决定：可能已经办结、已经撤回，或者微信还在检查。")


def other_moderator_needed() -> Forbidden:
    return Forbidden("other_moderator_needed", "申诉要由另一位评选管理员处理，不能由原来决定的人办理。")


async def nomination_for(staff: Staff, nomination_id: UUID) -> Nomination:
    """A nomination that was handed in, with season, citizen and staff user fetched.

    Raises Forbidden without the permission, without her own number, and for one that she wrote; NotFound for another
    department's, which is never told apart from none.
    """
    check_may(staff)
    found = Nomination.get_or_none(id=nomination_id).select_related("season", "citizen", "staff__department")
    nomination = await found
    if nomination is None or nomination.state == "draft":
        raise no_such_case()
    if nomination.season.department_id != staff.department_code:
        raise no_such_case()
    citizen = nomination.citizen
    if nomination.staff_id == staff.id or (citizen and citizen.number_digest == staff.user.own_number_digest):
        raise own_nomination()
    return nomination


def check_may(staff: Staff) -> None:
    """Raises Forbidden unless she has the permission, and is known as a citizen herself."""
    require(staff, MODERATE)
    if staff.user.own_number_digest is None:
        raise own_number_needed()


async def check_not_about_her(vault: Vault, staff: Staff, content: Content) -> None:
    """Raises Forbidden when one of the named people is, by name and phone in the register, the moderator herself."""
    for person in content.people:
        found = await matched_person(vault, person.name or "", person.contact or "")
        if found is not None and found.number_digest == staff.user.own_number_digest:
            raise own_nomination()


def awaits(nomination: Nomination, now: datetime) -> bool:
    """Whether a moderator decides it now: checked by WeChat, or waited for long enough."""
    if nomination.state == "checking":
        return nomination.check_until is not None and nomination.check_until <= now
    return nomination.state == "waiting"


def awaiting() -> Q:
    """The same as a condition on rows, with appeals."""
    overdue = Q(state="checking", check_until__lte=clock.now())
    return Q(state__in=["waiting", "appealed"]) | overdue
