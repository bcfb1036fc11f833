"""Pure: what a nominator writes, and what is kept about a nominee; all optional while it is a draft."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.chain import canonical

MOST_PEOPLE = 5  # in one nomination
LEAST_STORY, MOST_STORY = 200, 3000  # characters; product.md, Honours
LEAST_LEAD = 50  # of a 线索
MOST_PICTURES = 9


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person whom a nomination names."""

    name: str | None = None
    unit: str | None = None  # unit or village
    township: str | None = None
    contact: str | None = None  # how to reach: a phone, or who knows the way
    relation: str | None = None  # of the nominator to this person: words.RELATIONS


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nomination, whole."""

    people: tuple[Person, ...] = ()
    story: str | None = None
    place: str | None = None
    happened_from: date | None = None
    happened_until: date | None = None
    letter: bool = False  # the pictures are of a letter that tells it (a 线索 needs no other words then)


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept about a nominee. `story` and `pictures` are what others would see; the nominee agrees to them."""

    name: str
    unit: str
    contact: str
    story: str
    pictures: tuple[UUID, ...] = ()  # of media's pictures, held by a nomination


def write(value: Content | About) -> str:
    """As it is hidden: canonical JSON."""
    return canonical(msgspec.to_builtins(value))


def read_content(text: str) -> Content:
    """What `write` wrote of a nomination."""
    return msgspec.json.decode(text, type=Content)


def read_about(text: str) -> About:
    """What `write` wrote of a nominee."""
    return msgspec.json.decode(text, type=About)


def fields_of(value: Person) -> dict[str, Any]:
    """A person's fields by name."""
    return {name: getattr(value, name) for name in Person.__struct_fields__}
