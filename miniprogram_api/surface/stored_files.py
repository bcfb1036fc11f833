"""Published files as answers, of whatever audience: their types, their names, and what browsers may not do."""

from urllib.parse import quote

from media.models import PublishedMedia
from media.published import ALL_SIZES, MEDIA_TYPES, FileSize, file_key, no_such_file
from media.storage import Storage
from miniprogram_api.surface.etags import etag_of
from miniprogram_api.surface.operation import Streamed

# Opened by itself, none of them may run, load or send anything, whatever a browser takes it for.
_HARMLESS = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# Only of a PDF: a browser that opens a video by itself fetches it once more, which a sandbox would forbid.
_SANDBOX = f"{_HARMLESS}; sandbox"


async def streamed(storage: Storage, media: PublishedMedia, size: str, cache_control: str) -> Streamed:
    """One size of a file, ready to be sent. Raises NotFound no_such_file, file_gone; Unavailable."""
    which = size_of(size)
    key = file_key(media, which)
    headers = {
        "Cache-Control": cache_control,
        "Content-Disposition": disposition(media),
        "Content-Security-Policy": _SANDBOX if media.kind == "pdf" else _HARMLESS,
        "X-Content-Type-Options": "nosniff",
    }
    # A key never gets other bytes: another cut of a cover has another key.
    etag = etag_of(key.encode())
    if media.kind != "picture":
        return Streamed(
            MEDIA_TYPES[media.format], media.size, etag, headers, lambda start, end: storage.get_range(key, start, end)
        )
    data = await storage.get(key)

    async def read(start: int, end: int) -> bytes:
        return data[start:end]

    return Streamed(MEDIA_TYPES[media.format], len(data), etag, headers, read)


def size_of(text: str) -> FileSize:
    """A size by its name. Raises NotFound no_such_file."""
    for each in ALL_SIZES:
        if each == text:
            return each
    raise no_such_file()


def disposition(media: PublishedMedia) -> str:
    """Shown where it is; who saves it gets a name without anything that a file system or a header minds."""
    name = "".join(each for each in media.name if each.isalnum() or each in " -_.（）《》、，·").strip(" .")
    if not name:
        return "inline"
    return f"inline; filename*=UTF-8''{quote(f'{name}.{media.format}', safe='')}"
