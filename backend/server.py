"""The running server: web processes and one worker under Sanic's manager, each started again when it dies."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sanic import Sanic
from sanic.worker.constants import ProcessState
from sanic.worker.loader import AppLoader
from sanic.worker.manager import WorkerManager

from backend.app import MODEL_MODULES, job_handlers, open_ledger, repeating_jobs, set_up_process
from backend.database import close_database, open_database
from backend.jobs.schedule import run_until
from backend.jobs.worker import work_until
from backend.secrets import open_vault
from backend.settings import Settings

WORKER = "worker"
LOOK_EVERY_SECONDS = 0.5

Factory = Callable[[Settings], Sanic[Any, Any]]
Process = Callable[[], None]


def serve(settings: Settings, factory: Factory, also: Mapping[str, Process] | None = None) -> None:
    """Serve until interrupted. `factory` builds the app in each web process; `also` names what runs beside them."""
    loader = AppLoader(factory=partial(factory, settings))
    app = loader.load()
    app.main_process_ready(partial(_manage, processes={WORKER: partial(run_worker, settings), **(also or {})}))
    app.prepare(
        host=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        motd=False,
        access_log=False,
    )
    Sanic.serve(primary=app, app_loader=loader)


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
        handlers = job_handlers(open_vault(settings), open_ledger())
        await asyncio.gather(work_until(stopped, handlers), run_until(stopped, repeating_jobs()))
    finally:
        await close_database()


async def _manage(app: Sanic[Any, Any], *_: Any, processes: Mapping[str, Process]) -> None:
    for name, run in processes.items():
        app.manager.manage(name, run, {}, restartable=True)
    threading.Thread(target=_watch, args=(app.manager,), name="watchdog", daemon=True).start()


def _watch(manager: WorkerManager) -> None:
    """Ask the manager to start again what died: on its own, Sanic leaves a killed process dead.

    Not before the first web process has said that it serves: until then the manager reads no such message, and ends by
    itself when a process cannot start.
    """
    asked: set[int] = set()
    while not any(process.state is ProcessState.ACKED for process in manager.transient_processes):
        time.sleep(LOOK_EVERY_SECONDS)
    while not manager._shutting_down:
        for process in list(manager.processes):
            if process.pid not in asked and process.exitcode is not None:
                asked.add(process.pid)
                manager.monitor_publisher.send(process.name)
        time.sleep(LOOK_EVERY_SECONDS)
