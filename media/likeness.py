"""Which pictures are the same or nearly: by digest, and by marks whose bands are looked up in an index, never scanned.

Two marks of 64 bits that differ in at most seven bits agree, in one of four bands of 16 bits at least, in all but one
bit. So each band is asked for its value and its sixteen neighbours, and the few that come back are compared whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tortoise import connections
from tortoise.backends.base.client import BaseDBAsyncClient

from media.models import Picture, PictureMark
from media.pictures import NEAR

BITS = 16  # of a band
BANDS = 4
# A mark that thousands share says nothing: so many rows of one band are looked at, and no more.
MOST_OF_A_BAND = 5000

How = Literal["same_bytes", "near"]


@dataclass(frozen=True, order=True)
class Likeness:
    """One picture that is like another one; `same_bytes` when exactly the same file was sent."""

    picture_id: UUID
    other_id: UUID
    how: How


async def alike(pictures: Sequence[UUID]) -> list[Likeness]:
    """What is like these pictures, among all that something holds or held; not these among themselves.

    A pair is told once: `same_bytes` goes before `near`.
    """
    same = await _same_bytes(pictures)
    known = {(each.picture_id, each.other_id) for each in same}
    near = [each for each in await _near(pictures) if (each.picture_id, each.other_id) not in known]
    return sorted(same + near)


async def _same_bytes(pictures: Sequence[UUID]) -> list[Likeness]:
    own = await Picture.filter(id__in=pictures)
    digests = {picture.original_digest for picture in own}
    others = await Picture.filter(original_digest__in=digests).exclude(held_by=None)
    return [
        Likeness(picture.id, other.id, "same_bytes")
        for picture in own
        for other in others
        if other.original_digest == picture.original_digest and other.id not in pictures
    ]


async def _near(pictures: Sequence[UUID]) -> list[Likeness]:
    connection = connections.get("default")
    found: set[tuple[UUID, UUID]] = set()
    for mark in await PictureMark.filter(picture_id__in=pictures):
        found |= {(mark.picture_id, other) for other in await _near_mark(connection, _bands(mark))}
    held = await Picture.filter(id__in={other for _, other in found}).exclude(held_by=None)
    kept = {picture.id for picture in held} - set(pictures)
    return [Likeness(picture, other, "near") for picture, other in found if other in kept]


async def _near_mark(connection: BaseDBAsyncClient, bands: tuple[int, ...]) -> set[UUID]:
    """The pictures with a mark at most NEAR bits away."""
    rows = await connection.execute_query_dict(candidates_sql(), [*probes(bands)])
    return {UUID(str(row["picture_id"])) for row in rows if _distance(bands, row) <= NEAR}


def candidates_sql() -> str:
    """Four indexed look-ups, one a band, with 17 values each."""
    columns = ", ".join(f"band_{number}" for number in range(BANDS))
    values = BITS + 1

    def look_up(band: int) -> str:
        places = ", ".join(f"${number}" for number in range(band * values + 1, (band + 1) * values + 1))
        rows = f"FROM picture_mark WHERE band_{band} IN ({places}) LIMIT {MOST_OF_A_BAND}"
        # Made of our own names and numbers; the values are arguments.
        return f"SELECT * FROM (SELECT picture_id, {columns} {rows}) AS of_band_{band}"  # noqa: S608

    return " UNION ".join(look_up(band) for band in range(BANDS))


def probes(bands: Iterable[int]) -> Iterator[int]:
    """Each band's value and its sixteen neighbours at one bit's distance."""
    for band in bands:
        yield band
        for bit in range(BITS):
            yield band ^ 1 << bit


def _bands(mark: PictureMark) -> tuple[int, ...]:
    return mark.band_0, mark.band_1, mark.band_2, mark.band_3


def _distance(bands: tuple[int, ...], row: dict[str, int]) -> int:
    return sum((band ^ row[f"band_{number}"]).bit_count() for number, band in enumerate(bands))
