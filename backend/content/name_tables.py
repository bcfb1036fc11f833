"""Pure: tables in which people stand by name, and lists of names in the text (charter 4: no list of people)."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from backend.content.finding import Finding
from backend.content.names import is_name, listed_names, masked
from backend.content.passages import Passage

_HEADS = re.compile("姓名|户主|当事人|被执行人|失信人|借款人|法定代表人|责任人|人员名单")
_SERIAL = re.compile("序号|编号|排名|名次|No", re.IGNORECASE)
_DIGIT = re.compile("[0-9０-９]")
_TABLE_ADVICE = "表格里有姓名，旁边还有号码或者金额。请删去姓名一列，或者只留“鲁某”这样的写法。"
_NAMES_ADVICE = "表格里有一列姓名。请确认每一位都同意公开；不能确认的，请删去或者打码。"
_LIST_ADVICE = "失信案例里不能列出个人名单。请删去姓名，或者写成“鲁某”。"
_PEOPLE_ADVICE = "这里列出了几个人的姓名。请确认每一位都同意公开。"
_LEAST = 3  # names that make a column of names, or a list


def table_findings(passages: Sequence[Passage], *, about_failure: bool) -> Iterator[Finding]:
    """Each table with a column of names: it must go beside numbers, and in a case of failure anyway."""
    rows = [each for each in passages if each.kind == "row"]
    for number, table in groupby(sorted(rows, key=lambda row: row.table), key=lambda row: row.table):
        named, lines = _named_line([row.cells for row in table])
        if not named:
            continue
        numbers = any(map(_are_numbers, lines))
        names = [masked("".join(each.split())) for each in named if is_name(each)]
        must = numbers or about_failure
        advice = _TABLE_ADVICE if numbers else _LIST_ADVICE if about_failure else _NAMES_ADVICE
        yield Finding("name_table", f"正文第 {number} 个表格", _few(names), advice, must)


def list_findings(where: str, text: str, *, about_failure: bool) -> Iterator[Finding]:
    """A list of three names or more inside a text."""
    names = listed_names(text)
    if names:
        advice = _LIST_ADVICE if about_failure else _PEOPLE_ADVICE
        yield Finding("name_list", where, _few([masked(each) for each in names]), advice, about_failure)


def column_findings(passages: Sequence[Passage], *, about_failure: bool) -> Iterator[Finding]:
    """Names that stand below each other, one a paragraph."""
    texts = [each for each in passages if each.kind in ("paragraph", "item")]
    for alone, run in groupby(texts, key=lambda passage: is_name(passage.text)):
        names = [masked("".join(each.text.split())) for each in run] if alone else []
        if len(names) >= _LEAST:
            advice = _LIST_ADVICE if about_failure else _PEOPLE_ADVICE
            yield Finding("name_list", "正文", _few(names), advice, about_failure)


def _named_line(grid: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The first line of names, and all lines of its direction: names stand below each other, or beside each other."""
    columns = [[row[place] for row in grid if place < len(row)] for place in range(max(map(len, grid)))]
    for lines in (columns, grid):
        named = next((line for line in lines if _are_names(line)), None)
        if named is not None:
            return named, lines
    return (), ()


def _are_names(column: Sequence[str]) -> bool:
    names = sum(map(is_name, column))
    filled = sum(1 for each in column if each.strip())
    headed = bool(column) and _HEADS.search(column[0]) is not None
    return names > 0 if headed else names >= _LEAST and names >= 0.6 * filled


def _are_numbers(column: Sequence[str]) -> bool:
    """Whether at least half of a column has figures, which are not just the rows' own numbers."""
    if not column or _SERIAL.search(column[0]):
        return False
    filled = [each for each in column if each.strip()]
    figures = [each for each in filled if _DIGIT.search(each)]
    serial = [each.strip(" .、") for each in figures] == [str(number) for number in range(1, len(figures) + 1)]
    return bool(figures) and not serial and len(figures) * 2 >= len(filled) - 1


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:_LEAST]) + (f"等 {len(names)} 人" if len(names) > _LEAST else "")
