"""The running server: web processes and one worker under Sanic's manager, each started again when it dies."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from sanic import Sanic
from sanic.mixins import startup
from sanic.worker.constants import ProcessState
from sanic.worker.loader import AppLoader
from sanic.worker.manager import WorkerManager

from backend.app import MODEL_MODULES, job_handlers, open_ledger, repeating_jobs, set_up_process
from backend.database import close_database, open_database
from backend.jobs.schedule import run_until
from backend.jobs.worker import work_until
from backend.secrets import open_vault
from backend.settings import Settings
from media.storage import open_storage

WORKER = "worker"
REST_SECONDS = 1.0

logger = logging.getLogger(__name__)

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
        storage = open_storage(settings)
        ledger = open_ledger()
        handlers = job_handlers(open_vault(settings), ledger, storage)
        await asyncio.gather(work_until(stopped, handlers), run_until(stopped, repeating_jobs(ledger, storage)))
    finally:
        await close_database()


async def _manage(app: Sanic[Any, Any], *_: Any, processes: Mapping[str, Process]) -> None:
    for name, run in processes.items():
        app.manager.manage(name, run, {}, restartable=True)


class Manager(WorkerManager):
    """Sanic's manager, which leaves a killed process dead, and hangs when it is told to stop while it starts."""

    def _all_workers_ack(self) -> bool:
        return self._shutting_down or bool(super()._all_workers_ack())  # type: ignore[no-untyped-call]

    def _sync_states(self) -> None:
        """Called ten times a second while serving."""
        super()._sync_states()  # type: ignore[no-untyped-call]
        for process in list(self.processes):
            if process.state in _DEAD and time.monotonic() > self._rests.get(process.name, 0.0):
                # One that dies at once is not started ten times a second.
                self._rests[process.name] = time.monotonic() + REST_SECONDS
                logger.error("process %s died and is started again", process.name)
                self.restart([process.name])

    @cached_property
    def _rests(self) -> dict[str, float]:
        return {}


_DEAD = (ProcessState.FAILED, ProcessState.COMPLETED)
setattr(startup, "WorkerManager", Manager)  # noqa: B010 (the only way in: `Sanic.serve` names the class itself)
