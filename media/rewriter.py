"""The child that writes one video, sound or PDF anew: confined, without keys, gone when it is done.

Start with `python -m media.rewriter KIND SOURCE TARGET`, the last two open descriptors; it answers in MessagePack.
"""

import os
import resource
import signal
import sys
import warnings
from io import FileIO

import msgspec

from backend.errors import DomainError, trace
from media.film_words import ERRNO_OF_FULL, MOST_BYTES, FileKind, Rewritten

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space; the libraries themselves take a third
MOST_WORK = 40  # seconds of processor time; a video of 100 MB needs about two
MOST_FILES = 32  # open at once
PRIORITY = 10  # of 19: people who read come first


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The file cannot be used, and why."""

    code: str
    detail: str


class Full(msgspec.Struct, frozen=True, tag=True):
    """There is no room to write it."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Nobody expected this error. Classes and places only, no message."""

    trace: str


Answer = Rewritten | Refused | Full | Failed


def main(kind: FileKind, source: int, target: int) -> None:
    """Do the one job."""
    answers = FileIO(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # out of the way of C code that prints
    _confine(kind)
    answers.write(msgspec.msgpack.encode(_answer(kind, source, target)))


def _answer(kind: FileKind, source: int, target: int) -> Answer:
    try:
        return _rewritten(kind, source, f"/proc/self/fd/{target}")
    except DomainError as refusal:
        return Refused(refusal.code, refusal.detail)
    except OSError as fault:
        return Full() if fault.errno in ERRNO_OF_FULL else Failed(trace(fault))
    except Exception as fault:
        return Failed(trace(fault))


def _rewritten(kind: FileKind, source: int, target: str) -> Rewritten:
    # Only the library that is needed, and only here: the server itself never loads either.
    with os.fdopen(source, "rb") as file:
        if kind == "pdf":
            from media.papers import rewrite_pdf

            return rewrite_pdf(file, target)
        from media.films import rewrite_audio, rewrite_video

        return (rewrite_video if kind == "video" else rewrite_audio)(file, target)


def _confine(kind: FileKind) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_WORK, MOST_WORK))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MOST_BYTES[kind], 2 * MOST_BYTES[kind]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(PRIORITY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))  # type: ignore[arg-type]
