"""Staff who work on evidence, and what they do with it in one line. They need an open database, as factories do."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from backend import clock
from backend.repairs import deciding, review
from backend.repairs.models import Evidence
from backend.staff.models import Department, StaffRole, StaffUser
from backend.staff.permissions import Staff, staff_of
from tests import factories
from tests.factories import DEPARTMENT, LEDGER, VAULT

PICTURE_DAYS = 180
OTHER_DEPARTMENT = "MZJ"


async def reviewer(
    username: str = "reviewer-1",
    department: str = DEPARTMENT,
    roles: Sequence[str] = ("reviewer",),
    own_number: str | None = "",
) -> Staff:
    """A staff user of a department, the same one each time. She is nobody of the tests' citizens, unless
    `own_number` says so; None: her own number is not known."""
    user = await StaffUser.get_or_none(username=username)
    if user is None:
        number = f"of {username}" if own_number == "" else own_number
        await _department(department)
        user = await StaffUser.create(
            username=username,
            name=f"审核{username[-1]}",
            department_id=department,
            own_number_digest=None if number is None else VAULT.digest(number, "citizen.number"),
            created_at=clock.now(),
        )
        for role in roles:
            await StaffRole.create(staff_id=user.id, role=role, given_at=clock.now())
    return await staff_of(user)


async def case_officer(username: str = "case-officer-1", department: str = OTHER_DEPARTMENT) -> Staff:
    """Who may take approvals back, wherever they were given."""
    return await reviewer(username, department, ("case_officer",))


async def stranger(username: str = "reviewer-elsewhere-1") -> Staff:
    """A reviewer of another department."""
    return await reviewer(username, OTHER_DEPARTMENT)


async def goes_away(staff: Staff, until: date) -> None:
    """She is on leave up to and with this day."""
    await StaffUser.filter(id=staff.id).update(away_until=until)


async def approves(staff: Staff, evidence: Evidence, quantity: int | None = 80, words: str = "") -> Evidence:
    """She claims the case and approves so many tenths of an hour."""
    await review.claim(staff, evidence.id)
    return await approve(staff, evidence.id, quantity, words)


async def approve(staff: Staff, evidence_id: UUID, quantity: int | None = 80, words: str = "") -> Evidence:
    """The approval alone."""
    return await deciding.approve(LEDGER, VAULT, staff, evidence_id, quantity, words, picture_days=PICTURE_DAYS)


async def reject(staff: Staff, evidence_id: UUID, reason: str = "photos_unclear", words: str = "") -> Evidence:
    """The refusal alone."""
    return await deciding.reject(VAULT, staff, evidence_id, reason, words, picture_days=PICTURE_DAYS)


async def ask(staff: Staff, evidence_id: UUID, reason: str = "clearer_photo", words: str = "") -> Evidence:
    """The request for more alone."""
    return await deciding.ask_for_more(VAULT, staff, evidence_id, reason, words)


async def reverse(staff: Staff, evidence_id: UUID, reason: str = "found_wrong", words: str = "") -> Evidence:
    """The reversal alone."""
    return await deciding.reverse(LEDGER, VAULT, staff, evidence_id, reason, words, picture_days=PICTURE_DAYS)


async def _department(code: str) -> None:
    if not await Department.exists():
        await factories.load_tiny_catalogue()
    await Department.get_or_create(
        code=code,
        defaults={"name": "县民政局", "office": "慈善股", "phone": "0375-0000119", "from_day": date(2019, 1, 1)},
    )
