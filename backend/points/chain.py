"""Pure: the hash chain that ties the entries of one enrolment together."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec

from backend.chain import chain_hash


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
    """The hash of an entry after the one before it: 64 hex digits."""
    return chain_hash(previous, msgspec.structs.astuple(link))
