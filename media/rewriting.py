"""Videos, sounds and PDFs written anew, each in a child process of its own, so that no parser hurts the server.

The child (media/rewriter.py) has caps on memory, time and what it may write, and neither keys nor settings.
"""

import asyncio
import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from weakref import WeakKeyDictionary

import msgspec

from backend.errors import Invalid, Unavailable
from media.film_words import ERRNO_OF_FULL, MOST_BYTES, FileKind, Rewritten, file_damaged, file_too_large
from media.rewriter import Answer, Failed, Full, Refused
from media.storage import store_full
from media.workshop import ENVIRONMENT

AT_ONCE = 1  # in this process; the others wait
MOST_WAITING = 8
JOB_LASTS = 60  # seconds, at most; the child gives up after 40 of work

_ROOT = Path(__file__).parent.parent
_LONGEST_ANSWER = 64 * 1024  # bytes
_log = logging.getLogger(__name__)
_answer = msgspec.msgpack.Decoder(Answer)


class _Turns:
    """Who is at work, and how many wait, on one event loop."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0


_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns]" = WeakKeyDictionary()


def rewriting_busy() -> Unavailable:
    return Unavailable("rewriting_busy", "现在上传视频和文件的人比较多，请过一会儿再试。", retry_after=30)


async def rewrite(kind: FileKind, source: IO[bytes], target: IO[bytes]) -> Rewritten:
    """Write a clean copy of `source` into `target`, both real open files.

    Raises Invalid (file_too_large, file_damaged and those of media/film_words.py), also for what kills the child;
    Unavailable when many wait or the disk is full.
    """
    if os.fstat(source.fileno()).st_size > MOST_BYTES[kind]:
        raise file_too_large(kind)
    turns = _turns.setdefault(asyncio.get_running_loop(), _Turns())
    if turns.waiting >= MOST_WAITING:
        raise rewriting_busy()
    turns.waiting += 1
    try:
        await turns.free.acquire()
    finally:
        turns.waiting -= 1
    try:
        answer = await _work(kind, source, target)
    finally:
        turns.free.release()
    return _made(kind, answer)


@contextmanager
def temporary_file() -> Iterator[IO[bytes]]:
    """A file without a name: killed at any instant, nothing of it is left. Raises Unavailable store_full."""
    with named_full_disk(), tempfile.TemporaryFile() as file:
        yield file


@contextmanager
def named_full_disk() -> Iterator[None]:
    """A full disk in the domain's words."""
    try:
        yield
    except OSError as error:
        if error.errno in ERRNO_OF_FULL:
            raise store_full() from error
        raise


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a whole file, hex."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _made(kind: FileKind, answer: Answer | None) -> Rewritten:
    if isinstance(answer, Refused):
        raise Invalid(answer.code, answer.detail)
    if isinstance(answer, Full):
        raise store_full()
    if isinstance(answer, Failed):
        _log.error("a %s met an unforeseen error: %s", kind, answer.trace)
    if not isinstance(answer, Rewritten):
        raise file_damaged(kind)
    return answer


class _Life:
    """Of one child: its end may be asked for before it has begun."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._over = False

    def begin(self, child: subprocess.Popen[bytes]) -> None:
        with self._turn:
            self._child = child
        if self._over:
            child.kill()

    def end(self) -> None:
        self._over = True
        with self._turn:
            if self._child is not None:
                self._child.kill()  # one that is done does not feel it


async def _work(kind: FileKind, source: IO[bytes], target: IO[bytes]) -> Answer | None:
    """What the child says; None when it died or took too long. Who goes away ends it."""
    source.flush()
    # Its own: when she goes away their numbers would soon mean other files, and the child may not have begun.
    lent = os.dup(source.fileno()), os.dup(target.fileno())
    life = _Life()
    talk = asyncio.create_task(asyncio.to_thread(_heard, kind, lent, life))
    try:
        await asyncio.wait({talk}, timeout=JOB_LASTS)
    finally:
        life.end()  # which ends the talk
    said = await talk
    try:
        answer: Answer = _answer.decode(said)
    except msgspec.DecodeError:
        _log.warning("a %s of %d bytes ended its rewriter", kind, os.fstat(source.fileno()).st_size)
        return None
    return answer


def _heard(kind: FileKind, lent: tuple[int, int], life: _Life) -> bytes:
    try:
        with _started(kind, *lent) as child:
            life.begin(child)
            assert child.stdout is not None  # noqa: S101
            return child.stdout.read(_LONGEST_ANSWER)
    finally:
        for each in lent:
            os.close(each)


def _started(kind: FileKind, source: int, target: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own module, and numbers)
        [sys.executable, "-m", "media.rewriter", kind, str(source), str(target)],
        cwd=_ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(source, target),
    )
