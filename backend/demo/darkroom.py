"""Where the demo's photos are painted and taken in ahead of their moment: the county need not wait for them."""

import asyncio
from collections.abc import Iterable
from typing import Self

from backend.demo.photos.camera import Photo, develop
from backend.demo.photos.posters import Poster, paint
from media.pictures import TakenIn
from media.workshop import Workshop

_AT_ONCE = 3  # one being painted, one in the workshop, one between


class Darkroom(Workshop):
    """A real workshop that has begun with these photos, in this order, while nobody asks for them yet."""

    def __init__(self, photos: Iterable[Photo | Poster]) -> None:
        super().__init__()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._coming = {photo: asyncio.create_task(self._ready(photo)) for photo in dict.fromkeys(photos)}
        self._taken: dict[bytes, TakenIn] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._coming.values():
            task.cancel()
        await asyncio.gather(*self._coming.values(), return_exceptions=True)
        await self.close()

    async def photo(self, photo: Photo | Poster) -> bytes:
        """The bytes of one of the photos. What was wrong with it is raised here."""
        data, self._taken[data] = await self._coming[photo]
        return data

    async def take_in(self, data: bytes) -> TakenIn:
        """As the workshop does; a photo of this room was taken in already."""
        return self._taken.get(data) or await super().take_in(data)

    async def _ready(self, photo: Photo | Poster) -> tuple[bytes, TakenIn]:
        async with self._room:
            data = await asyncio.to_thread(_made, photo)
            return data, await super().take_in(data)


def _made(photo: Photo | Poster) -> bytes:
    return paint(photo) if isinstance(photo, Poster) else develop(photo)
