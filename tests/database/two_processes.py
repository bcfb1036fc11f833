"""One of two processes that read, then write, one SQLite file: `python -m tests.database.two_processes FILE COUNT`."""

import asyncio
import sys

from tortoise.connection import get_connection

from backend.database import close_database, open_database, transaction
from backend.settings import demo_settings


async def count_up(path: str, times: int) -> None:
    """Each time look how far it got, then say one more, in one deed; plain statements between."""
    settings = demo_settings(database_url=f"sqlite://{path}")
    await open_database(settings, ["tests.database.purses"])
    await get_connection("default").execute_script("CREATE TABLE IF NOT EXISTS step (number INTEGER PRIMARY KEY)")
    for _ in range(times):
        async with transaction() as connection:
            (row,) = await connection.execute_query_dict("SELECT count(*) AS steps FROM step")
            await asyncio.sleep(0)
            await connection.execute_query("INSERT INTO step (number) VALUES ($1)", [row["steps"]])
        await get_connection("default").execute_query("UPDATE step SET number = number WHERE number = 0")
    await close_database()


if __name__ == "__main__":
    asyncio.run(count_up(sys.argv[1], int(sys.argv[2])))
