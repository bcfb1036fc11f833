"""The running server: web processes and one worker under Sanic's manager, each started again when it dies."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, TypeAlias

from sanic import Sanic
from sanic.mixins import startup
from sanic.worker.constants import ProcessState
from sanic.worker.loader import AppLoader
from sanic.worker.manager import WorkerManager

from backend.process import APP_NAME, set_up_process
from backend.secrets import open_vault
from backend.settings import Settings
from backend.worker_process import run_worker
from media.storage import open_storage

WORKER = "worker"
REST_SECONDS = 1.0

logger = logging.getLogger(__name__)

WebApp: TypeAlias = Sanic[Any, Any]
Factory = Callable[[Settings], WebApp]
Process = Callable[[], None]


def serve(settings: Settings, factory: Factory, also: Mapping[str, Process] | None = None) -> None:
    """Serve until interrupted. `factory` builds the app in each web process; `also` names what runs beside them.

    Every process is started afresh and loads what it needs; this one only watches, so its app has the name and no more.
    Raises SettingsError, DomainError or OSError where the processes could not do their work.
    """
    set_up_process(settings)
    open_vault(settings)
    open_storage(settings)
    loader = AppLoader(factory=partial(factory, settings))
    app: WebApp = Sanic(APP_NAME, env_prefix="", configure_logging=False)
    app.main_process_ready(partial(_manage, processes={WORKER: partial(run_worker, settings), **(also or {})}))
    app.prepare(
        host=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        motd=False,
        access_log=False,
    )
    Sanic.serve(primary=app, app_loader=loader)


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
