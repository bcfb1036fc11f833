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
    plain = [_moment(each) if isinstance(each, datetime) else each for each in said]
    return hashlib.sha256(previous.encode() + _canonical.encode(plain)).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
