"""Where the demo's pictures are painted, taken in and cut ahead of their moment: the county need not wait for them."""

import asyncio
import subprocess
from collections.abc import Collection, Iterable
from typing import Any, Self

from backend.demo import painter
from backend.demo.painter import Thing
from media.covers import SHAPES, Box, checked
from media.pictures import Format, TakenIn
from media.workshop import Workshop

_Cut = tuple[bytes, Box, tuple[int, int], Format]


class Darkroom(Workshop):
    """A real workshop that has begun with these things, in this order, while nobody asks for them yet.

    `covers`: the pictures that will be cut as covers, from their centre.
    """

    def __init__(self, things: Iterable[Thing], covers: Collection[Thing] = ()) -> None:
        super().__init__()
        loop = asyncio.get_running_loop()
        self._coming: dict[Thing, asyncio.Future[bytes]] = {each: loop.create_future() for each in things}
        self._covers = frozenset(covers)
        self._taken: dict[bytes, TakenIn] = {}
        self._cut: dict[_Cut, bytes] = {}
        self._painter: subprocess.Popen[bytes] | None = None
        self._left = False
        self._working = asyncio.create_task(self._work_ahead())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._left = True
        if self._painter is not None:
            self._painter.kill()
        await self.close()
        await asyncio.gather(self._working, return_exceptions=True)

    async def made(self, thing: Thing) -> bytes:
        """The bytes of one of the things. What went wrong on the way to it is raised here."""
        coming = self._coming[thing]
        either: tuple[asyncio.Future[Any], ...] = (coming, self._working)
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            await self._working
        return coming.result()

    async def take_in(self, data: bytes) -> TakenIn:
        """As the workshop does; a photo of this room was taken in already."""
        return self._taken.get(data) or await super().take_in(data)

    async def crop(self, data: bytes, box: Box, size: tuple[int, int], format: Format) -> bytes:
        """As the workshop does; a cover of this room was cut already."""
        return self._cut.get((data, box, size, format)) or await super().crop(data, box, size, format)

    async def _work_ahead(self) -> None:
        self._painter = child = await asyncio.to_thread(painter.started, self._coming)
        try:
            for thing, coming in self._coming.items():
                if self._left:
                    return
                data = await asyncio.to_thread(painter.next_of, child)
                if not isinstance(thing, str):
                    await self._take_in_ahead(data, cover=thing in self._covers)
                coming.set_result(data)
        finally:
            child.kill()
            with child:  # closes its pipes and waits
                pass

    async def _take_in_ahead(self, data: bytes, *, cover: bool) -> None:
        self._taken[data] = taken = await super().take_in(data)
        master = taken.master
        if cover:
            for shape, size in SHAPES.items():
                cut = master.data, checked(shape, None, master.width, master.height), size, master.format
                self._cut[cut] = await super().crop(*cut)
