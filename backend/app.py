"""The wiring: what exists is named here once and handed down by type."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

from sanic import Sanic

from backend import clock
from backend.cache import Cache
from backend.citizens import idempotency, identity, sessions
from backend.console import all_desks
from backend.content import file_sweeping, publishing
from backend.content.reads import Reads
from backend.content.shown_files import ShownFiles
from backend.content.watch import ContentWatch
from backend.database import close_database, open_database
from backend.department_api import records as department_records
from backend.department_api import serving as department_api
from backend.http_errors import ProblemHandler
from backend.http_headers import SECURITY, close_request, open_request
from backend.jobs import worker
from backend.jobs.schedule import Repeating
from backend.jobs.worker import Handler
from backend.points import checkpoints, lasting, settling
from backend.points.ledger import FactSource, Ledger
from backend.records import approval, import_rows, receiving
from backend.records.facts import record_facts
from backend.repairs import forgetting
from backend.repairs.facts import evidence_facts
from backend.secrets import Vault, open_vault
from backend.settings import Settings
from backend.staff import department_keys, sealing
from backend.staff import sessions as staff_sessions
from backend.wechat import WeChat
from backend.windows import checkpoint_page, preview_page, start_page
from media import sweeping
from media.storage import Storage, open_storage
from media.workshop import Workshop
from miniprogram_api.all_routes import ALL_ROUTES
from miniprogram_api.surface.serving import blueprint

VERSION = "0.1.0"

MODEL_MODULES = (
    "backend.jobs.models",
    "backend.citizens.models",
    "backend.staff.models",
    "backend.notifications.models",
    "backend.points.models",
    "backend.records.models",
    "backend.content.models",
    "backend.repairs.models",
    "media.models",
)

# What may give or take points. Each kind of fact lives above `points`, so it is handed down from here.
FACT_SOURCES: tuple[FactSource, ...] = (record_facts, evidence_facts)

BODY_LIMIT = 64 * 1024
LONGEST = 120  # seconds that a repeating job with much to do keeps the others waiting; the rest is for the next time


def job_handlers(vault: Vault, ledger: Ledger, storage: Storage) -> dict[str, Handler]:
    """What the worker does for each promised job."""
    return {
        approval.POST_APPROVED: lambda payload: approval.post_promised(ledger, vault, payload),
        receiving.IMPORT_RECEIVED: lambda payload: receiving.import_received(ledger, vault, storage, payload),
    }


def repeating_jobs(ledger: Ledger, storage: Storage) -> dict[str, Repeating]:
    """What the worker does every so often."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    return {
        "forget_idempotency_keys": Repeating(day, idempotency.forget_old),
        "forget_binding_tries": Repeating(day, identity.forget_old),
        "forget_sessions": Repeating(day, sessions.forget_expired),
        "forget_staff_sessions": Repeating(day, staff_sessions.forget_expired),
        "forget_request_nonces": Repeating(timedelta(hours=1), department_keys.forget_nonces),
        "seal_audit": Repeating(timedelta(minutes=1), sealing.seal),
        "forget_import_rows": Repeating(day, import_rows.forget_old),
        "sweep_received_files": Repeating(day, lambda: receiving.sweep_received(storage)),
        "forget_drafts": Repeating(day, forgetting.forget_drafts),
        "settle_due": Repeating(hour, lambda: settling.settle_due(ledger, monotonic() + LONGEST)),
        "take_checkpoint": Repeating(hour, checkpoints.take_checkpoint),
        "follow_ends": Repeating(hour, lambda: lasting.follow_ends(monotonic() + LONGEST)),
        "forget_done_jobs": Repeating(day, worker.forget_done),
        "sweep_orphans": Repeating(day, lambda: sweeping.sweep_orphans(storage)),
        "sweep_article_files": Repeating(day, lambda: file_sweeping.sweep(storage)),
        "delete_due_pictures": Repeating(day, lambda: sweeping.delete_due(storage)),
    }


def open_ledger() -> Ledger:
    """The ledger over every kind of fact."""
    return Ledger(FACT_SOURCES)


def open_tools(settings: Settings) -> dict[type, Any]:
    """What handlers may ask for by type."""
    cache = Cache(settings.redis_url)
    wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, settings.wechat_api_url, cache)
    watch = ContentWatch(publishing.next_boundary)
    return {
        Settings: settings,
        Vault: open_vault(settings),
        Cache: cache,
        ContentWatch: watch,
        Reads: Reads(cache, watch),
        ShownFiles: ShownFiles(watch),
        WeChat: wechat,
        Ledger: open_ledger(),
        Storage: open_storage(settings),
        Workshop: Workshop(),
    }


def set_up_process(settings: Settings) -> None:
    """What every process does first: check the settings, set clock and log."""
    settings.check()
    if settings.demo:
        clock.shift(timedelta(days=settings.demo_clock_shift_days))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    logging.getLogger("backend.requests").setLevel(logging.INFO if settings.log_requests else logging.WARNING)
    # An auditor keeps the seals' lines elsewhere; who tries the demo need not see one each minute.
    logging.getLogger("backend.staff.sealing").setLevel(logging.WARNING if settings.demo else logging.INFO)
    # Sanic's own lines repeat paths and arguments; ours name the operation.
    for noisy in ("sanic.root", "sanic.server", "sanic.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it quotes what a broken form says


def create_app(settings: Settings) -> Sanic[Any, Any]:
    """The web application of one process."""
    set_up_process(settings)
    app: Sanic[Any, Any] = Sanic("lushan", env_prefix="", error_handler=ProblemHandler(), configure_logging=False)
    app.config.REQUEST_MAX_SIZE = BODY_LIMIT
    app.config.PROXIES_COUNT = settings.trusted_proxies or None
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 10.0
    app.config.RESPONSE_TIMEOUT = 30
    tools = open_tools(settings)
    app.ctx.tools = tools
    _keep_database_open(app, settings, tools)
    app.register_middleware(open_request, "request", priority=100)
    app.register_middleware(close_request, "response")
    app.blueprint(blueprint(ALL_ROUTES, tools, SECURITY))
    app.blueprint(department_api.blueprint(department_records.routes, VERSION, tools))
    app.blueprint(start_page.blueprint(ALL_ROUTES, VERSION, settings))
    app.blueprint(checkpoint_page.blueprint())
    app.blueprint(preview_page.blueprint(tools[Storage]))
    app.blueprint(all_desks.blueprint(tools))
    return app


def _keep_database_open(app: Sanic[Any, Any], settings: Settings, tools: Mapping[type, Any]) -> None:
    async def begin(_app: Sanic[Any, Any]) -> None:
        await open_database(settings, MODEL_MODULES)
        await tools[ContentWatch].begin()
        await tools[Reads].begin()

    async def end(_app: Sanic[Any, Any]) -> None:
        await tools[Reads].close()
        await tools[ContentWatch].close()
        await tools[Workshop].close()
        await tools[WeChat].close()
        await tools[Cache].close()
        await close_database()

    app.before_server_start(begin)
    app.after_server_stop(end)
