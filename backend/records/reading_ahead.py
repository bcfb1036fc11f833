"""An import's rows a chunk ahead: while the database works on one, a thread reads and looks through the next."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from itertools import islice

from backend.database import to_the_end
from backend.records.checking import Checker, Looked
from backend.records.columns import FiledRow
from backend.spreadsheets import RowFaults


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: the last one's number and how many, the well-formed ones looked through, the others."""

    ends_at: int
    count: int
    looked: list[Looked]
    malformed: list[RowFaults]
    last: bool  # whether the file ends with it


async def read_ahead(checker: Checker, rows: Iterator[FiledRow | RowFaults], size: int) -> AsyncGenerator[Chunk, None]:
    """The rows in chunks of `size`. Raises Invalid on the way as the reading does.

    However the caller ends, the thread is waited for: it reads a file that may be gone right after.
    """
    beyond: list[FiledRow | RowFaults] = []
    ahead = asyncio.create_task(asyncio.to_thread(_next_chunk, checker, rows, size, beyond))
    try:
        while chunk := await asyncio.shield(ahead):
            ahead = asyncio.create_task(asyncio.to_thread(_next_chunk, checker, rows, size, beyond))
            yield chunk
    finally:
        await to_the_end(_ended(ahead))


def _next_chunk(
    checker: Checker, rows: Iterator[FiledRow | RowFaults], size: int, beyond: list[FiledRow | RowFaults]
) -> Chunk | None:
    """None at the end. Skipping to where a killed import stopped may take seconds, and a worker has other work.

    `beyond` is kept from one chunk to the next: the row that tells whether anything follows.
    """
    ahead = [*beyond, *islice(rows, size + 1 - len(beyond))]
    chunk, beyond[:] = ahead[:size], ahead[size:]
    if not chunk:
        return None
    looked = checker.look(row for row in chunk if isinstance(row, FiledRow))
    malformed = [row for row in chunk if isinstance(row, RowFaults)]
    return Chunk(chunk[-1].row_number, len(chunk), looked, malformed, last=not beyond)


async def _ended(ahead: "asyncio.Task[Chunk | None]") -> None:
    await asyncio.gather(ahead, return_exceptions=True)  # nobody asks any more what it found
