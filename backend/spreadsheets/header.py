"""Finding the row of titles, which departments like to put under a headline, and matching it to the columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from backend.spreadsheets import refusals
from backend.spreadsheets.cells import clean, fold
from backend.spreadsheets.columns import Column, Record

_SEARCHED_ROWS = 10  # that hold something
_REMARK = re.compile(r"[(\[【〔][^()]*[)\]】〕]$")  # 文书日期（年-月-日）


@dataclass(frozen=True)
class TitleRow:
    """The row that looks most like the header: its titles, and for each the column it names, or None."""

    row_number: int
    titles: tuple[str, ...]
    matches: tuple[Column | None, ...]

    @property
    def known(self) -> int:
        return len({column.key for column in self.matches if column})

    def lacks(self, columns: Sequence[Column]) -> list[str]:
        """The titles of required columns that are not there."""
        present = {column.key for column in self.matches if column}
        return [column.title for column in columns if column.required and column.key not in present]


@dataclass(frozen=True)
class Layout:
    """Where each column asked for stands in a record; an optional one that is not there stands at `width`.

    `untitled`: places up to `width` whose title is blank.
    """

    row_number: int
    places: tuple[int, ...]
    untitled: tuple[int, ...]
    width: int


def find_titles(records: Iterable[Record], columns: Sequence[Column]) -> TitleRow | None:
    """Among the first ten rows that hold something, the first with all required columns, else the nearest.

    None when no row holds anything.
    """
    known = {_normal(title): column for column in columns for title in (column.title, *column.aliases)}
    best: TitleRow | None = None
    filled = (record for record in records if any(map(clean, record[1])))
    for number, cells, _ in islice(filled, _SEARCHED_ROWS):
        titles = tuple(clean(cell) for cell in cells)
        row = TitleRow(number, titles, tuple(_match(title, known) for title in titles))
        if row.known and not row.lacks(columns):
            return row
        if best is None or row.known > best.known:
            best = row
    return best


def lay_out(row: TitleRow, columns: Sequence[Column]) -> Layout:
    """Where the columns stand. Raises Invalid for too many, repeated or unknown columns: none is dropped silently."""
    titled = [place for place, title in enumerate(row.titles) if title]
    if titled[-1] >= refusals.MOST_COLUMNS:
        raise refusals.too_many_columns()
    unknown = [row.titles[place] for place in titled if row.matches[place] is None]
    if unknown:
        raise refusals.columns_unknown(unknown)
    places: dict[str, int] = {}
    twice: list[str] = []
    for place in titled:
        column = row.matches[place]
        if column is not None:
            if column.key in places:
                twice.append(column.title)
            places[column.key] = place
    if twice:
        raise refusals.columns_twice(twice)
    width = titled[-1] + 1
    return Layout(
        row_number=row.row_number,
        places=tuple(places.get(column.key, width) for column in columns),
        untitled=tuple(place for place in range(width) if not row.titles[place]),
        width=width,
    )


def _match(title: str, known: dict[str, Column]) -> Column | None:
    normal = _normal(title)
    return known.get(normal) or known.get(_REMARK.sub("", normal))


def _normal(title: str) -> str:
    return fold(title).strip("*:：").casefold()
