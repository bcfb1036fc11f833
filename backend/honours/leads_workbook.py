"""Leads as a workbook for the owner; no cell can act as a formula."""

from collections.abc import Sequence
from typing import IO

import xlsxwriter

from backend.honours.leads import Lead
from backend.spreadsheets.exported import PLAIN, disarm

HEADER = ("序号", "姓名", "单位或村", "乡镇、街道", "联系方式", "事迹", "推荐份数")
_WIDTHS = (6, 12, 24, 14, 20, 90, 10)


def write_leads(target: IO[bytes], leads: Sequence[Lead], season: str) -> None:
    """Write one sheet; the season stands above each printed page."""
    with xlsxwriter.Workbook(target, dict(PLAIN)) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        plain = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet("推荐线索")
        sheet.set_header(f"&C{season.replace('&', '&&')[:100]}")
        sheet.freeze_panes(1, 0)
        for place, (title, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        for line, lead in enumerate(leads, start=1):
            texts = (lead.name, lead.unit, lead.township, lead.contact, lead.story)
            sheet.write_number(line, 0, line)
            for place, text in enumerate(texts, start=1):
                sheet.write_string(line, place, disarm(text), plain)
            sheet.write_number(line, len(texts) + 1, lead.nominations)
