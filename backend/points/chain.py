"""Pure: the hash chain that ties the entries of one enrolment together."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import msgspec

_canonical = msgspec.json.Encoder(order="sorted")


class Link(msgspec.Struct, frozen=True):
    """What an entry's hash is taken over, besides the hash before it."""

    id: UUID
    enrolment_id: UUID
    sequence: int
    source: str
    kind: str
    points: int
    why: str
    posted_at: datetime


def first_hash(enrolment_id: UUID, base: int) -> str:
    """The head of an enrolment that began with `base` points and has no entries: 64 hex digits."""
    return hashlib.sha256(f"enrolment:{enrolment_id}:{base}".encode()).hexdigest()


def link_hash(previous: str, link: Link) -> str:
    """SHA-256 over the previous hash and the entry's one canonical encoding: 64 hex digits."""
    posted_at = link.posted_at.astimezone(UTC).isoformat(timespec="microseconds")
    named = (str(link.id), str(link.enrolment_id), link.sequence, link.source)
    said = (link.kind, link.points, link.why, posted_at)
    return hashlib.sha256(previous.encode() + _canonical.encode((*named, *said))).hexdigest()


def canonical(value: object) -> str:
    """The one encoding of a value that is hashed or compared: JSON with sorted keys."""
    return _canonical.encode(value).decode()
