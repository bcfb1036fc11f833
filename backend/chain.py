"""Pure: one encoding of a value for hashing and comparing, and the hash that ties rows into a chain."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

_canonical = msgspec.json.Encoder(order="sorted")

Said = str | int | UUID | datetime | None


def canonical(value: object) -> str:
    """The one encoding of a value that is hashed or compared: JSON with sorted keys."""
    return _canonical.encode(value).decode()


def chain_hash(previous: str, said: Sequence[Said]) -> str:
    """SHA-256 over the previous hash and what a row says, in its order: 64 hex digits.

    A moment is said in UTC to the microsecond, because databases give it back in other zones than it was written in.
    """
    return hashlib.sha256(previous.encode() + _canonical.encode([_plain(each) for each in said])).hexdigest()


def _plain(value: Said) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
