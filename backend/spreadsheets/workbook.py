"""The .xlsx archive: guarded against bombs and damage, its visible sheets, and each as a stream of rows.

Own code because calamine 0.9.1, tried for it, sizes its memory by the two cells farthest apart (two cells abort the
process: tafia/calamine#693), gives error cells and formulas without a value as blanks, and holds the sheet whole.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from posixpath import join, normpath
from xml.parsers.expat import ExpatError

from backend.spreadsheets import refusals
from backend.spreadsheets.columns import Record
from backend.spreadsheets.kinds import workbook_or_refuse
from backend.spreadsheets.markup import DoctypeError, elements
from backend.spreadsheets.sheet import SheetReader, read_sheet
from backend.spreadsheets.styles import date_styles
from backend.spreadsheets.texts import SharedTexts, read_shared_texts

_MOST_UNPACKED_BYTES = 512 * refusals.MEGABYTE
_MOST_SMALL_PART_BYTES = 8 * refusals.MEGABYTE  # parts that are read whole
_MOST_DIRECTORY_BYTES = refusals.MEGABYTE
_RATIO_WATCHED_FROM = 16 * refusals.MEGABYTE
_MOST_RATIO = 200  # a million blank styled rows pack 13 to 1, a bomb 1,000 to 1
_ENCRYPTED = 0x1  # bit 0 of a member's flags
_CHUNK = refusals.MEGABYTE
_MERGE = re.compile(rb'mergeCell [^>]{0,200}?ref="[A-Z]+[0-9]+:[A-Z]+([0-9]+)"')
_LONGEST_MERGE = 400


class _Archive(io.BufferedReader):
    """A file whose zip directory is not read at any size: zipfile takes it in one piece, a bomb may have millions."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MOST_DIRECTORY_BYTES:
            raise refusals.bomb()
        return super().read(size)


class Sheet:
    """One visible sheet of a workbook."""

    def __init__(self, workbook: "Workbook", title: str, part: str) -> None:
        self.title: str | None = title
        self._workbook = workbook
        self._part = part

    def records(self) -> Iterator[Record]:
        """Each row that holds something: its number, its cells, and the cells that cannot be read with their code.

        Raises Invalid when the file turns out damaged on the way.
        """
        reader = self._workbook.sheet_reader()
        with _opened(self._workbook.path) as archive, archive.open(self._part) as stream:
            yield from read_sheet(stream, reader)

    def merged_below(self, row_number: int) -> bool:
        """Whether cells are merged below that row. Looks at the raw bytes: the list stands behind all the rows."""
        carried = b""
        with _opened(self._workbook.path) as archive, archive.open(self._part) as stream:
            while chunk := stream.read(_CHUNK):
                seen = carried + chunk
                if b"mergeCell " in seen and any(int(found[1]) > row_number for found in _MERGE.finditer(seen)):
                    return True
                carried = chunk[-_LONGEST_MERGE:]
        return False


class Workbook:
    """The parts of an .xlsx that all its sheets need."""

    def __init__(self, path: Path) -> None:
        """Raises Invalid for another kind of archive, a bomb, a password, or damage."""
        self.path = path
        with _opened(path) as archive:
            parts = frozenset(archive.namelist())
            workbook_or_refuse(parts)
            described = _small_part(archive, "xl/workbook.xml")
            targets = _targets(_small_part(archive, "xl/_rels/workbook.xml.rels"))
            self.sheets = [
                Sheet(self, attributes.get("name", ""), targets[attributes["id"]])
                for name, attributes in described
                if name == "sheet" and attributes.get("state", "visible") == "visible" and attributes["id"] in targets
            ]
            self._from_1904 = any(
                name == "workbookPr" and attributes.get("date1904") in {"1", "true"} for name, attributes in described
            )
            styles = "xl/styles.xml"
            self._dates = date_styles(_small_part(archive, styles)) if styles in parts else []
            self._texts = SharedTexts()
            if "xl/sharedStrings.xml" in parts:
                with archive.open("xl/sharedStrings.xml") as stream:
                    self._texts = read_shared_texts(stream)

    def sheet_reader(self) -> SheetReader:
        """A fresh reader for one pass over one sheet."""
        return SheetReader(self._texts, self._dates, from_1904=self._from_1904)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, once its directory promises to be harmless; all that may break while it is read becomes Invalid.

    zipfile itself never unpacks more of a member than the directory says, so the promise holds.
    """
    try:
        with _Archive(path.open("rb", buffering=0)) as file, zipfile.ZipFile(file) as archive:
            _refuse_harmful(archive.infolist(), path.stat().st_size)
            yield archive
    except DoctypeError:
        raise refusals.bomb() from None
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError):
        raise refusals.damaged() from None
    except (LookupError, ValueError, OverflowError):
        # A number, reference or part name inside is not what the format promises. The message may hold cell text.
        raise refusals.damaged() from None


def _refuse_harmful(members: list[zipfile.ZipInfo], archive_bytes: int) -> None:
    if not all(0 <= member.header_offset < archive_bytes for member in members):
        raise refusals.damaged()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise refusals.encrypted()
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise refusals.damaged()  # the format allows no other packing, and zipfile unpacks others without bound
    if sum(member.file_size for member in members) > _MOST_UNPACKED_BYTES:
        raise refusals.bomb()
    for member in members:
        if member.file_size > _RATIO_WATCHED_FROM and member.file_size > _MOST_RATIO * member.compress_size:
            raise refusals.bomb()


def _small_part(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    if archive.getinfo(part).file_size > _MOST_SMALL_PART_BYTES:
        raise refusals.bomb()
    with archive.open(part) as stream:
        return elements(stream)


def _targets(relationships: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    """Relationship id to the part's name, worksheets only (no charts, dialogs, macros)."""
    return {
        attributes["Id"]: normpath(join("/xl", attributes["Target"])).lstrip("/")
        for name, attributes in relationships
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet")
    }
