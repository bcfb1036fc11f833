"""Files are there whole or not at all, in a folder and in an S3 store; a store that is full or away says so."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from backend.errors import NotFound, Unavailable
from backend.settings import ROOT, Settings, demo_settings
from media.storage import Storage, open_storage
from tests.servers import HERE, free_port

KEY = "pictures/7f/one-master.webp"
S3_KEYS = {"s3_access_key": "made-up", "s3_secret_key": "made-up", "s3_region": "us-east-1"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """moto's S3 in a process of its own: its address, with the bucket `county` in it."""
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", HERE, "-p", str(port)], **quiet)
    address = f"http://{HERE}:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as client:
            for _ in range(200):
                try:
                    client.put(f"{address}/county").raise_for_status()
                    break
                except httpx.TransportError:
                    assert process.poll() is None, "moto's server did not start"
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.together)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty store of each kind."""
    settings = demo_settings(media_store=f"file://{tmp_path / 'media'}")
    if request.param == "s3":
        endpoint = request.getfixturevalue("s3")
        settings = replace(settings, media_store=f"s3://county/{tmp_path.name}", s3_endpoint=endpoint, **S3_KEYS)
    opened = open_storage(settings)
    yield opened
    await opened.delete([kept.key async for kept in opened.list("")])


def s3_settings(endpoint: str) -> Settings:
    return demo_settings(media_store="s3://county/x", s3_endpoint=endpoint, **S3_KEYS)


async def test_what_is_put_is_got_and_listed_and_deleted(store: Storage) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    data = os.urandom(3_000_000)
    await store.put(KEY, data)
    await store.put("imports/other.csv", b"a,b")
    assert await store.get(KEY) == data
    (kept,) = [each async for each in store.list("pictures")]
    assert kept.key == KEY
    assert before < kept.changed_at < datetime.now(UTC) + timedelta(seconds=2)
    await store.delete([KEY])
    assert [each async for each in store.list("pictures")] == []
    assert await store.get("imports/other.csv") == b"a,b"


async def test_what_is_not_there_is_gone_and_deleting_it_is_no_error(store: Storage) -> None:
    with pytest.raises(NotFound, match="file_gone"):
        await store.get(KEY)
    await store.put(KEY, b"x")
    await store.delete(["pictures/7f/missing", KEY, KEY, "pictures/7f/missing-too"])
    assert [each async for each in store.list("")] == []


async def test_many_files_are_listed_all(store: Storage) -> None:
    keys = {f"pictures/{number:02x}/{number}-small.webp" for number in range(60)}
    await asyncio.gather(*(store.put(key, b"x") for key in keys))
    assert {each.key async for each in store.list("pictures")} == keys


async def test_the_same_key_again_replaces_the_whole_file(store: Storage) -> None:
    await store.put(KEY, b"a long first version")
    await store.put(KEY, b"short")
    assert await store.get(KEY) == b"short"


async def test_a_large_file_goes_in_by_pieces_and_any_part_of_it_comes_out(store: Storage) -> None:
    data = bytes(range(251)) * 50_000  # twelve megabytes
    with tempfile.TemporaryFile() as file:
        file.write(data)
        await store.put_file("published/aa/large.mp4", file)
    assert await store.get("published/aa/large.mp4") == data
    assert await store.get_range("published/aa/large.mp4", 6_000_000, 6_000_010) == data[6_000_000:6_000_010]
    assert await store.get_range("published/aa/large.mp4", 0, len(data)) == data
    with pytest.raises(NotFound, match="file_gone"):
        await store.get_range("published/aa/none.mp4", 0, 1)


async def test_a_key_cannot_leave_the_store(tmp_path: Path) -> None:
    store = open_storage(demo_settings(media_store=f"file://{tmp_path / 'media'}"))
    with pytest.raises(ValueError, match="illegal"):
        await store.put("../outside", b"x")
    assert not (tmp_path / "outside").exists()


async def test_the_folder_is_for_this_user_only_and_counts_from_the_project(tmp_path: Path) -> None:
    store = open_storage(demo_settings(media_store=f"file://{tmp_path / 'deep' / 'media'}"))
    await store.put(KEY, b"x")
    assert (tmp_path / "deep" / "media").stat().st_mode & 0o777 == 0o700
    assert demo_settings(media_store="file://var/here").media_folder == ROOT / "var" / "here"


FULL = """
import asyncio, io, resource, signal, sys
from backend.errors import Unavailable
from backend.settings import demo_settings
from media.storage import open_storage

async def run():
    storage = open_storage(demo_settings(media_store=f"file://{sys.argv[1]}"))
    await storage.put("pictures/7f/fits.webp", bytes(100_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        await storage.put("pictures/7f/large.webp", bytes(300_000))
    except Unavailable as error:
        print(error.code, error.retry_after)
    with open("/dev/zero", "rb") as endless, io.BytesIO(endless.read(12_000_000)) as file:
        try:
            await storage.put_file("pictures/7f/larger.mp4", file)
        except Unavailable as error:
            print(error.code, error.retry_after)
    print([kept.key async for kept in storage.list("")])

asyncio.run(run())
"""


def test_a_full_disk_refuses_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The limit on a file's size stands in for the disk: the write fails in its middle, as it does without space."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    folder = tmp_path / "media"
    child = [sys.executable, "-c", FULL, str(folder)]
    done = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[:3] == ["store_full 600", "store_full 600", "['pictures/7f/fits.webp']"]
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["fits.webp"], "no half of the other"


async def test_a_folder_that_is_lost_is_away(tmp_path: Path) -> None:
    """Whatever the folder is called: 507 is also HTTP's word for a store that is full."""
    folder = tmp_path / "run-507" / "media"
    store = open_storage(demo_settings(media_store=f"file://{folder}"))
    (folder / "pictures").write_bytes(b"a file where a folder should be")
    with pytest.raises(Unavailable, match="store_away"):
        await store.put(KEY, b"x")


async def test_what_a_killed_process_left_half_written_is_dropped_when_it_is_old(tmp_path: Path) -> None:
    store = open_storage(demo_settings(media_store=f"file://{tmp_path / 'media'}"))
    await store.put(KEY, b"x")
    half = tmp_path / "media" / "pictures" / "7f" / "two-master.webp#1"
    half.write_bytes(b"half")
    assert [each.key async for each in store.list("")] == [KEY], "a half is no file"
    assert await store.drop_unfinished(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await store.drop_unfinished(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert (half.exists(), await store.get(KEY)) == (False, b"x")


async def test_a_store_that_does_not_answer_is_told_of_soon() -> None:
    store = open_storage(s3_settings(f"http://{HERE}:{free_port()}"))
    async with asyncio.timeout(10):
        for deed in (store.put(KEY, b"x"), store.get(KEY), store.delete([KEY])):
            with pytest.raises(Unavailable, match="store_away"):
                await deed
        with pytest.raises(Unavailable, match="store_away"):
            [each async for each in store.list("")]


@pytest.mark.together
async def test_a_bucket_that_is_not_there_is_away_and_names_no_key_in_the_log(
    s3: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_storage(replace(s3_settings(s3), media_store="s3://no-such-bucket"))
    with pytest.raises(Unavailable, match="store_away"):
        await store.put(KEY, b"x")
    assert "the media store does not answer" in caplog.text
    assert "pictures" not in caplog.text


async def test_plain_http_is_for_this_machine_only() -> None:
    store = open_storage(s3_settings("http://store.example:9000"))
    with pytest.raises(Unavailable, match="store_away"):
        await store.put(KEY, b"x")
