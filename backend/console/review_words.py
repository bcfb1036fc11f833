"""How steps, comparisons and times of articles are worded on the pages of reviewing, versions and the way."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from backend.content.comparing import Cell, Comparison, FieldChange, changed
from backend.content.flow_words import FINAL_PASS, SENT_BACK, WITHDRAWN
from backend.errors import DomainError

STEP_LOOKS = {SENT_BACK: "bad", WITHDRAWN: "bad", FINAL_PASS: "good"}
_ROUND_ABOUT = 1  # blocks that stay beside a changed one, so that its place is seen


class Side(NamedTuple):
    """One version's side of a row: its words in pieces (same, gone, new), and the picture or attachment that it is.

    `looks` are what changed but its words, or where its links lead.
    """

    kind: str
    pieces: Sequence[tuple[str, str]]
    file_id: UUID | None = None
    looks: Sequence[str] = ()


class SideRow(NamedTuple):
    """One block, or one field with its label, in both versions; None where a version has none."""

    label: str
    before: Side | None
    after: Side | None
    changed: bool


def beside(fault: DomainError | None) -> dict[str, str]:
    """What is said beside a field, by the field."""
    return {each.field: each.detail for each in fault.fields} if fault else {}


def side_rows(compared: Comparison) -> list[SideRow]:
    """The blocks of both versions, beside one another."""
    return [SideRow("", _side(row[0]), _side(row[1]), changed(row)) for row in compared.rows]


def field_rows(compared: Comparison, campaigns: Mapping[str, str]) -> list[SideRow]:
    """The fields that differ; `campaigns` names those that are spoken of, by their ids."""
    return [
        SideRow(each.label, _said(each, "gone", each.old, campaigns), _said(each, "new", each.new, campaigns), True)
        for each in compared.fields
    ]


def sections(rows: Sequence[SideRow]) -> Iterator[tuple[bool, list[SideRow]]]:
    """The rows in stretches; True: nothing changed there, so it may be folded away."""
    near = {at + step for at, row in enumerate(rows) if row.changed for step in range(-_ROUND_ABOUT, _ROUND_ABOUT + 1)}
    for hidden, stretch in groupby(enumerate(rows), key=lambda each: each[0] not in near):
        yield hidden, [row for _, row in stretch]


def _side(cell: Cell | None) -> Side | None:
    return None if cell is None else Side(cell.kind, cell.pieces, cell.file_id, cell.looks)


def _said(
    change: FieldChange, kind: str, pieces: Sequence[tuple[str, str]], campaigns: Mapping[str, str]
) -> Side | None:
    """A field's value in words; of a cover the picture itself."""
    whole = "".join(text for _, text in pieces)
    if not whole:
        return None
    if change.field == "cover_id":
        return Side("picture", [], UUID(whole))
    if change.field == "campaign_id":
        return Side("text", [(kind, campaigns.get(whole, "已不存在的活动"))])
    return Side("text", pieces)
