"""The form of a unit's nomination: its fields, what was typed in them, and each fault beside its field."""

import re
from collections.abc import Mapping

from backend.errors import DomainError, FieldError, invalid_fields
from backend.nominations.content import MOST_PEOPLE, Content, Person
from backend.pages import typed

PERSON_FIELDS = {"name": "姓名", "unit": "单位或者村（社区）", "township": "乡镇（街道）", "contact": "怎样联系"}
_DAYS = ("happened_from", "happened_until")
_OF_PERSON = re.compile(r"people\[(\d)\]\.(\w+)")


def content_typed(form: Mapping[str, str]) -> Content:
    """What the form says. Raises Invalid for what is no day."""
    days = {name: typed.day(form.get(name, "")) for name in _DAYS}
    wrong = [
        FieldError(name, "wrong_day", "日期不对，请重新选择。") for name in _DAYS if form.get(name) and not days[name]
    ]
    if wrong:
        raise invalid_fields(wrong)
    people = (
        Person(**{name: form.get(f"person-{number}-{name}") for name in PERSON_FIELDS}) for number in range(MOST_PEOPLE)
    )
    return Content(
        people=tuple(each for each in people if each != Person()),
        story=form.get("story"),
        place=form.get("place"),
        letter=form.get("letter") == "1",
        **days,
    )


def values_of(content: Content) -> dict[str, str]:
    """What stands in the fields for a content."""
    values = {"story": content.story, "place": content.place, "letter": "1" if content.letter else None}
    values |= {name: day.isoformat() if (day := getattr(content, name)) else None for name in _DAYS}
    for number, person in enumerate(content.people):
        values |= {f"person-{number}-{name}": getattr(person, name) for name in PERSON_FIELDS}
    return {name: value for name, value in values.items() if value is not None}


def beside_fields(fault: DomainError | None) -> dict[str, str]:
    """The first fault of each field, by the field's name in the form."""
    said: dict[str, str] = {}
    for each in fault.fields if fault else ():
        said.setdefault(_OF_PERSON.sub(r"person-\1-\2", each.field), each.detail)
    return said
