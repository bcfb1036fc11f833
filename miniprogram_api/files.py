"""Files of articles and campaigns for everybody: pictures, videos, sounds and PDFs, only while something shows them."""

from uuid import UUID

from backend.content.shown_files import ShownFiles
from media.published import MEDIA_TYPES, no_such_file
from media.storage import Storage, file_gone, store_away
from miniprogram_api.surface.operation import Routes, Streamed, Token
from miniprogram_api.surface.stored_files import streamed

routes = Routes("文章")

# For so many seconds a phone or a proxy need not ask, and for so many more it may show what it has while it asks. So a
# picture whose article was retracted is in no cache of anybody's after two minutes; this server gives it to nobody from
# the moment at which the article itself is gone. Asking each time (`no-cache`) would let a reader on a village's 4G
# wait for one more answer a picture whenever she turns back to an article that she has just read; after a minute that
# answer is a 304 of some hundred bytes instead of a picture of some hundred thousand.
MAX_AGE = 60
STALE = 60


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
    found = await shown.one(file_id, size)
    return await streamed(storage, found.media, size, cache_control(found.left))


def cache_control(left: float) -> str:
    """For how long a file may be kept when something appears or ends in `left` seconds: never beyond that."""
    seconds = max(0, int(left))
    max_age = min(MAX_AGE, seconds)
    return f"public, max-age={max_age}, stale-while-revalidate={min(STALE, seconds - max_age)}"
