"""Runs the whole benchmark and prints its table; the exit code says whether every row reached its mark."""

import os
import platform
import sys
from importlib.metadata import version

from bench.county import county
from bench.measuring import HEADER
from bench.photos import cost_of_one, eight_at_once, photo

CITIZENS = 150
SHOWN = ("sanic", "tortoise-orm", "asyncpg", "pillow", "pillow-heif")


def main() -> int:
    """Measure and tell."""
    print(f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in SHOWN), flush=True)
    data = photo()
    with county(CITIZENS) as here:
        rows = [cost_of_one(here, data), eight_at_once(here, data)]
    print(HEADER)
    for row in rows:
        print(row.line())
    return 0 if all(row.reached for row in rows) else 1


def _cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    sys.exit(main())
