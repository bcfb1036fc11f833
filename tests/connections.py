"""Connections of the test's own process."""

import asyncio

from tortoise.connection import get_connection


async def open_all() -> None:
    """Fill PostgreSQL's pool: else the first of several deeds is over before the second one has a connection."""
    connection = get_connection("default")
    if connection.capabilities.dialect == "postgres":
        await asyncio.gather(*(connection.execute_query("SELECT pg_sleep(0.2)") for _ in range(8)))
