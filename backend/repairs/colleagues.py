"""To whom a reviewer may hand a case: the department's other reviewers who are at work."""

from backend.repairs.models import Evidence
from backend.repairs.review import at_work
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff


async def colleagues_of(staff: Staff, evidence: Evidence) -> list[StaffUser]:
    """Her department's other active reviewers who are not on leave and may review at all, by name.

    Without the first reviewer of this evidence. Whose own case it is stays among them: leaving her out would tell who
    the citizen is.
    """
    neither = [each for each in (staff.id, evidence.first_reviewer_id) if each]
    found = StaffUser.filter(department_id=staff.department_code, roles__role="reviewer", active=True)
    found = found.filter(own_number_digest__isnull=False).exclude(id__in=neither)
    return [each for each in await found.order_by("name", "id") if at_work(each)]
