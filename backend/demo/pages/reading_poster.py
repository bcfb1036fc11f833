"""The page of an article's poster, which a phone saves by a long press."""

from uuid import UUID

from sanic import HTTPResponse

from backend.content.posters import Posters, poster_not_ready
from backend.demo.pages.reader import Reader
from backend.errors import Unavailable
from miniprogram_api import article_poster, articles


async def show_poster(reader: Reader, article_id: UUID) -> HTTPResponse:
    """The poster, made now if nobody asked for it before; where that fails, the page says so and leads back."""
    shown = await articles.show_article(article_id)
    fault = ""
    try:
        await article_poster.show_poster(article_id, reader.tools[Posters])
    except Unavailable as error:
        if error.code != poster_not_ready().code:
            raise
        fault = error.detail
    return await reader.show("reading_poster.html", "articles", status=503 if fault else 200, shown=shown, fault=fault)
