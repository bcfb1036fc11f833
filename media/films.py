"""Videos and sounds written anew: their streams copied, nothing else of the file. The only file that knows PyAV.

It runs in a child process (media/rewriter.py). Nothing is encoded again, so what phones cannot play is refused.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from backend.errors import Invalid
from media.film_ends import box_cut_short, promised_frames
from media.film_words import (
    ERRNO_OF_FULL,
    MOST_SECONDS,
    FileKind,
    Rewritten,
    audio_not_playable,
    file_damaged,
    video_not_playable,
)

_PLAYABLE = {"yuv420p", "yuvj420p"}
_MP3 = {"mp3", "mp3float"}
_HEAD = 12  # bytes in which a file says what it is
# The index first, so that it plays while it loads; and nothing of the program that wrote it.
_INDEX_FIRST = {"movflags": "+faststart", "fflags": "+bitexact"}
_BARE_MP3 = {"id3v2_version": "0", "write_id3v1": "0", "fflags": "+bitexact"}


def rewrite_video(source: IO[bytes], target: str) -> Rewritten:
    """An MP4 of one H.264 stream and at most one sound. Raises Invalid: video_not_playable, file_damaged.

    `target` is the path of a file that is there.
    """
    if _format_of(source) != "mov":
        raise video_not_playable()
    with _named_damage("video"):
        if box_cut_short(source):
            raise ValueError
        with _opened(source, "mov") as film:
            width, height = _shown(film)
        with _opened(source, "mov") as film:
            sound = _sound(film, {"aac"} | _MP3, video_not_playable)
            with _written(target, "mp4", _INDEX_FIRST) as copy:
                seconds = _copied(film, copy, [film.streams.video[0], *sound])
    return Rewritten("mp4", Path(target).stat().st_size, width, height, seconds)


def rewrite_audio(source: IO[bytes], target: str) -> Rewritten:
    """An MP3 or M4A of one stream. Raises Invalid: audio_not_playable, file_damaged. `target` as above."""
    format_ = _format_of(source)
    if format_ is None:
        raise audio_not_playable()
    plain = format_ == "mp3"
    promised = promised_frames(source) if plain else 0
    if not plain and box_cut_short(source):
        raise file_damaged("audio")
    with _named_damage("audio"), _opened(source, format_) as film:
        sound = _sound(film, _MP3 if plain else {"aac"}, audio_not_playable)
        if not sound:
            raise audio_not_playable()
        with _written(target, "mp3" if plain else "ipod", _BARE_MP3 if plain else _INDEX_FIRST) as copy:
            seconds = _copied(film, copy, sound, promised)
    return Rewritten("mp3" if plain else "m4a", Path(target).stat().st_size, seconds=seconds)


@contextmanager
def _named_damage(kind: FileKind) -> Iterator[None]:
    """Whatever the library says of wrong bytes means that the file is damaged; a full disk stays what it is."""
    try:
        yield
    except (FFmpegError, ValueError, IndexError, OverflowError) as fault:
        if (number := getattr(fault, "errno", None)) in ERRNO_OF_FULL:
            raise OSError(number, "full") from None
        raise file_damaged(kind) from fault


def _format_of(source: IO[bytes]) -> str | None:
    """Of which of the two kinds of container it is, by its first bytes; the library is never left to guess."""
    source.seek(0)
    head = source.read(_HEAD)
    if head[4:8] == b"ftyp":
        return "mov"
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2  # MPEG audio, layer 3
    return "mp3" if head.startswith(b"ID3") or frame else None


def _opened(source: IO[bytes], format_: str) -> InputContainer:
    """From its beginning; it may lead to no other file or address."""
    source.seek(0)
    return av.open(source, "r", format=format_, container_options={"protocol_whitelist": "none"})


def _written(target: str, format_: str, options: dict[str, str]) -> OutputContainer:
    return av.open(target, "w", format=format_, container_options=options)


def _shown(film: InputContainer) -> tuple[int, int]:
    """Width and height of its first picture, upright. Raises Invalid when phones cannot show it."""
    if not film.streams.video or film.streams.video[0].codec_context.name != "h264":
        raise video_not_playable()
    stream = film.streams.video[0]
    stream.thread_count = 1
    first = next(film.decode(stream), None)
    if first is None:
        raise file_damaged("video")
    if first.format.name not in _PLAYABLE:
        raise video_not_playable()
    return (first.height, first.width) if first.rotation % 180 else (first.width, first.height)


def _sound(film: InputContainer, codecs: set[str], refusal: Callable[[], Invalid]) -> Sequence[Stream]:
    """The first sound, or none. Raises the refusal when it is of another codec."""
    sound = film.streams.audio[:1]
    if any(each.codec_context is None or each.codec_context.name not in codecs for each in sound):
        raise refusal()
    return sound


def _is_junk(packet: "Packet[Stream]") -> bool:
    """Of an MP3: what stands between or after its frames, which could be anything."""
    if packet.stream.codec_context.name not in _MP3:
        return False
    head = bytes(memoryview(packet)[:2])
    return len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0


def _copied(film: InputContainer, copy: OutputContainer, streams: Sequence[Stream], promised: int = 0) -> int:
    """Copy these streams; how many seconds they play. Raises ValueError when less came than was promised."""
    copies = {each.index: copy.add_stream_from_template(each) for each in streams}
    came = dict.fromkeys(copies, 0)
    longest = 0.0
    for packet in film.demux(*streams):
        if packet.dts is None or _is_junk(packet):  # without a time: the library's way to say that it is done
            continue
        if packet.pts is not None and packet.time_base is not None:
            longest = max(longest, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        came[packet.stream.index] += 1
        packet.stream = copies[packet.stream.index]
        copy.mux_one(packet)
    # Not so many as an MP4's index names: what an edit list cuts away does not come, and should not.
    if any(came[each.index] < max(1, promised) for each in streams):
        raise ValueError
    if not 0 < longest < MOST_SECONDS:
        raise ValueError
    return max(1, round(longest))
