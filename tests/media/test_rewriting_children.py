"""Each file is written anew in a child of its own: what kills it, stops it or floods it hurts nothing else."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

import pytest

from backend.errors import DomainError, Invalid, Unavailable
from media import rewriting
from media.film_words import MOST_BYTES, FileKind
from tests.media.made_films import film, paper, rewritten


@pytest.mark.parametrize("kind", ["video", "audio", "pdf"])
async def test_what_is_too_large_is_not_even_opened(kind: FileKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_work", None)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.truncate(MOST_BYTES[kind] + 1)
        with pytest.raises(Invalid, match="file_too_large"):
            await rewriting.rewrite(kind, source, target)


def children() -> set[int]:
    here = str(os.getpid())
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if words[1] == here and b"media.rewriter" in command:
            found.add(int(stat.parent.name))
    return found


def environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def a_child() -> int:
    async with asyncio.timeout(10):
        while not (found := children()):  # noqa: ASYNC110 (a process tells nobody that it began)
            await asyncio.sleep(0.002)
    return found.pop()


async def test_a_child_that_dies_means_a_damaged_file_and_the_next_one_works() -> None:
    job = asyncio.create_task(rewritten("video", film()))
    os.kill(await a_child(), signal.SIGKILL)
    with pytest.raises(Invalid, match="file_damaged"):
        await job
    assert (await rewritten("video", film()))[0].seconds == 2


async def test_a_file_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "JOB_LASTS", 0.5)
    job = asyncio.create_task(rewritten("video", film()))
    child = await a_child()
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(Invalid, match="file_damaged"):
        await job
    assert children() == set(), "no child, and no zombie of one, is left"


async def test_the_child_has_no_keys_and_little_room() -> None:
    job = asyncio.create_task(rewritten("video", film(seconds=4)))
    child = await a_child()
    os.kill(child, signal.SIGSTOP)
    told = environment(child).split(b"\0")
    os.kill(child, signal.SIGCONT)
    assert {each.partition(b"=")[0] for each in told if each} == {each.encode() for each in rewriting.ENVIRONMENT}
    await job


async def test_who_goes_away_takes_her_child_with_her_and_many_are_asked_to_wait() -> None:
    jobs = [asyncio.create_task(rewritten("video", film())) for _ in range(1 + rewriting.MOST_WAITING)]
    child = await a_child()
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(Unavailable, match="rewriting_busy") as refusal:
        await rewritten("video", film())
    assert refusal.value.retry_after
    jobs[0].cancel()
    ended = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert [each for each in ended[1:] if isinstance(each, BaseException)] == []
    async with asyncio.timeout(10):
        while children():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_full_disk_is_said_as_what_it_is() -> None:
    with tempfile.TemporaryFile() as source, open("/dev/full", "r+b", buffering=0) as target:  # noqa: ASYNC230, PTH123
        source.write(paper())
        with pytest.raises(DomainError) as refusal:
            await rewriting.rewrite("pdf", source, target)
    assert refusal.value.code == "store_full"
