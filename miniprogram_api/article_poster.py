"""The poster of an article, which readers save and share."""

from uuid import UUID

from backend.content.posters import Posters, poster_not_ready
from backend.content.reading import article_not_found, article_retracted
from miniprogram_api.files import cache_control
from miniprogram_api.surface.etags import etag_of
from miniprogram_api.surface.operation import Routes, Streamed

routes = Routes("文章")

_JPEG = "image/jpeg"


@routes.add(
    "GET",
    "/articles/<article_id>/poster",
    summary="文章的分享海报",
    errors=[article_not_found, article_retracted, poster_not_ready],
    public=True,
    media_types=(_JPEG,),
)
async def show_poster(article_id: UUID, posters: Posters) -> Streamed:
    """一张 JPEG 图片：宽 750 像素，不超过 300 KB，有封面、标题、摘要、来源和小程序码。

    码的 scene 是文章 id 去掉连字符的 32 位，打开文章页。人人看到的都一样，图上没有读者的任何信息。
    第一次请求时生成，可能要等几秒。
    """
    shown = await posters.one(article_id)
    headers = {"Cache-Control": cache_control(shown.left), "Content-Disposition": "inline"}

    async def read(start: int, end: int) -> bytes:
        return shown.data[start:end]

    return Streamed(_JPEG, len(shown.data), etag_of(shown.data), headers, read)
