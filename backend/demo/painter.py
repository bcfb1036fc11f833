"""The darkroom's child: it makes what the made-up county shows, one thing after the other, until its parent is gone.

Start with `python -m backend.demo.painter`; the orders come in as one list, and each thing goes out as it is done.
Painted in a thread, they would hold up each of the county's deeds by what Python gives one thread at a time.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from io import FileIO
from typing import Literal, cast

import msgspec

from backend.demo.photos.camera import Photo
from backend.demo.photos.posters import Poster
from backend.settings import ROOT
from media.workbench import PRIORITY, Answer, Done, receive, send
from media.workshop import ENVIRONMENT

Attached = Literal["film", "sound", "paper"]
Thing = Photo | Poster | Attached


class _Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to make: one of the three."""

    photo: Photo | None = None
    poster: Poster | None = None
    attached: Attached | None = None


def started(things: Iterable[Thing]) -> subprocess.Popen[bytes]:
    """A painter who makes these, in this order."""
    child = subprocess.Popen(
        [sys.executable, "-m", "backend.demo.painter"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    with cast(FileIO, child.stdin) as orders:
        orders.write(msgspec.msgpack.encode([_order(each) for each in things]))
    return child


def next_of(child: subprocess.Popen[bytes]) -> bytes:
    """The next thing that the painter has made. Raises EOFError when it has stopped."""
    return cast(bytes, msgspec.msgpack.decode(receive(cast(FileIO, child.stdout)), type=Done).made)


def _order(thing: Thing) -> _Order:
    if isinstance(thing, Photo):
        return _Order(photo=thing)
    return _Order(poster=thing) if isinstance(thing, Poster) else _Order(attached=thing)


def _made(order: _Order) -> bytes:
    from backend.demo import article_files  # only here: the county itself never loads FFmpeg
    from backend.demo.photos import camera, posters

    if order.photo is not None:
        return camera.develop(order.photo)
    if order.poster is not None:
        return posters.paint(order.poster)
    makers = {"film": article_files.film, "sound": article_files.sound, "paper": article_files.paper}
    return makers[str(order.attached)]()


def main() -> None:
    """Make all that was ordered."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who then reads no more
    os.nice(PRIORITY)
    orders = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[_Order])
    out = FileIO(1, "w", closefd=False)
    for order in orders:
        answer: Answer = Done(_made(order))
        try:
            send(out, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
