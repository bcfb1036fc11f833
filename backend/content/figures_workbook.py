"""What was read, as a workbook: one sheet a table of the page."""

from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter

from backend.content.figures import Figures, Line
from backend.spreadsheets.exported import PLAIN, disarm


def write_figures(target: IO[bytes], figures: Figures) -> None:
    """Write the sheets 按天, 按频道, 按活动, 按文章."""
    with xlsxwriter.Workbook(target, dict(PLAIN)) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        days = ((day.isoformat(), reads) for day, reads in figures.by_day)
        _sheet(workbook, bold, "按天", ("日期", "阅读次数"), days)
        for name, title, lines in (
            ("按频道", "频道", figures.channels),
            ("按活动", "宣传活动", figures.campaigns),
            ("按文章", "文章", figures.articles),
        ):
            _sheet(workbook, bold, name, (title, "阅读次数"), _rows(lines))


def _rows(lines: Iterable[Line]) -> Iterable[tuple[str, int]]:
    return ((line.name, line.reads) for line in lines)


def _sheet(workbook: Any, bold: Any, name: str, header: Sequence[str], rows: Iterable[tuple[str, int]]) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, 12)
    for place, text in enumerate(header):
        sheet.write_string(0, place, text, bold)
    for line, (text, reads) in enumerate(rows, start=1):
        sheet.write_string(line, 0, disarm(text))
        sheet.write_number(line, 1, reads)
