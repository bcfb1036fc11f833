"""The worker: a process of its own, which loads nothing of the web."""

import asyncio
import signal

from backend.database import close_database, open_database
from backend.jobs.schedule import run_until
from backend.jobs.worker import work_until
from backend.point_sources import open_ledger
from backend.process import set_up_process
from backend.secrets import open_vault
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from backend.worker_jobs import job_handlers, repeating_jobs
from media.storage import open_storage


def run_worker(settings: Settings) -> None:
    """The worker process: promised and repeating jobs until it is told to stop."""
    set_up_process(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await open_database(settings, MODEL_MODULES)
    try:
        storage = open_storage(settings)
        ledger = open_ledger()
        handlers = job_handlers(open_vault(settings), ledger, storage)
        await asyncio.gather(work_until(stopped, handlers), run_until(stopped, repeating_jobs(ledger, storage)))
    finally:
        await close_database()
