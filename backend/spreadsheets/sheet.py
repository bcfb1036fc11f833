"""One sheet of an .xlsx as a stream of rows: only rows and cells that hold something, whatever the sheet's size."""

import re
from collections.abc import Iterator
from typing import IO

from backend.spreadsheets import refusals
from backend.spreadsheets.columns import Record
from backend.spreadsheets.markup import feed, new_parser
from backend.spreadsheets.styles import date_text, number_text
from backend.spreadsheets.texts import SharedTexts

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how .xlsx writes what XML cannot hold, such as _x000D_ (22.9.2.19)
_MOST_KEPT = refusals.MOST_CELL_CHARACTERS + 1
_BEYOND = refusals.MOST_COLUMNS  # all cells further right share this place: enough to see that there are some


_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",  # "strict" workbooks
    "",
)
_ELEMENTS = {space + name: name for space in _NAMESPACES for name in ("row", "c", "v", "f", "t", "rPh")}


class SheetReader:
    """Follows the elements of a sheet and collects finished rows. Its methods run millions of times."""

    def __init__(self, texts: SharedTexts, dates: list[bool], *, from_1904: bool) -> None:
        self.rows: list[Record] = []
        self._texts = texts
        self._dates = dates
        self._from_1904 = from_1904
        self._places: dict[str, int] = {}
        self._row_number = 0
        self._cells: list[str] = []
        self._faults: dict[int, str] = {}
        self._cell: dict[str, str] = {}  # the attributes of the cell that is open, or was last
        self._formula = False
        self._parts: list[str] = []
        self._wanted = False
        self._hints = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = _ELEMENTS.get(name)
        if element == "c":
            if "r" not in attributes:
                attributes["r"] = self._next_reference()
            self._cell = attributes
        elif element == "v" or element == "t":
            self._wanted = not self._hints  # phonetic hints (rPh) are no part of a text
        elif element == "row":
            number = attributes.get("r")
            self._row_number = int(number) if number else self._row_number + 1
            self._cell = {}
        elif element == "f":
            self._formula = True
        elif element == "rPh":
            self._hints += 1

    def text(self, text: str) -> None:
        if self._wanted and (not self._parts or sum(map(len, self._parts)) < _MOST_KEPT):
            self._parts.append(text)

    def end(self, name: str) -> None:
        element = _ELEMENTS.get(name)
        if element == "c":
            if self._parts or self._formula:
                self._finish_cell()
        elif element == "v" or element == "t":
            self._wanted = False
        elif element == "row":
            if self._cells or self._faults:
                self.rows.append((self._row_number, self._cells, self._faults))
                self._cells, self._faults = [], {}
        elif element == "rPh":
            self._hints -= 1

    def _finish_cell(self) -> None:
        raw = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        self._parts.clear()
        self._formula = False
        reference, kind = self._cell["r"], self._cell.get("t")
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = min(_place(letters), _BEYOND)
        if kind == "e":
            self._faults[place] = "cell_error_value"
        elif raw:
            cells = self._cells
            if place > len(cells):
                cells.extend([""] * (place - len(cells)))
            text = self._text_of(raw, kind)
            if place == len(cells):
                cells.append(text)
            else:
                cells[place] = text
        elif kind != "str":  # a formula may give an empty text, but without a type nobody has worked it out yet
            self._faults[place] = "formula_without_value"

    def _text_of(self, raw: str, kind: str | None) -> str:
        if kind == "s":
            text = self._texts[int(raw)]
        elif kind is None or kind == "n":
            style = int(self._cell.get("s", 0))
            if style < len(self._dates) and self._dates[style]:
                return date_text(raw.strip(), from_1904=self._from_1904)
            return number_text(raw.strip())
        elif kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        else:
            text = raw  # str, inlineStr, and d: a date in ISO form
        return _ESCAPED.sub(_unescape, text) if "_x" in text else text

    def _next_reference(self) -> str:
        """Cells may do without a reference: each stands to the right of the one before."""
        before = self._cell.get("r")
        return column_letters(_place(before.rstrip("0123456789")) + 1 if before else 0)


def column_letters(place: int) -> str:
    """The column as Excel names it: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _place(letters: str) -> int:
    """0 for A, 26 for AA. Raises ValueError for what names no column."""
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise ValueError("not a cell reference")
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def read_sheet(stream: IO[bytes], reader: SheetReader) -> Iterator[Record]:
    """The sheet's rows that hold something, each with its own number as Excel shows it."""
    parser = new_parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    for _ in feed(parser, stream):
        if reader.rows:
            yield from reader.rows
            reader.rows.clear()


def _unescape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return " " if 0xD800 <= code < 0xE000 else chr(code)  # half a character could not be stored
