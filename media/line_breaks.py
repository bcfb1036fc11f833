"""Pure: Chinese text into lines, by what may begin and end one (标点避头尾, as GB/T 15834 and clreq have it)."""

import re
from collections.abc import Callable

Measure = Callable[[str], float]  # how wide a text is, in the unit of the line's width

_NOT_FIRST = "，。、；：？！…—～·％‰℃）》〉」』】〕〗］｝”’,.;:?!%)]}"
_NOT_LAST = "（《〈「『【〔〖［｛“‘([{"
_MORE = "…"
_TRAILING = f"{_NOT_LAST}，。、；：,.;: …"  # before `…` none of these looks right
_BLANKS = re.compile(r"\s+")
# What stays together: a word of letters and digits, whatever stands before it that ends no line, and after it that
# begins none.
_UNIT = re.compile(f"[{re.escape(_NOT_LAST)}]*(?:[!-~\\u00a1-\\u024f]+|[^ ])[{re.escape(_NOT_FIRST)}]*| ", re.DOTALL)


def wrapped(text: str, width: float, measure: Measure, most: int) -> tuple[str, ...]:
    """The text in at most so many lines; what does not fit is cut off and `…` stands for it.

    Any run of white space is one blank. Only what alone is wider than a line is broken where it should not be.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(_BLANKS.sub(" ", text).strip(), width, measure):
        if not line or measure(line + unit.rstrip()) <= width:
            line = (line + unit).lstrip()
            continue
        lines.append(line.rstrip())
        line = unit.lstrip()
        if len(lines) > most:
            break
    lines.append(line.rstrip())
    lines = [each for each in lines if each]
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _cut(lines[most - 1], width, measure))


def _units(text: str, width: float, measure: Measure) -> list[str]:
    units: list[str] = []
    for unit in _UNIT.findall(text):
        units += [unit] if measure(unit) <= width else list(unit)
    return units


def _cut(line: str, width: float, measure: Measure) -> str:
    """With `…` at its end, and as much of the line before it as then fits."""
    kept = line.rstrip(_TRAILING)
    while kept and measure(kept + _MORE) > width:
        kept = kept[:-1].rstrip(_TRAILING)
    return kept + _MORE
