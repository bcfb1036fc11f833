"""What people type, and what stands in addresses, as values: nothing for whatever is none."""

from datetime import date
from uuid import UUID


def whole_number(text: str, digits: int) -> int | None:
    """A whole number of at most so many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def day(text: str) -> date | None:
    """A day as a date field sends it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def id_of(text: str) -> UUID | None:
    """The id of a row."""
    try:
        return UUID(text)
    except ValueError:
        return None
