"""Files for the editor's page: uploading, cutting the cover, and looking at what is not published. Answers are JSON."""

from typing import Any
from uuid import UUID

import msgspec
from sanic import HTTPResponse
from sanic.exceptions import PayloadTooLarge, RequestTimeout

from backend.console.desk import Desk
from backend.console.visit import HOME, Visit
from backend.content import files
from backend.content.files import Holder
from backend.errors import Invalid
from backend.pages import typed
from media import film_words, published, rewriting
from media.covers import Box, Shape, wrong_crop
from media.models import PublishedMedia
from media.published import no_such_file
from miniprogram_api.surface import ranges
from miniprogram_api.surface.stored_files import streamed
from miniprogram_api.surface.upload import STAFF, read_upload_into, slot

desk = Desk("article_files")

MOST_BYTES = max(film_words.MOST_BYTES.values())
_WRITE = "write_articles"


def upload_too_large() -> Invalid:
    return Invalid("upload_too_large", f"文件超过 {MOST_BYTES // film_words.MB} MB，没有收下。请压缩或剪短后再上传。")


def upload_too_slow() -> Invalid:
    return Invalid("upload_too_slow", "网络太慢，文件没有传完，没有收下。请换个网络再传一次。")


@desk.add("POST", "/articles/<article_id:uuid>/files", permission=_WRITE, upload=True)
async def take_file(visit: Visit, article_id: UUID) -> HTTPResponse:
    """One picture, video, sound or PDF."""
    return shown_to_page(await received(visit, files.article(article_id)), 201)


@desk.add("POST", "/articles/<article_id:uuid>/cover", permission=_WRITE)
async def cut_cover(visit: Visit, article_id: UUID) -> HTTPResponse:
    """`file`, and `wide` and `square` as left,top,width,height; one that is missing is cut from the centre."""
    file_id, form = _file_id(visit.form.get("file", "")), visit.form
    shapes: dict[Shape, Box | None] = {"wide": _box(form.get("wide")), "square": _box(form.get("square"))}
    media = await files.crop(visit.storage, visit.workshop, visit.staff, article_id, file_id, shapes)
    return shown_to_page(media, 200)


@desk.add("GET", "/articles/files/<file_id:uuid>/<size:str>", permission=_WRITE)
async def show_file(visit: Visit, file_id: UUID, size: str) -> HTTPResponse:
    """A file of any article, published or not, for who writes and reviews."""
    media = await published.one(file_id)
    return await ranges.respond(visit.request, await streamed(visit.storage, media, size, "private, max-age=300"))


async def received(visit: Visit, holder: Holder) -> PublishedMedia:
    """The file of the form that comes in, kept for an article or a campaign. The route is declared with `upload`.

    Raises what `content.files.upload` raises, and Invalid for what is too large, too slow or no form.
    """
    try:
        with slot(f"{STAFF}{visit.staff.id}"), rewriting.temporary_file() as file:
            texts = await read_upload_into(visit.request, MOST_BYTES, file)
            return await files.upload(visit.storage, visit.workshop, visit.staff, holder, file, texts.get("name", ""))
    except PayloadTooLarge:
        raise upload_too_large() from None
    except RequestTimeout:
        raise upload_too_slow() from None


def shown_to_page(media: PublishedMedia, status: int) -> HTTPResponse:
    """What the page needs to know of a file: where it is, and how large in pixels, bytes or seconds."""
    said: dict[str, Any] = {
        "id": media.id,
        "kind": media.kind,
        "name": media.name,
        "size": media.size,
        "width": media.width,
        "height": media.height,
        "seconds": media.seconds,
        "crops": published.boxes_of(media),
        "urls": {size: f"{HOME}/articles/files/{media.id}/{size}" for size in published.sizes_of(media)},
    }
    said["url"] = said["urls"].get("middle") or said["urls"]["whole"]
    return HTTPResponse(msgspec.json.encode(said), status, {"Cache-Control": "no-store"}, "application/json")


def _file_id(text: str) -> UUID:
    file_id = typed.id_of(text)
    if file_id is None:
        raise no_such_file()
    return file_id


def _box(text: str | None) -> Box | None:
    """Four whole numbers, or nothing. Raises Invalid wrong_crop."""
    if not text:
        return None
    numbers = [number for each in text.split(",") if (number := typed.whole_number(each, 5)) is not None]
    if len(numbers) != 4 or text.count(",") != 3:
        raise wrong_crop()
    left, top, width, height = numbers
    return left, top, width, height
