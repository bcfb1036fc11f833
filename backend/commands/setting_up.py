"""What most commands begin with: checked settings and an open, up-to-date database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from backend.database import close_database, open_database, pending
from backend.process import set_up_process
from backend.settings import Settings, SettingsError
from backend.tables import MODEL_MODULES

T = TypeVar("T")


def with_database(settings: Settings, deed: Callable[[], Awaitable[T]]) -> T:
    """Run `deed` with the database open. Raises SettingsError when migrations are missing."""
    set_up_process(settings)
    return asyncio.run(_open_and_run(settings, deed))


async def refuse_old_database(settings: Settings) -> None:
    """Raise SettingsError when the database lacks migrations: nothing runs on tables that it does not know."""
    if await pending(settings, MODEL_MODULES):
        raise SettingsError("the database is not up to date: run `run.py migrate` first")


async def _open_and_run(settings: Settings, deed: Callable[[], Awaitable[T]]) -> T:
    await refuse_old_database(settings)
    await open_database(settings, MODEL_MODULES)
    try:
        return await deed()
    finally:
        await close_database()
