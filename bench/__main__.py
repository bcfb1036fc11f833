"""Runs the whole benchmark and prints its table; the exit code says whether every row reached its mark.

SIZE=full measures on a million citizens and ten million entries instead of a tenth of them; ROUNDS=5 takes more rounds.
"""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import chain

from backend.settings import demo_settings
from bench.article import articles
from bench.county import county
from bench.generator import generate
from bench.growth import growth
from bench.imports import imports
from bench.measuring import HEADER, Row
from bench.photos import cost_of_one, eight_at_once, photo
from bench.score import score
from bench.verify import verify
from tests import servers
from tests.prepare_machine import POSTGRESQL

CITIZENS, ENTRIES = 100_000, 1_000_000
FULL = 10  # times as many
UPLOADING = 3000  # citizens of the county in which photos are taken in: enough that no phone meets its limit
SHOWN = ("sanic", "tortoise-orm", "asyncpg", "pillow", "pillow-heif", "cryptography", "msgspec")


def main() -> int:
    """Measure and tell."""
    times = FULL if os.environ.get("SIZE") == "full" else 1
    rounds = max(3, int(os.environ.get("ROUNDS", "3")))
    print(f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in SHOWN), flush=True)
    print(HEADER)
    reached = True
    for row in chain(_on_a_county(times, rounds), _photos()):
        print(row.line(), flush=True)
        reached &= row.reached
    return 0 if reached else 1


def _on_a_county(times: int, rounds: int) -> Iterator[Row]:
    """What is measured on many citizens' data."""
    with _postgres() as url:
        made = generate(url, CITIZENS * times, ENTRIES * times)
        written = (
            f"{made.citizens:,} citizens, {made.records:,} records, {made.entries:,} entries in {made.seconds:.0f} s"
        )
        yield Row("writing the county, of 2 min for each 1,000,000 entries", [made.seconds / 120 / times], 1.0, written)
        yield score(url, made.tokens, rounds)
        yield from articles(url, rounds)
        yield growth(url, made, rounds)
        yield verify(demo_settings(database_url=url), rounds)
        yield from imports(url, rounds)


def _photos() -> Iterator[Row]:
    data = photo()
    with county(UPLOADING) as here:
        yield cost_of_one(here, data)
        yield eight_at_once(here, data)


@contextmanager
def _postgres() -> Iterator[str]:
    programs = POSTGRESQL.find()
    if programs is None:
        raise SystemExit(POSTGRESQL.missing)
    with servers.postgres(programs.parent) as postgres:
        servers.execute(f"{postgres}/postgres", "CREATE DATABASE bench")
        yield f"{postgres}/bench"


def _cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    sys.exit(main())
