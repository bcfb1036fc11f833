"""Cells of exported workbooks: no text of anybody's may act as a formula (OWASP: CSV injection)."""

# Full-width signs too: Chinese and Japanese Excel take them for the plain ones when a .csv is opened.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What xlsxwriter is told, so that it makes neither formulas nor links of texts by itself.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}


def disarm(text: str) -> str:
    """The text with an apostrophe before a character that would make a spreadsheet program compute it."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
