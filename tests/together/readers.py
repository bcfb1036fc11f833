"""Two hundred readers on one server, each with a connection of her own, who open the same pages again and again."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers import HERE

PAUSE = 0.3  # seconds that a reader rests; the test's own machine has to play all of them


@dataclass
class Seen:
    """One answer: when it was asked for, of which path, and what came."""

    asked: float
    path: str
    status: int
    body: bytes


@dataclass
class Rush:
    """All answers so far, by reader."""

    port: int
    seen: dict[int, list[Seen]] = field(default_factory=dict)
    stopped: bool = False

    async def read_on(self, reader: int, paths: Sequence[str]) -> None:
        """One reader's connection; it ends when the server cuts it, which is an error."""
        answers = self.seen.setdefault(reader, [])
        stream, line = await asyncio.open_connection(HERE, self.port)
        address = f"10.{reader // 250}.{reader % 250}.7"
        while not self.stopped:
            path = paths[len(answers) % len(paths)]
            asked = time.monotonic()
            line.write(f"GET {path} HTTP/1.1\r\nHost: here\r\nX-Forwarded-For: {address}\r\n\r\n".encode())
            head = await stream.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split()[0])
            body = await stream.readexactly(length)
            answers.append(Seen(asked, path, int(head.split()[1]), body))
            await asyncio.sleep(PAUSE)
        line.close()

    def all(self) -> list[Seen]:
        return [each for answers in self.seen.values() for each in answers]


@asynccontextmanager
async def rush(port: int, readers: int, paths: Sequence[str]) -> AsyncIterator[Rush]:
    """So many readers at once until the block ends; a connection that breaks fails it."""
    here = Rush(port)
    async with asyncio.TaskGroup() as group:
        for reader in range(readers):
            group.create_task(here.read_on(reader, paths))
        yield here
        here.stopped = True
