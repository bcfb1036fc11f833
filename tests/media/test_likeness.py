"""The same and nearly the same pictures are found among 200,000, by index, and nothing else is."""

import random
import sqlite3
import time
from pathlib import Path
from uuid import UUID

import pytest
from tortoise import connections

from media.intake import bands_of, hold
from media.likeness import BANDS, Likeness, alike, candidates_sql, probes
from media.models import Picture
from media.pictures import NEAR
from media.storage import Storage
from tests.media.stored import NEIGHBOUR, OWNER, put
from tests.running_app import both_databases

pytestmark = pytest.mark.usefixtures("database")

MARK = 0x0123_4567_89AB_CDEF
MANY = 200_000


async def held(storage: Storage, holder: str, owner: UUID = OWNER, *, data: bytes = b"", bits: int = MARK) -> UUID:
    """A picture that evidence holds."""
    picture = await put(storage, owner, data, [bits])
    await hold(f"evidence:{holder}", owner, [picture.id])
    return picture.id


def flipped(bits: int, places: list[int]) -> int:
    for place in places:
        bits ^= 1 << place
    return bits


@both_databases
async def test_the_same_file_is_found_whoever_sent_it(storage: Storage) -> None:
    one = await held(storage, "a", data=b"the same", bits=0)
    two = await held(storage, "b", NEIGHBOUR, data=b"the same", bits=MARK)
    await held(storage, "c", data=b"another", bits=0xFFFF_FFFF_0000_0000)
    assert await alike([one]) == [Likeness(one, two, "same_bytes")]
    assert await alike([two]) == [Likeness(two, one, "same_bytes")]


@both_databases
async def test_a_near_one_is_found_however_its_bits_are_spread(storage: Storage) -> None:
    one = await held(storage, "a")
    dice = random.Random(20261123)  # noqa: S311 (pictures, not secrets)
    near, far = set(), set()
    for number in range(12):
        spread = dice.sample(range(64), NEAR)
        near.add(await held(storage, f"near-{number}", bits=flipped(MARK, spread)))
        far.add(await held(storage, f"far-{number}", bits=flipped(MARK, dice.sample(range(64), NEAR + 1))))
    near.add(await held(storage, "equal", bits=MARK))
    near.add(await held(storage, "two bits a band", bits=flipped(MARK, [0, 1, 16, 17, 32, 33, 48])))
    assert {each.other_id for each in await alike([one])} == near
    assert {each.how for each in await alike([one])} == {"near"}


async def test_a_pair_is_told_once_and_as_the_same_bytes_first(storage: Storage) -> None:
    one = await held(storage, "a", data=b"the same")
    two = await held(storage, "b", data=b"the same")
    assert await alike([one]) == [Likeness(one, two, "same_bytes")]


async def test_her_own_pictures_of_one_case_and_those_that_nothing_holds_are_no_likeness(storage: Storage) -> None:
    one, two = await put(storage, bits=[MARK]), await put(storage, bits=[MARK])
    await put(storage, data=b"loose", bits=[MARK])
    await hold("evidence:a", OWNER, [one.id, two.id])
    assert await alike([one.id, two.id]) == []
    assert await alike([]) == []


async def test_a_picture_without_marks_is_like_its_own_bytes_only(storage: Storage) -> None:
    blank = await put(storage, data=b"blank")
    await hold("evidence:a", OWNER, [blank.id])
    await held(storage, "b", bits=0)
    assert await alike([blank.id]) == []


@pytest.fixture
def many(database_url: str) -> None:
    """200,000 pictures of other people, each with a mark, written straight into the file."""
    dice = random.Random(7)  # noqa: S311 (pictures, not secrets)
    rows = [(str(UUID(int=number)), dice.getrandbits(64)) for number in range(1, MANY + 1)]
    with sqlite3.connect(Path(database_url.removeprefix("sqlite://"))) as file:
        file.executemany(
            "INSERT INTO picture (id, owner_id, held_by, position, width, height, format, size, original_digest,"
            " taken_in_at) VALUES (?1, ?1, 'evidence:' || ?1, 0, 1, 1, 'webp', 3, ?1, '2026-11-23 01:00:00+00:00')",
            [(key,) for key, _ in rows],
        )
        file.executemany(
            "INSERT INTO picture_mark (id, picture_id, part, band_0, band_1, band_2, band_3) VALUES (?, ?, 'whole', "
            "?, ?, ?, ?)",
            [(key, key, *bands_of(bits)) for key, bits in rows],
        )
    file.close()


@pytest.mark.slow
async def test_it_stays_quick_among_two_hundred_thousand(storage: Storage, many: None) -> None:
    one = await held(storage, "a")
    two = await held(storage, "b", bits=flipped(MARK, [1, 2, 17, 18, 33, 34, 63]))
    await alike([one])
    began = time.perf_counter()
    for _ in range(10):
        assert Likeness(one, two, "near") in await alike([one])
    assert (time.perf_counter() - began) / 10 < 0.1, "seconds for one picture; a scan takes several times that"
    assert await Picture.all().count() == MANY + 2


async def test_the_marks_are_looked_up_by_index_and_never_scanned(storage: Storage) -> None:
    plan = await connections.get("default").execute_query_dict(
        f"EXPLAIN QUERY PLAN {candidates_sql()}", [*probes(bands_of(MARK))]
    )
    steps = [row["detail"] for row in plan if "picture_mark" in row["detail"]]
    assert len(steps) == BANDS
    assert all(step.startswith("SEARCH picture_mark USING INDEX") for step in steps), steps
    plan = await Picture.filter(original_digest__in=["a", "b"]).exclude(held_by=None).explain()
    assert [row["detail"][:28] for row in plan] == ["SEARCH picture USING INDEX i"], plan
