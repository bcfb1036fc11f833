"""The worker: a process of its own, which loads nothing of the web."""

import asyncio
import signal

from backend.cache import Cache
from backend.database import close_database, open_database
from backend.jobs.schedule import run_until
from backend.jobs.worker import work_until
from backend.nominations.checking import Checker
from backend.point_sources import open_ledger
from backend.process import set_up_process
from backend.secrets import open_vault
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from backend.wechat import WeChat
from backend.worker_jobs import job_handlers, repeating_jobs, wechat_jobs
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
    cache = Cache(settings.redis_url)
    wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, settings.wechat_api_url, cache)
    await open_database(settings, MODEL_MODULES)
    try:
        storage = open_storage(settings)
        ledger, vault = open_ledger(), open_vault(settings)
        checker = Checker(wechat, vault, settings.public_url if settings.wechat_push_key else "")
        handlers = {**job_handlers(vault, ledger, storage), **wechat_jobs(checker)}
        await asyncio.gather(work_until(stopped, handlers), run_until(stopped, repeating_jobs(vault, ledger, storage)))
    finally:
        await wechat.close()
        await cache.close()
        await close_database()
