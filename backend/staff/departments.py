"""Departments as citizens meet them: the office to go to and the phone to call."""

from datetime import date

import msgspec

from backend.staff.models import Department


class Office(msgspec.Struct, frozen=True):
    """Where a citizen finds a department."""

    department: str
    office: str
    phone: str


async def offices() -> dict[str, Office]:
    """Each department's office by its code; one that was merged away leads to its successor's."""
    departments = {row.code: row for row in await Department.all()}
    return {code: _office(departments, row) for code, row in departments.items()}


def stands(department: Department, day: date) -> bool:
    """Whether the department exists on `day`."""
    return department.from_day <= day and (department.until_day is None or day <= department.until_day)


def _office(departments: dict[str, Department], row: Department) -> Office:
    successor, seen = row, {row.code}
    while successor.replaced_by in departments and successor.replaced_by not in seen:
        successor = departments[successor.replaced_by]
        seen.add(successor.code)
    return Office(successor.name, successor.office, successor.phone)
