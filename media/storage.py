"""Where files are kept: a folder, or an S3-compatible store, by MEDIA_STORE. The only importer of `obstore`."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from backend.errors import NotFound, Unavailable
from backend.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig  # there while types are checked only

logger = logging.getLogger(__name__)

ERRNO_OF_FULL = (27, 28, 122)  # EFBIG, ENOSPC, EDQUOT
_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_FULL_STORE = re.compile(r"StorageFull|QuotaExceeded|InsufficientStorage|507 Insufficient Storage")
_PIECE = 5 * 1024 * 1024  # bytes; no store takes smaller ones
_UNFINISHED = re.compile(r".+#\d+")  # how obstore names a file until it is whole

# A store that is away must be told of soon: a phone waits for the answer.
_CLIENT: "ClientConfig" = {"connect_timeout": timedelta(seconds=3), "timeout": timedelta(seconds=15)}
_RETRY: "RetryConfig" = {"max_retries": 1, "retry_timeout": timedelta(seconds=20)}


@dataclass(frozen=True)
class Kept:
    """One kept file and when it was written."""

    key: str
    changed_at: datetime


def file_gone() -> NotFound:
    return NotFound("file_gone", "文件已经不在了。")


def store_away() -> Unavailable:
    return Unavailable("store_away", "文件暂时无法存取，请稍后再试。", retry_after=30)


def store_full() -> Unavailable:
    return Unavailable("store_full", "存放文件的空间已满，我们正在处理，请过一会儿再试。", retry_after=600)


class Storage:
    """Files by key, `pictures/7f/….webp`. Each is there whole or not at all."""

    def __init__(self, store: LocalStore | S3Store, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder  # of a LocalStore

    async def put(self, key: str, data: bytes) -> None:
        """Write one file, all of it or nothing. Raises Unavailable (store_full, store_away)."""
        with _named_errors():
            # In one request: parts of a broken multipart upload would stay in a bucket unseen.
            await obstore.put_async(self._store, key, data, use_multipart=False)
            if self._folder is not None:
                await asyncio.to_thread(_to_disk, self._folder / key)

    async def get(self, key: str) -> bytes:
        """One file's bytes. Raises NotFound file_gone, Unavailable."""
        try:
            with _named_errors():
                found = await obstore.get_async(self._store, key)
                return bytes(await found.bytes_async())
        except _Missing:
            raise file_gone() from None

    async def put_file(self, key: str, file: IO[bytes]) -> None:
        """Write all of an open file, piece by piece, all or nothing. Raises Unavailable (store_full, store_away).

        An S3 store keeps the unseen pieces of a broken upload: its bucket needs a rule that drops them.
        """
        file.seek(0)
        with _named_errors():
            await obstore.put_async(self._store, key, file, chunk_size=_PIECE, max_concurrency=2)
            if self._folder is not None:
                await asyncio.to_thread(_to_disk, self._folder / key)

    async def get_range(self, key: str, start: int, end: int) -> bytes:
        """The bytes of one file from `start` to before `end`. Raises NotFound file_gone, Unavailable."""
        try:
            with _named_errors():
                return bytes(await obstore.get_range_async(self._store, key, start=start, end=end))
        except _Missing:
            raise file_gone() from None

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete these; one that is missing is no error. Raises Unavailable.

        One by one: a folder gives up a whole batch at the first missing one, and some S3 stores know no batches.
        """
        for key in keys:
            try:
                with _named_errors():
                    await obstore.delete_async(self._store, key)
            except _Missing:
                continue

    async def list(self, prefix: str) -> AsyncIterator[Kept]:
        """Every kept file below `prefix`, in any order. Raises Unavailable."""
        with _named_errors():
            async for chunk in obstore.list(self._store, prefix, chunk_size=1000):
                for each in chunk:
                    yield Kept(each["path"], each["last_modified"])

    async def batches(self, prefix: str, most: int) -> AsyncIterator[Sequence[Kept]]:
        """The same, so many at a time. Raises Unavailable."""
        batch: list[Kept] = []
        async for kept in self.list(prefix):
            batch.append(kept)
            if len(batch) == most:
                yield batch
                batch = []
        if batch:
            yield batch

    async def drop_unfinished(self, before: datetime) -> int:
        """Delete what a killed process had half-written in the folder before an aware moment; how many."""
        return 0 if self._folder is None else await asyncio.to_thread(_drop_unfinished, self._folder, before)


def id_in(key: str) -> UUID | None:
    """Whose file it is, by the id with which its name begins; None for a name that no file of ours has."""
    try:
        return UUID(key.rpartition("/")[2][:36])
    except ValueError:
        return None


def open_storage(settings: Settings) -> Storage:
    """The store of MEDIA_STORE; a folder is made, readable by this user only. An S3 store is not asked yet."""
    folder = settings.media_folder
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Storage(LocalStore(folder), folder)
    place = urlsplit(settings.media_store)
    endpoint = urlsplit(settings.s3_endpoint)
    store = S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        config={
            **({"endpoint": settings.s3_endpoint} if settings.s3_endpoint else {}),
            "region": settings.s3_region,
            "access_key_id": settings.s3_access_key,
            "secret_access_key": settings.s3_secret_key,
            "virtual_hosted_style_request": False,
        },
        client_options={**_CLIENT, "allow_http": endpoint.scheme == "http" and endpoint.hostname in LOOPBACK},
        retry_config=_RETRY,
    )
    return Storage(store)


class _Missing(Unavailable):
    """There is no such file; of a file that is being written: its folder was taken away."""


@contextmanager
def _named_errors() -> Iterator[None]:
    """What the store says, in the domain's words; its own may name folders and addresses, so they are not logged."""
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in str(error):
            away = store_away()
            raise _Missing(away.code, away.detail, retry_after=away.retry_after) from None
        full = _is_full(error)
        logger.error("the media store %s: %s", "is full" if full else "does not answer", type(error).__name__)
        raise (store_full() if full else store_away()) from error


def _is_full(error: Exception) -> bool:
    text = str(error)
    numbers = {int(number) for number in _OS_ERROR.findall(text)} | {getattr(error, "errno", None)}
    return bool(numbers & set(ERRNO_OF_FULL)) or _FULL_STORE.search(text) is not None


def _to_disk(path: Path) -> None:
    """Whoever was told that a picture is kept finds it after a power cut, too."""
    try:
        for each in (path, path.parent):
            handle = os.open(each, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _drop_unfinished(folder: Path, before: datetime) -> int:
    dropped = 0
    for path in folder.rglob("*#*"):
        if _UNFINISHED.fullmatch(path.name) and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
