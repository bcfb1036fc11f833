"""Pure: which two pieces of evidence are alike enough to be pointed out. A flag blocks nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

How = Literal["same_bytes", "same_number", "near_picture", "same_time", "filed_record"]

# The surest first: a reviewer reads from the top.
HOWS: tuple[How, ...] = ("same_bytes", "same_number", "filed_record", "same_time", "near_picture")

# What no longer counts, nor will: who was sent away with a service hands the same service in again.
_OVER = frozenset({"withdrawn", "rejected", "reversed"})


class Spell(NamedTuple):
    """When one piece of evidence says that something was done."""

    id: UUID
    starts_at: datetime
    ends_at: datetime


def overlap(one: Spell, other: Spell) -> timedelta:
    """How long both last at the same time; nothing where one ends as the other begins."""
    both = min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at)
    return max(both, timedelta(0))


def at_the_same_time(spell: Spell, others: Iterable[Spell]) -> list[Spell]:
    """Those of the others that overlap with it; itself is none of them."""
    return [each for each in others if each.id != spell.id and overlap(spell, each)]


def worth_a_flag(how: How, other_state: str, *, same_person: bool) -> bool:
    """Whether a likeness to another piece of evidence, in its state, is worth a reviewer's look.

    A draft is nobody's business but its writer's. Whoever withdrew hands in again what she took back, and only what
    still stands or may come to stand can count the same hours twice.
    """
    if other_state == "draft":
        return False
    if how == "same_time":
        return other_state not in _OVER
    return not (same_person and other_state == "withdrawn")
