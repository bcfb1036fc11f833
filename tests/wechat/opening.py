"""Opening the real client on a stand-in, with a token store as small as can be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.wechat import WeChat

SECRET = "demo-secret"


class Shelf:
    """A token store in memory; it remembers for how long each token was meant to stay."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.seconds: list[int] = []

    async def get(self, key: str) -> str | None:
        await asyncio.sleep(0)
        return self.kept.get(key)

    async def set(self, key: str, value: str, seconds: int) -> None:
        await asyncio.sleep(0)
        self.kept[key] = value
        self.seconds.append(seconds)


@asynccontextmanager
async def opened(
    url: str,
    *,
    app_id: str = "demo-app",
    secret: str = SECRET,
    tokens: Shelf | None = None,
    patience: float = 5,
) -> AsyncIterator[WeChat]:
    """A client of its own for the block; `patience` in seconds to connect and again to be answered."""
    wechat = WeChat(app_id, secret, url, tokens or Shelf(), timeouts=(patience, patience))
    try:
        yield wechat
    finally:
        await wechat.close()
