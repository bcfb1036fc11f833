"""The table of texts that an .xlsx keeps beside its sheets, held in few bytes however many there are."""

from array import array
from typing import IO

from backend.spreadsheets import refusals
from backend.spreadsheets.markup import feed, local_name, new_parser

_MOST_BYTES = 160 * refusals.MEGABYTE
_MOST_KEPT = refusals.MOST_CELL_CHARACTERS + 1  # enough to see that a text is too long


class SharedTexts:
    """The texts one after the other in UTF-8, and where each ends: a tenth of the memory of a list of str."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Raises Invalid when the table outgrows what one import may take of memory."""
        self._bytes += text[:_MOST_KEPT].encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > _MOST_BYTES:
            raise refusals.bomb()

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


class _Collector:
    """Joins the runs of one text; phonetic hints (rPh) are no part of it."""

    def __init__(self, texts: SharedTexts) -> None:
        self._texts = texts
        self._parts: list[str] = []
        self._kept = 0
        self._wanted = False
        self._hints = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if local == "si":
            self._parts, self._kept = [], 0
        elif local == "rPh":
            self._hints += 1
        elif local == "t":
            self._wanted = not self._hints

    def end(self, name: str) -> None:
        local = local_name(name)
        if local == "si":
            self._texts.add("".join(self._parts))
        elif local == "rPh":
            self._hints -= 1
        elif local == "t":
            self._wanted = False

    def text(self, text: str) -> None:
        if self._wanted and self._kept < _MOST_KEPT:
            self._parts.append(text)
            self._kept += len(text)


def read_shared_texts(stream: IO[bytes]) -> SharedTexts:
    """The texts of sharedStrings.xml, each cut one character past the limit of a cell."""
    texts = SharedTexts()
    collector = _Collector(texts)
    parser = new_parser()
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    for _ in feed(parser, stream):
        pass
    return texts
