"""Pure: what is wrong with what a nominator wrote, every fault at once, by the field's path."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from backend.citizens.person_name import parse_name
from backend.errors import FieldError, Invalid
from backend.nominations.content import (
    LEAST_LEAD,
    LEAST_STORY,
    MOST_PEOPLE,
    MOST_STORY,
    Content,
    Person,
    fields_of,
)
from backend.nominations.townships import TOWNSHIPS
from backend.nominations.words import RELATIONS

OF_A_UNIT = "unit"  # the one relation that a unit has, and no citizen
MOST_KEPT = 6000  # characters of a draft's story: one that grew too long is kept, and shortened before it is sent
# The most characters of each text.
LONGEST = {"name": 50, "unit": 60, "township": 30, "contact": 100, "relation": 15, "place": 100, "story": MOST_KEPT}
_YEARS = range(1900, 3000)


def tidied(content: Content) -> Content:
    """The content without blanks around its texts; what was left blank is nothing, a person without a word too."""
    people = [Person(**{name: _tidy(value) for name, value in fields_of(each).items()}) for each in content.people]
    return msgspec.structs.replace(
        content,
        people=tuple(each for each in people if each != Person()),
        story=_tidy(content.story),
        place=_tidy(content.place),
    )


def unkeepable(content: Content) -> list[FieldError]:
    """What not even a draft can hold: too many people, texts beyond all measure, years of no calendar of ours."""
    found = [FieldError("people", "too_many_people", _too_many())] if len(content.people) > MOST_PEOPLE else []
    for path, name, value in _texts(content):
        if value is not None and len(value) > LONGEST[name]:
            found.append(FieldError(path, "too_long", f"最多 {LONGEST[name]} 个字，请缩短。"))
    for name, day in (("happened_from", content.happened_from), ("happened_until", content.happened_until)):
        if day is not None and day.year not in _YEARS:
            found.append(FieldError(name, "wrong_year", "年份不对，请核对。"))
    return found


def faults(content: Content, *, mode: str, by_unit: bool, pictures: int, today: date) -> list[FieldError]:
    """Every fault of a content that is submitted today with so many pictures. `mode`: of its season.

    A nomination that is judged here tells what was done, when and where; a lead may be short, or a picture of a letter.
    """
    found = unkeepable(content)
    if not content.people:
        found.append(FieldError("people", "required", "请写上您要推荐的人。"))
    for number, person in enumerate(content.people):
        found += _of_person(f"people[{number}]", person, by_unit)
    found += _of_story(content, mode, pictures)
    found += _of_days(content, today)
    if mode == "judged":
        missing = [name for name in ("place", "happened_from") if getattr(content, name) is None]
        found += [FieldError(name, "required", "请填写这一项。") for name in missing]
    return found


def length_of(story: str) -> int:
    """How many characters a story has, blanks and line breaks not counted."""
    return len("".join(story.split()))


def relations_of(by_unit: bool) -> dict[str, str]:
    """The relations from which a nominator chooses."""
    return {code: name for code, name in RELATIONS.items() if (code == OF_A_UNIT) == by_unit}


def _of_person(path: str, person: Person, by_unit: bool) -> Iterator[FieldError]:
    missing = [name for name, value in fields_of(person).items() if value is None]
    yield from (FieldError(f"{path}.{name}", "required", "请填写这一项。") for name in missing)
    if person.name is not None:
        try:
            parse_name(person.name)
        except Invalid as error:
            yield FieldError(f"{path}.name", error.code, "请写真实的完整姓名，2 至 50 个字，不要用符号或者 * 代替。")
    if person.township is not None and person.township not in TOWNSHIPS:
        yield FieldError(f"{path}.township", "not_a_choice", "请从列表里选一个乡镇（街道）；不在本县的选“其他”。")
    if person.relation is not None and person.relation not in relations_of(by_unit):
        yield FieldError(f"{path}.relation", "not_a_choice", "请从列表里选一项。")


def _of_story(content: Content, mode: str, pictures: int) -> Iterator[FieldError]:
    written = length_of(content.story or "")
    if content.letter and pictures == 0:
        yield FieldError("pictures", "picture_needed", "请拍下推荐信上传，或者不勾选“推荐信”，直接写下来。")
    least = {"judged": LEAST_STORY, "referred": 0 if content.letter else LEAST_LEAD}[mode]
    if written == 0 and least:
        yield FieldError("story", "required", f"请写下他或她做了什么，至少 {least} 个字。")
    elif written < least:
        yield FieldError("story", "too_short", f"现在有 {written} 个字，请再写具体些，至少 {least} 个字。")
    if written > MOST_STORY:
        yield FieldError("story", "too_long", f"现在有 {written} 个字，请缩短到 {MOST_STORY:,} 个字以内。")


def _of_days(content: Content, today: date) -> Iterator[FieldError]:
    first, last = content.happened_from, content.happened_until
    for name, day in (("happened_from", first), ("happened_until", last)):
        if day is not None and day > today:
            yield FieldError(name, "in_future", "这一天还没有到，请核对。")
    if last is not None and first is None:
        yield FieldError("happened_from", "required", "请也写上从哪一天开始。")
    if first is not None and last is not None and last < first:
        yield FieldError("happened_until", "ends_before_start", "结束的日子应在开始之后，请核对。")


def _texts(content: Content) -> Iterable[tuple[str, str, str | None]]:
    """Every text with its path and its name in LONGEST."""
    for number, person in enumerate(content.people):
        yield from ((f"people[{number}].{name}", name, value) for name, value in fields_of(person).items())
    yield "story", "story", content.story
    yield "place", "place", content.place


def _too_many() -> str:
    return f"一份推荐最多写 {MOST_PEOPLE} 个人，其他人请另写一份。"


def _tidy(value: Any) -> Any:
    return value.strip() or None if isinstance(value, str) else value
