"""Pure: on which line of a catalogue file a fault stands, as near as its place tells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.records.strict_toml import Fault

_TABLE = re.compile(r"\s*\[\[?\s*(\w+)\s*\]\]?")
_KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*=\s*(.*)")
_PLACE = re.compile(r"第 (\d+) 行")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_NAMES = ("code", "domain", "kind")  # by which the linter calls an item or a level, a cap, a rule of evidence
_OPEN = re.compile(r'"""|\'\'\'')


@dataclass
class _Block:
    """The keys between one table's head and the next, each with its line."""

    table: str
    line: int
    keys: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Index:
    """The blocks by their table and by what they are called; of two of one name the first is meant."""

    def __init__(self, blocks: list[_Block]) -> None:
        self.top = blocks[0]
        self.tables: dict[str, list[_Block]] = {}
        self.named: dict[tuple[str, str], _Block] = {}
        for block in blocks:
            self.tables.setdefault(block.table, []).append(block)
            for name in block.names:
                self.named.setdefault((block.table, name), block)


@dataclass(frozen=True)
class Found:
    """A fault with its line; None where it is about no single one."""

    line: int | None
    fault: Fault


def with_lines(data: bytes, faults: Iterable[Fault]) -> list[Found]:
    """The faults by their lines, those about the whole file first."""
    index = _Index(_blocks(data.decode("utf-8-sig", "replace")))
    found = [Found(_line(index, each.where), each) for each in faults]
    return sorted(found, key=lambda each: each.line or 0)


def _blocks(text: str) -> list[_Block]:
    blocks, quoted = [_Block("", 1)], False
    for number, line in enumerate(text.splitlines(), 1):
        if not quoted and (table := _TABLE.match(line)):
            blocks.append(_Block(table[1], number))
        elif not quoted and (key := _KEY.match(line)):
            blocks[-1].keys.setdefault(key[1], number)
            if key[1] in _NAMES:
                blocks[-1].names.add(key[2].split("#")[0].strip().strip("\"'"))
        quoted ^= len(_OPEN.findall(line)) % 2 == 1
    return blocks


def _line(index: _Index, where: str) -> int | None:
    """`VOL-001.points`, `items[3].rate.steps`, `domain_caps.志愿服务`, `in_force_from`, or a line said already."""
    if place := _PLACE.match(where):
        return int(place[1])
    steps = [name or int(number) for name, number in _STEP.findall(where)]
    block, rest = _block(index, steps)
    if block is None:
        return None
    return next(
        (block.keys[str(each)] for each in rest if str(each) in block.keys), block.line if block.table else None
    )


def _block(index: _Index, steps: list[str | int]) -> tuple[_Block | None, list[str | int]]:
    """The table that a place begins with, and what of it is meant."""
    if not steps:
        return None, []
    first = str(steps[0])
    tables = index.tables.get(first, [])
    if tables and len(steps) > 1:
        if isinstance(steps[1], int):
            return (tables[steps[1]] if steps[1] < len(tables) else None), steps[2:]
        return index.named.get((first, steps[1]), tables[0]), steps[2:]
    item = index.named.get(("items", first))
    return (item, steps[1:]) if item else (index.top, steps)
