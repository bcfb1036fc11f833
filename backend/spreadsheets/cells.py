"""Pure: what one cell says, once the dirt that typing, copying and exporting leave on it is gone."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

# Characters that cannot be seen but break every comparison: zero-width, direction marks, byte order mark, soft hyphen.
_INVISIBLE = [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_CONTROL = [*range(0x20), *range(0x7F, 0xA0)]
_SPACES = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]

# Python's GB18030 codec follows the standard of 2000, which put these ideographs into the private use area; names hold
# them. GB 18030-2022 gives them their own places (the last six: the code points that Unicode assigned meanwhile).
_RARE = {
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE864: 0x9FBB, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F,
    0xE855: 0x241FE,
}  # fmt: skip

_CLEANED: dict[int, str | int | None] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys([*_CONTROL, *_SPACES], " "),
    **_RARE,
}

_DATE = re.compile(
    r"(\d{4})(?:\s*[-–—/.]\s*(\d{1,2})\s*[-–—/.]\s*(\d{1,2})|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?|(\d\d)(\d\d))"
    r"(?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_NUMBER_BY_EXCEL = re.compile(r"\d(?:\.\d+)?[eE]\+\d+", re.ASCII)


def clean(text: str) -> str:
    """The cell's text without invisible characters, needless spaces and the apostrophe that marks text in Excel."""
    # Everything above is unprintable in Unicode's sense, so the usual cell is done after this quick look.
    if text.isprintable() and not text.startswith((" ", "'")) and "  " not in text:
        return text.rstrip()
    return " ".join(text.translate(_CLEANED).strip(" '").split())


def fold(text: str) -> str:
    """A number or code with full-width forms made plain (NFKC) and all spaces gone; not for names or prose."""
    if text.isascii() and " " not in text:
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


def lost_digits(text: str) -> bool:
    """Whether Excel took a long number for a quantity and dropped its last digits (4.10423E+17)."""
    return _NUMBER_BY_EXCEL.fullmatch(text) is not None


@lru_cache(maxsize=4096)  # a file names few days many times; no personal data: birth dates do not come this way
def parse_date(text: str) -> date | None:
    """The day that a cell names: 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131; a time of day is dropped.

    None when the text is in no such form. Raises ValueError when it is, but there is no such day.
    """
    match = _DATE.fullmatch(text if text.isascii() else unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    return date(year, month, day)
