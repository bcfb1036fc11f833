"""Delimited text (.csv): UTF-8, GB18030 or UTF-16, told by its bytes and read line by line at any size."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from backend.spreadsheets import refusals
from backend.spreadsheets.columns import Record

SEPARATORS = (",", "\t", ";")
_LONGEST_LINE = 262_144  # characters; a fair row of 64 full columns has half as many


class _LineTooLongError(Exception):
    """A line without an end would be read into memory whole."""


class DelimitedFile:
    """A text file in an encoding that `find_encoding` proved for all of it."""

    title = None

    def __init__(self, path: Path, encoding: str, separator: str) -> None:
        self._path = path
        self._encoding = encoding
        self._separator = separator

    def records(self) -> Iterator[Record]:
        """Each record: its number (a cell with line breaks is one row, as in Excel), its cells, no unreadable cells.

        Raises Invalid where quotes or lines break: from there on no cell can be trusted.
        """
        number = 0
        with self._path.open(encoding=self._encoding, newline="") as file:
            try:
                for cells in csv.reader(_lines(file), delimiter=self._separator, strict=True):
                    number += 1
                    yield number, cells, {}
            except csv.Error:
                raise refusals.broken_quotes(number + 1) from None
            except _LineTooLongError:
                raise refusals.line_too_long(number + 1) from None

    def merged_below(self, row_number: int) -> bool:
        """Text has no merged cells."""
        return False


def find_encoding(path: Path) -> str:
    """The encoding in which every byte of the file is text. Raises Invalid when there is none.

    UTF-8 first: Chinese text in GB18030 is practically never valid UTF-8, while the reverse happens.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]  # what Excel calls Unicode text
    elif head.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise refusals.unknown_encoding()


def _decodes(path: Path, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)(errors="strict")  # carries a character across chunks
    with path.open("rb") as file:
        try:
            while chunk := file.read(refusals.MEGABYTE):
                if "\x00" in decoder.decode(chunk):
                    raise refusals.wrong_kind("二进制文件")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise _LineTooLongError
        yield line
