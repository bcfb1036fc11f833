"""Files of articles and campaigns for everybody: pictures, videos, sounds and PDFs, only while something shows them."""

from uuid import UUID

from backend.content.shown_files import ShownFiles
from media.published import MEDIA_TYPES, no_such_file
from media.storage import Storage, file_gone, store_away
from miniprogram_api.surface.operation import Routes, Streamed, Token
from miniprogram_api.surface.stored_files import streamed

routes = Routes("文章")

MAX_AGE = 300  # seconds for which a phone or a proxy need not ask again


@routes.add(
    "GET",
    "/files/<file_id>/<size>",
    summary="取文章里的图片或附件",
    errors=[no_such_file, file_gone, store_away],
    public=True,
    media_types=tuple(MEDIA_TYPES.values()),
)
async def show_file(file_id: UUID, size: Token, shown: ShownFiles, storage: Storage) -> Streamed:
    """图片的尺寸是 master、middle、small，封面还有 wide、square；视频、音频和 PDF 是 whole，可以分段取。

    文章撤下以后就取不到。
    """
    return await streamed(storage, await shown.one(file_id, size), size, f"public, max-age={MAX_AGE}")
