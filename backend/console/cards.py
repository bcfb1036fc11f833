"""The cards of the first page: what waits behind a permission, or why it is closed to her."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What waits behind one permission; `late`: how much of it is past its day."""

    title: str
    waiting: int
    unit: str
    about: str
    path: str
    action: str
    late: int = 0
    more: bool = False  # than are counted


@dataclass(frozen=True)
class Closed:
    """Work that one of her roles would let her do, and the sentence that says why she cannot yet."""

    title: str
    why: str
