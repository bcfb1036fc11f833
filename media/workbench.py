"""The workshop's child: it takes one job after the other from a pipe and answers on another, until its parent is gone.

Start with `python -m media.workbench SECONDS`, of processor time that a job may take. A message is four bytes of length
and MessagePack.
"""

import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from io import FileIO
from typing import IO

import msgspec

from backend.errors import DomainError, trace
from media.certificate_words import CertificateWords
from media.pictures import Format, TakenIn
from media.poster_words import PosterWords

MOST_MEMORY = 1536 * 1024 * 1024  # bytes of address space
MOST_WORK = 10  # seconds of processor time a job; the slowest honest ones, of 50 megapixels, need three
PRIORITY = 10  # of 19: people who read come first


class TakeIn(msgspec.Struct, frozen=True, tag=True):
    """A job: what was sent."""

    data: bytes


class Watermark(msgspec.Struct, frozen=True, tag=True):
    """A job: a picture of ours and the lines to burn in."""

    data: bytes
    lines: list[str]


class Crop(msgspec.Struct, frozen=True, tag=True):
    """A job: a picture of ours, which part of it to cut out, and how large that becomes, in pixels."""

    data: bytes
    box: tuple[int, int, int, int]
    size: tuple[int, int]
    format: Format


class DrawPoster(msgspec.Struct, frozen=True, tag=True):
    """A job: the code that opens an article, its cover if it has one, and what the poster says."""

    data: bytes
    cover: bytes | None
    words: PosterWords


class DrawCertificate(msgspec.Struct, frozen=True, tag=True):
    """A job: what a certificate says; there is no picture on it."""

    words: CertificateWords
    data: bytes = b""


class Done(msgspec.Struct, frozen=True, tag=True):
    """An answer: what was made of a picture."""

    made: TakenIn | bytes


class Refused(msgspec.Struct, frozen=True, tag=True):
    """An answer: the picture cannot be used, and why."""

    code: str
    detail: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """An answer: nobody expected this error. Classes and places only, no message."""

    trace: str


Job = TakeIn | Watermark | Crop | DrawPoster | DrawCertificate
Answer = Done | Refused | Failed


def send(pipe: IO[bytes], message: Job | Answer | None) -> None:
    """Write a whole message. Raises OSError when nobody reads any more."""
    body = msgspec.msgpack.encode(message)
    for part in (len(body).to_bytes(4), body):
        left = memoryview(part)
        while left:
            left = left[pipe.write(left) :]


def receive(pipe: IO[bytes]) -> bytes:
    """Read a whole message. Raises EOFError when the other side is gone."""
    return _exactly(pipe, int.from_bytes(_exactly(pipe, 4)))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    parts = []
    while size:
        part = pipe.read(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def main(most_work: float) -> None:
    """Work until the parent closes the pipe."""
    jobs, answers = _pipes()
    _confine()
    made_by, decoder = _worker(), msgspec.msgpack.Decoder(Job)

    def answer_to(job: Job) -> Answer:
        try:
            return Done(made_by(job))
        except DomainError as refusal:
            return Refused(refusal.code, refusal.detail)
        except Exception as fault:
            return Failed(trace(fault))

    send(answers, None)  # ready
    while True:
        try:
            job = decoder.decode(receive(jobs))
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, most_work)  # its signal kills, also inside of C code
        answer = answer_to(job)
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            send(answers, answer)
        except BrokenPipeError:
            return


def _worker() -> Callable[[Job], TakenIn | bytes]:
    """What does the jobs."""
    from media import certificates, images, posters  # only here: the server itself never loads Pillow

    def made_by(job: Job) -> TakenIn | bytes:
        match job:
            case TakeIn(data):
                return images.take_in(data)
            case Watermark(data, lines):
                return images.watermark(data, lines)
            case Crop(data, box, size, format_):
                return images.crop(data, box, size, format_)
            case DrawPoster(data, cover, words):
                return posters.poster(words, cover, data)
            case DrawCertificate(words):
                return certificates.certificate(words)

    return made_by


def _pipes() -> tuple[FileIO, FileIO]:
    """The two pipes, out of the way of C code that prints."""
    jobs, answers = FileIO(os.dup(0), "r"), FileIO(os.dup(1), "w")
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(silence, number)
    return jobs, answers


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(PRIORITY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who then closes the pipe
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    main(float(sys.argv[1]))
