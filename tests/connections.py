"""Several deeds of the test's own process at the same moment, each with a connection of its own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from tortoise.connection import get_connection

from backend.errors import DomainError


async def open_all() -> None:
    """Fill PostgreSQL's pool: else the first of several deeds is over before the second one has a connection."""
    connection = get_connection("default")
    if connection.capabilities.dialect == "postgres":
        await asyncio.gather(*(connection.execute_query("SELECT pg_sleep(0.2)") for _ in range(8)))


async def tried(deed: Awaitable[object]) -> str:
    """`done`, or the code of the refusal."""
    try:
        await deed
    except DomainError as refused:
        return refused.code
    return "done"


async def at_once(*deeds: Awaitable[object]) -> Counter[str]:
    await open_all()
    return Counter(await asyncio.gather(*map(tried, deeds)))
