"""The empty workbook that departments fill: each column with its note, numbers as text so that no digit is lost."""

from datetime import date
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from backend.records.cells import CAPACITIES, OCCUPATIONS
from backend.records.columns import record_columns
from backend.records.measures import LISTS, MEASURES

_FORMATTED_ROWS = 2_000
_WIDTHS = {"identity_number": 22, "document_number": 30, "publication_place": 30, "summary": 50, "measures": 50}
_NOTES = {
    "name": "身份证上的完整姓名。",
    "identity_number": "18 位。本列已设为文本，请不要改成数值，否则后几位会丢失。",
    "item_code": "目录里的事项代码。",
    "document_number": "文书上的完整编号，例如 鲁市监罚〔2026〕12号。",
    "document_date": "作出文书的日期，例如 2026-01-31，不晚于今天。",
    "conduct_end": "行为结束的日期，不晚于文书日期。",
    "finality_date": "复议和诉讼期限已过或维持原决定的日期。失信类事项必填。",
    "publication_place": "已在哪里公示，例如网址。没有公示的留空。",
    "quantity": "只填数字，最多一位小数，例如 6.5。目录事项按数量计分时填写。",
    "summary": "一两句话说明事实，不超过 500 字，不写他人姓名和号码。",
    "occupation": "选填，从列表里选。其他职业留空：" + "、".join(OCCUPATIONS) + "。",
    "capacity": "选填：" + "、".join(CAPACITIES) + "。",
    "measures": "选填，只用于失信类事项：正在执行的措施，每条一行（Alt+Enter 换行），"
    "写成 代码｜决定机关｜截止日期｜怎样解除，代码见“措施代码”表。截止日期最多 60 年以后，终身的写这以内的一个日期。",
}
_CHOICES = {"occupation": tuple(OCCUPATIONS), "capacity": tuple(CAPACITIES)}
_DATES = frozenset({"document_date", "conduct_end", "finality_date"})


def write_template(target: Path | IO[bytes]) -> None:
    """Write the template: one sheet to fill, one of notes, one of the measures that may be reported."""
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target) as workbook:
        columns = record_columns(date.max)
        sheet = workbook.add_worksheet("公共信用记录")
        notes = workbook.add_worksheet("填表说明")
        required = workbook.add_format({"bold": True, "bg_color": "#FBE9D7", "bottom": 1})
        optional = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        text = workbook.add_format({"num_format": "@"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            width = _WIDTHS.get(column.key, 14)
            sheet.set_column(place, place, width, day if column.key in _DATES else text)
            sheet.write_string(0, place, column.title, required if column.filled else optional)
            sheet.write_comment(0, place, _NOTES[column.key], {"x_scale": 2})
            if column.key in _CHOICES:
                _offer(sheet, place, column.title, _CHOICES[column.key])
        _write_notes(notes, [(column.title, column.filled, _NOTES[column.key]) for column in columns], required)
        _write_measures(workbook.add_worksheet("措施代码"), required)


def _offer(sheet: Any, place: int, title: str, words: tuple[str, ...]) -> None:
    choice = {"validate": "list", "source": list(words), "error_title": title, "error_message": "请从列表里选。"}
    sheet.data_validation(1, place, _FORMATTED_ROWS, place, choice)


def _write_measures(sheet: Any, title: Any) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 2, 40)
    for place, text in enumerate(("代码", "措施", "所在清单")):
        sheet.write_string(0, place, text, title)
    for line, measure in enumerate(MEASURES.values(), start=1):
        for place, text in enumerate((measure.code, measure.name, LISTS[measure.list])):
            sheet.write_string(line, place, text)


def _write_notes(sheet: Any, lines: list[tuple[str, bool, str]], title: Any) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 80)
    for place, text in enumerate(("列", "必填", "怎么填")):
        sheet.write_string(0, place, text, title)
    for line, (name, filled, note) in enumerate(lines, start=1):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, "是" if filled else "")
        sheet.write_string(line, 2, note)
