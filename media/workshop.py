"""Where pictures are worked on: a child process of our own, one picture at a time, so that no decoder hurts the server.

The child (media/workbench.py) has a cap on its memory, a low priority, and neither keys nor settings. It is no child
of multiprocessing, because the processes of Sanic may not have any.
"""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from backend.errors import Invalid, Unavailable
from media.certificate_words import CertificateWords
from media.pictures import MOST_BYTES, Format, TakenIn, picture_damaged, picture_too_large
from media.poster_words import PosterWords
from media.workbench import (
    MOST_WORK,
    Answer,
    Crop,
    DrawCertificate,
    DrawPoster,
    Failed,
    Job,
    Refused,
    TakeIn,
    Watermark,
    receive,
    send,
)

JOB_LASTS = 40  # seconds, at most; the child itself gives up after 10 of work
STARTING_LASTS = 30  # seconds, at most, on a busy machine
MOST_WAITING = 16  # pictures, besides the one at work: 160 MB

_ROOT = Path(__file__).parent.parent
# Nothing of the server's environment, where keys may be. One arena keeps the address space near the real use.
ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

_log = logging.getLogger(__name__)
_answer = msgspec.msgpack.Decoder(Answer)
_Result = TypeVar("_Result")


def workshop_busy() -> Unavailable:
    return Unavailable("workshop_busy", "现在上传图片的人比较多，请过一会儿再试。", retry_after=15)


def workshop_away() -> Unavailable:
    return Unavailable("workshop_away", "暂时不能处理图片，请过几分钟再试。", retry_after=60)


class Workshop:
    """One child, started when the first picture comes and again after it died. Belongs to one event loop.

    `most_work`: seconds of processor time that one picture may take.
    """

    def __init__(self, most_work: float = MOST_WORK) -> None:
        self._most_work = most_work
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._closed = False
        self._child: subprocess.Popen[bytes] | None = None
        self._exchange: asyncio.Task[Answer] | None = None

    @property
    def child_id(self) -> int | None:
        """The process id of the child, if there is one."""
        return self._child.pid if self._child is not None else None

    async def take_in(self, data: bytes) -> TakenIn:
        """As `media.images.take_in`. Raises Invalid also for what kills the child; Unavailable when many wait."""
        if len(data) > MOST_BYTES:
            raise picture_too_large(len(data))
        made = await self._made(TakeIn(data))
        assert isinstance(made, TakenIn)  # noqa: S101
        return made

    async def watermark(self, data: bytes, lines: Sequence[str]) -> bytes:
        """As `media.images.watermark`, with the errors of `take_in`."""
        made = await self._made(Watermark(data, list(lines)))
        assert isinstance(made, bytes)  # noqa: S101
        return made

    async def crop(self, data: bytes, box: tuple[int, int, int, int], size: tuple[int, int], format: Format) -> bytes:
        """As `media.images.crop`, with the errors of `take_in`."""
        made = await self._made(Crop(data, box, size, format))
        assert isinstance(made, bytes)  # noqa: S101
        return made

    async def poster(self, words: PosterWords, cover: bytes | None, code: bytes) -> bytes:
        """As `media.posters.poster`, with the errors of `take_in`."""
        made = await self._made(DrawPoster(code, cover, words))
        assert isinstance(made, bytes)  # noqa: S101
        return made

    async def certificate(self, words: CertificateWords) -> bytes:
        """As `media.certificates.certificate`, with the errors of `take_in`."""
        made = await self._made(DrawCertificate(words))
        assert isinstance(made, bytes)  # noqa: S101
        return made

    async def close(self) -> None:
        """End the child; a picture at work is given up, and who waits or comes later is told so."""
        self._closed = True
        self._kill()
        async with self._turn:
            await self._end()

    async def _made(self, job: Job) -> TakenIn | bytes:
        if self._waiting >= MOST_WAITING:
            raise workshop_busy()
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        # Whoever goes away must not leave her answer in the pipe, where the next one would find it.
        self._exchange = asyncio.create_task(self._work(job))
        self._exchange.add_done_callback(lambda _: self._turn.release())
        answer = await asyncio.shield(self._exchange)
        if isinstance(answer, Refused):
            raise Invalid(answer.code, answer.detail)
        if isinstance(answer, Failed):
            _log.error("a picture met an unforeseen error: %s", answer.trace)
            raise picture_damaged()
        return answer.made

    async def _work(self, job: Job) -> Answer:
        try:
            child = await self._living()
            return await self._in_time(JOB_LASTS, lambda: _exchanged(child, job))
        except (EOFError, OSError):
            _log.warning("a picture of %d bytes ended its workshop", len(job.data))
            await self._end()
            raise picture_damaged() from None

    async def _living(self) -> subprocess.Popen[bytes]:
        """The child, ready for a job. Raises Unavailable."""
        if self._closed:
            raise workshop_away()
        if self._child is not None and self._child.poll() is None:
            return self._child
        await self._end()
        try:
            self._child = child = await asyncio.to_thread(_started, self._most_work)
            if self._closed:  # meanwhile
                self._kill()
            await self._in_time(STARTING_LASTS, lambda: receive(_out(child)))
        except (EOFError, OSError):
            await self._end()
            raise workshop_away() from None
        return child

    async def _in_time(self, seconds: float, blocking: Callable[[], _Result]) -> _Result:
        """What a blocking talk with the child gives. Raises EOFError or OSError when the child is dead or too slow."""
        talk = asyncio.create_task(asyncio.to_thread(blocking))
        try:
            await asyncio.wait({talk}, timeout=seconds)
        finally:
            if not talk.done():
                self._kill()  # which ends the talk
        return await talk

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await asyncio.to_thread(_bury, child)


def _started(most_work: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own module, and a number)
        [sys.executable, "-m", "media.workbench", str(most_work)],
        cwd=_ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def _exchanged(child: subprocess.Popen[bytes], job: Job) -> Answer:
    assert child.stdin is not None  # noqa: S101
    send(child.stdin, job)
    answer: Answer = _answer.decode(receive(_out(child)))
    return answer


def _out(child: subprocess.Popen[bytes]) -> IO[bytes]:
    assert child.stdout is not None  # noqa: S101
    return child.stdout


def _bury(child: subprocess.Popen[bytes]) -> None:
    with child:  # closes both pipes and waits
        child.kill()
