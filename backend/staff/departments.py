"""Departments as citizens meet them: the office to go to and the phone to call."""

from datetime import date

import msgspec

from backend import clock
from backend.staff.models import Department


class Office(msgspec.Struct, frozen=True):
    """Where a citizen finds a department."""

    department: str
    office: str
    phone: str


async def offices() -> dict[str, Office]:
    """Each department's office by its code; from the day it is merged away, its successor's."""
    departments, today = {row.code: row for row in await Department.all()}, clock.today()
    return {code: _office(departments, row, today) for code, row in departments.items()}


def stands(department: Department, day: date) -> bool:
    """Whether the department exists on `day`."""
    return department.from_day <= day and (department.until_day is None or day <= department.until_day)


def is_over(department: Department, day: date) -> bool:
    """Whether the department no longer exists on `day`: from then on its successor answers for it."""
    return department.until_day is not None and department.until_day < day


def _office(departments: dict[str, Department], row: Department, day: date) -> Office:
    successor, seen = row, {row.code}
    while is_over(successor, day) and successor.replaced_by in departments and successor.replaced_by not in seen:
        successor = departments[successor.replaced_by]
        seen.add(successor.code)
    return Office(successor.name, successor.office, successor.phone)
