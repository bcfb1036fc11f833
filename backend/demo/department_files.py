"""What departments of the demo county file, when they do, and files such as real ones would send."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from backend.citizens.register_columns import register_columns
from backend.demo.people import Person
from backend.records.columns import TITLES
from backend.records.measures import Measure, measures_text
from backend.workdays import is_workday, months_after

# The columns that these files have, in the order of FiledRow; the rest is optional and left out.
_COLUMNS = (
    *("name", "identity_number", "item_code", "document_number", "document_date", "conduct_end"),
    *("finality_date", "publication_place", "quantity", "summary", "measures"),
)
RECORD_HEADER = tuple(TITLES[key] for key in _COLUMNS)
REGISTER_HEADER = tuple(column.title for column in register_columns(date.max))


@dataclass(frozen=True)
class Happening:
    """One fact about one person on its way to a department's file. `filed_on` None: when the department next files."""

    person: Person
    item_code: str
    department: str
    conduct_end: date
    document_date: date
    summary: str
    quantity: float | None = None  # of the item's unit
    finality_date: date | None = None
    publication_place: str = ""
    filed_on: date | None = None
    document_number: str = ""
    measures: tuple[Measure, ...] = ()

    def cells(self) -> list[str]:
        """The row as it stands in a file."""
        quantity = "" if self.quantity is None else f"{self.quantity:g}"
        finality = "" if self.finality_date is None else self.finality_date.isoformat()
        return [
            *(self.person.name, self.person.identity.number, self.item_code, self.document_number),
            *(self.document_date.isoformat(), self.conduct_end.isoformat(), finality),
            *(self.publication_place, quantity, self.summary, measures_text(self.measures)),
        ]

    def pushed(self) -> dict[str, str]:
        """The row as a department's system sends it: the cells that are filled, by their columns' keys."""
        return {key: cell for key, cell in zip(_COLUMNS, self.cells(), strict=True) if cell}


@dataclass(frozen=True)
class DepartmentFile:
    """What one department files on one day."""

    day: date
    department: str
    rows: tuple[Happening, ...]


def arrange(happenings: Iterable[Happening], departments: Mapping[str, str], today: date) -> list[DepartmentFile]:
    """Happenings as the files in which they came, oldest first; what no department has filed by `today` is left out.

    Each department files once a month. `departments` maps codes to names, for the documents' numbers.
    """
    places = {code: place for place, code in enumerate(sorted(departments))}
    files: dict[tuple[date, str], list[Happening]] = defaultdict(list)
    for each in happenings:
        ready_on = max(each.document_date, each.finality_date or each.document_date)
        day = each.filed_on or _next_filing_day(ready_on, places[each.department])
        if day <= today:
            files[day, each.department].append(each)
    numbers: Counter[tuple[str, int]] = Counter()
    return [
        DepartmentFile(day, code, tuple(_numbered(rows, code, departments[code], numbers)))
        for (day, code), rows in sorted(files.items(), key=lambda item: item[0])
    ]


def workday_from(day: date) -> date:
    """`day`, or the first working day after it: offices file nothing on a Sunday."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> None:
    """Write a .csv as a department's program would."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])


def write_workbook(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write an .xlsx with every cell as text, so that no digit of a number is lost."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("公共信用记录")
        text = workbook.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, 20, text)
        for line, cells in enumerate([header, *rows]):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell, text)


def _next_filing_day(ready_on: date, place: int) -> date:
    """The department's next day of the month after `ready_on`, or the working day after that one."""
    day = ready_on.replace(day=3 + place % 24)
    return workday_from(day if day > ready_on else months_after(day, 1))


def _numbered(
    rows: Sequence[Happening], code: str, name: str, numbers: Counter[tuple[str, int]]
) -> Iterable[Happening]:
    """One document names all who have one item in a file; a person's second row in it has its own document."""
    said: dict[tuple[str, date, int], str] = {}
    times: Counter[tuple[str, str, date]] = Counter()
    for row in rows:
        if row.document_number:
            yield row
            continue
        person = (row.person.identity.number, row.item_code, row.document_date)
        document = (row.item_code, row.document_date, times[person])
        times[person] += 1
        if document not in said:
            year = row.document_date.year
            numbers[code, year] += 1
            said[document] = f"鲁示{name.removeprefix('县')[:2]}〔{year}〕{numbers[code, year]}号"
        yield replace(row, document_number=said[document])
