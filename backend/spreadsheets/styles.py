"""Which cells of an .xlsx are dates, and numbers written as a person would."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

# ECMA-376 part 1, 18.8.30: built-in formats of dates and times; 27-36 and 50-58 are the Chinese, Japanese and Korean.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]|a{3}", re.IGNORECASE)
_DAYS_BEFORE_1904 = 1462
_MOST_SERIAL = 2_958_465  # 9999-12-31
_EXACT_UP_TO = 10**15  # a double keeps 15 digits


def date_styles(elements: list[tuple[str, dict[str, str]]]) -> list[bool]:
    """Of styles.xml: for each cell style, whether it shows a date or time."""
    custom: dict[str, bool] = {}
    styles: list[bool] = []
    inside = False
    for name, attributes in elements:
        if name == "numFmt":
            custom[attributes["numFmtId"]] = _is_date_format(attributes.get("formatCode", ""))
        elif name in {"cellXfs", "/cellXfs"}:
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            styles.append(custom.get(number, int(number) in _BUILT_IN_DATES))
    return styles


def number_text(raw: str) -> str:
    """A number as Excel shows it in a cell without a format: whole ones without a point, 15 digits at most.

    A whole number of 16 digits or more has lost digits; it is given as 4.10423199003070E+17 so that it is noticed.
    Raises ValueError when it is no number.
    """
    if len(raw) <= 15 and raw.isascii() and raw.isdigit():
        return str(int(raw))
    value = float(raw)
    if abs(value) >= _EXACT_UP_TO:
        return f"{value:.14E}"
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


@lru_cache(maxsize=4096)  # a sheet names few days many times
def date_text(raw: str, *, from_1904: bool) -> str:
    """Excel's count of days as 2026-01-31, with the time when there is one; what is no day, as the plain number."""
    days = float(raw) + (_DAYS_BEFORE_1904 if from_1904 else 0)
    if not 1 <= days < _MOST_SERIAL + 1:
        return number_text(raw)
    # Excel has a 29 February 1900 (day 60), so days before it count from a day later.
    start = datetime(1899, 12, 30 if days >= 61 else 31)  # noqa: DTZ001 - a calendar day of no time zone
    moment = start + timedelta(days=int(days), seconds=round(days % 1 * 86_400))
    return moment.date().isoformat() if days == int(days) else moment.isoformat(sep=" ")


def _is_date_format(code: str) -> bool:
    first_section = _NOT_LETTERS.sub("", code).partition(";")[0]
    return _DATE_LETTERS.search(first_section) is not None
