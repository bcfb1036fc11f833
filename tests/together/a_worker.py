"""One of several workers: `python -m tests.together.a_worker DATABASE_URL FILE` writes down each job that it does."""

import asyncio
import os
import sys
from collections.abc import Mapping

from backend.database import close_database, open_database
from backend.jobs.worker import work
from backend.settings import DEMO_SECRETS, Settings
from backend.tables import MODEL_MODULES

PATIENCE = 20  # looks without finding a job


async def work_off(database_url: str, file: str) -> None:
    """Until nothing is due any more."""
    written = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def note(payload: Mapping[str, str]) -> None:
        os.write(written, f"{payload['id']}\n".encode())
        await asyncio.sleep(0.002)

    await open_database(Settings(demo=True, database_url=database_url, **DEMO_SECRETS), MODEL_MODULES)
    idle = 0
    while idle < PATIENCE:
        idle = 0 if await work({"note": note}) else idle + 1
    await close_database()


if __name__ == "__main__":
    asyncio.run(work_off(*sys.argv[1:3]))
