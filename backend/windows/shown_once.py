"""Pieces of pages that take long to make, kept in this process for as long as what they show stays the same."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

from markupsafe import Markup

LIVES = 60  # seconds: what stands beside an article, as the name of its campaign, is not in its key
MOST = 16  # a piece has up to a megabyte


class ShownOnce:
    """The pieces by a key that changes with what they show. One is made at a time, so that a rush makes it once."""

    def __init__(self) -> None:
        self._pieces: dict[Hashable, tuple[float, Markup]] = {}
        self._making = asyncio.Lock()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Markup]]) -> Markup:
        """The piece, made if there is none or it is old. Raises what `make` raises: then nothing is kept."""
        found = self._found(key)
        if found is not None:
            return found
        async with self._making:
            found = self._found(key)
            if found is None:
                found = await make()
                self._keep(key, found)
        return found

    def _found(self, key: Hashable) -> Markup | None:
        ends, piece = self._pieces.get(key, (0.0, Markup()))
        return piece if time.monotonic() < ends else None

    def _keep(self, key: Hashable, piece: Markup) -> None:
        now = time.monotonic()
        living = [(each, kept) for each, kept in self._pieces.items() if now < kept[0] and each != key]
        self._pieces = dict(living[1 - MOST :])  # the oldest go first
        self._pieces[key] = (now + LIVES, piece)
