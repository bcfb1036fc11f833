"""The page behind a private preview link: an article before it is published, for who has no account here."""

from uuid import UUID

from sanic import Blueprint, HTTPResponse, Request

from backend.content import preview
from backend.content.look import files_of, look_of
from backend.errors import NotFound
from backend.pages.article_look import article_html
from backend.windows.page import page
from media import published
from media.published import no_such_file
from media.storage import Storage
from miniprogram_api.surface import ranges
from miniprogram_api.surface.stored_files import streamed

PATH = "/preview"
_NO_STORE = "private, no-store"  # taken back, it is gone from every phone
_ROBOTS = {"X-Robots-Tag": "noindex, nofollow"}


def blueprint(storage: Storage) -> Blueprint:
    """The page, and the files that it shows."""
    pages = Blueprint("preview")

    async def show_file(request: Request, token: str, file_id: UUID, size: str) -> HTTPResponse | None:
        """One of the article's files. Raises NotFound for what its newest revision does not show."""
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


async def show_preview(request: Request, token: str) -> HTTPResponse:
    """The newest saved revision as readers would see it, marked as what it is."""
    try:
        seen = await preview.shown(token)
    except NotFound as error:
        return _private(page("error.html", 404, request, title="预览已结束", detail=error.detail, request_id=""))
    look = await look_of(seen.draft, lambda file_id, size: f"{PATH}/{token}/files/{file_id}/{size}")
    answer = page("preview.html", request=request, article=article_html(look), until=seen.until, live=seen.live)
    return _private(answer)


def _private(answer: HTTPResponse) -> HTTPResponse:
    answer.headers.update({"Cache-Control": _NO_STORE, **_ROBOTS})
    return answer
