"""The wiring of a web process: what exists is named here once and handed down by type."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sanic import Sanic

from backend.cache import Cache
from backend.console import all_desks
from backend.content import publishing
from backend.content.posters import Posters
from backend.content.reads import Reads
from backend.content.shown_files import ShownFiles
from backend.content.watch import ContentWatch
from backend.database import close_database, open_database
from backend.department_api import records as department_records
from backend.department_api import serving as department_api
from backend.http_errors import ProblemHandler
from backend.http_headers import SECURITY, GuardedRequest
from backend.point_sources import open_ledger
from backend.points.ledger import Ledger
from backend.process import APP_NAME, set_up_process
from backend.secrets import Vault, open_vault
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from backend.wechat import WeChat
from backend.wechat_pushes import Pushes
from backend.windows import checkpoint_page, preview_page, start_page
from media.storage import Storage, open_storage
from media.workshop import Workshop
from miniprogram_api import wechat_pushes
from miniprogram_api.all_routes import ALL_ROUTES
from miniprogram_api.surface.kept_answers import KeptAnswers
from miniprogram_api.surface.kept_first import KeptFirst
from miniprogram_api.surface.limits import Readers
from miniprogram_api.surface.serving import blueprint

VERSION = "0.1.0"

BODY_LIMIT = 64 * 1024


def open_tools(settings: Settings) -> dict[type, Any]:
    """What handlers may ask for by type."""
    cache = Cache(settings.redis_url)
    wechat = WeChat(settings.wechat_app_id, settings.wechat_app_secret, settings.wechat_api_url, cache)
    watch = ContentWatch(publishing.next_boundary)
    storage, workshop = open_storage(settings), Workshop()
    readers = Readers(cache, settings.trusted_proxies)
    return {
        Settings: settings,
        Vault: open_vault(settings),
        Cache: cache,
        ContentWatch: watch,
        Readers: readers,
        KeptAnswers: KeptAnswers(watch, readers, SECURITY),
        Reads: Reads(cache, watch),
        ShownFiles: ShownFiles(watch),
        WeChat: wechat,
        Pushes: Pushes(settings.wechat_app_id, settings.wechat_push_token, settings.wechat_push_key),
        Ledger: open_ledger(),
        Storage: storage,
        Workshop: workshop,
        Posters: Posters(watch, storage, workshop, lambda article: article_code(wechat, settings, article)),
    }


async def article_code(wechat: WeChat, settings: Settings, article_id: UUID) -> bytes:
    """The mini-program code that opens an article. Raises Unavailable. Its id in hex just fits WeChat's scene."""
    return await wechat.mini_code(article_id.hex, settings.wechat_article_page, settings.wechat_version)


def create_app(settings: Settings) -> Sanic[Any, Any]:
    """The web application of one process."""
    set_up_process(settings)
    app = KeptFirst(
        APP_NAME,
        env_prefix="",
        request_class=GuardedRequest,
        error_handler=ProblemHandler(),
        configure_logging=False,
    )
    app.config.REQUEST_MAX_SIZE = BODY_LIMIT
    app.config.PROXIES_COUNT = settings.trusted_proxies or None
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 10.0
    app.config.RESPONSE_TIMEOUT = 30
    tools = open_tools(settings)
    app.ctx.tools = tools
    _keep_database_open(app, settings, tools)
    app.ctx.give_kept = tools[KeptAnswers].find
    app.blueprint(blueprint(ALL_ROUTES, tools))
    app.blueprint(wechat_pushes.blueprint(tools[Pushes]))
    app.blueprint(department_api.blueprint(department_records.routes, VERSION, tools))
    app.blueprint(start_page.blueprint(ALL_ROUTES, VERSION, settings))
    app.blueprint(checkpoint_page.blueprint())
    app.blueprint(preview_page.blueprint(tools[Storage], tools[Cache]))
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
