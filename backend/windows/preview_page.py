"""The page behind a private preview link: an article before it is published, for who has no account here."""

from uuid import UUID

from markupsafe import Markup
from sanic import Blueprint, HTTPResponse, Request

from backend.cache import Allowance, Cache
from backend.content import preview
from backend.content.look import files_of, look_of
from backend.content.preview import Previewed
from backend.errors import NotFound
from backend.pages.article_look import article_html
from backend.windows.page import page
from backend.windows.shown_once import ShownOnce
from media import published
from media.published import no_such_file
from media.storage import Storage
from miniprogram_api.surface import ranges
from miniprogram_api.surface.speaker import network_of
from miniprogram_api.surface.stored_files import streamed

PATH = "/preview"
OF_ONE_ADDRESS = "120/minute"  # pages, before a made-up link has cost a query; an office may share one address
OF_ONE_LINK = "300/minute"  # pages of a link that works, wherever it was sent
FILES_OF_ONE_ADDRESS = "3000/minute"  # an article shows up to hundreds, and a video is fetched in pieces
_NO_STORE = "private, no-store"  # taken back, it is gone from every phone
_ROBOTS = {"X-Robots-Tag": "noindex, nofollow"}


def blueprint(storage: Storage, cache: Cache) -> Blueprint:
    """The page, and the files that it shows."""
    pages = Blueprint("preview")
    made = ShownOnce()

    async def show_preview(request: Request, token: str) -> HTTPResponse:
        """The newest saved revision as readers would see it, marked as what it is."""
        allowance = await cache.hit(OF_ONE_ADDRESS, "preview", _network(request))
        if not allowance.allowed:
            return _too_often(request, allowance)
        try:
            seen = await preview.shown(token)
        except NotFound as error:
            return _private(page("error.html", 404, request, title="预览已结束", detail=error.detail, request_id=""))
        allowance = await cache.hit(OF_ONE_LINK, "preview-of", str(seen.article.id))
        if not allowance.allowed:
            return _too_often(request, allowance)
        article = await made.get((token, seen.article.version), lambda: _article(token, seen))
        return _private(page("preview.html", request=request, article=article, until=seen.until, live=seen.live))

    async def show_file(request: Request, token: str, file_id: UUID, size: str) -> HTTPResponse | None:
        """One of the article's files. Raises NotFound for what its newest revision does not show."""
        allowance = await cache.hit_here(FILES_OF_ONE_ADDRESS, "preview-files", _network(request))
        if not allowance.allowed:
            return _too_often(request, allowance)
        seen = await preview.shown(token)
        if file_id not in files_of(seen.draft):
            raise no_such_file()
        file = await streamed(storage, await published.one(file_id), size, _NO_STORE)
        file.headers.update(_ROBOTS)
        return await ranges.respond(request, file)

    pages.add_route(show_preview, f"{PATH}/<token:str>", methods=["GET"], name="show_preview")
    address = f"{PATH}/<token:str>/files/<file_id:uuid>/<size:str>"
    pages.add_route(show_file, address, methods=["GET"], name="show_preview_file", error_format="html")
    return pages


async def _article(token: str, seen: Previewed) -> Markup:
    return article_html(await look_of(seen.draft, lambda file_id, size: f"{PATH}/{token}/files/{file_id}/{size}"))


def _network(request: Request) -> str:
    return network_of(str(request.remote_addr or request.ip))


def _too_often(request: Request, allowance: Allowance) -> HTTPResponse:
    detail = f"这个预览打开得太频繁了，请过 {allowance.reset_in} 秒再打开。链接没有失效。"
    answer = page("error.html", 429, request, title="请稍等一会儿", detail=detail, request_id="")
    answer.headers["Retry-After"] = str(allowance.reset_in)
    return _private(answer)


def _private(answer: HTTPResponse) -> HTTPResponse:
    answer.headers.update({"Cache-Control": _NO_STORE, **_ROBOTS})
    return answer
