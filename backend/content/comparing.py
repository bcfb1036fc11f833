"""Pure: two states of an article side by side, passage by passage, with what came and went marked inside of them.

What changed only in how it looks is a change too, told in words.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal
from uuid import UUID

from backend.content.changed_looks import Piece, changed_looks, links_in
from backend.content.channels import CHANNELS
from backend.content.draft import Draft
from backend.content.draft_faults import LABELS
from backend.content.passages import Passage, passages_of

LONGEST_MARKED = 4_000  # characters of a passage inside which changes are marked; the time grows with the square
SHORT = 500  # characters of a passage that is compared by every one of them
ALIKE = 0.4  # of two passages' characters in common: the one became the other
NEAREST = 6  # passages ahead among which the changed one is looked for
_SHAPES = ("row", "picture", "rule", "attachment")  # the others are text, which may change from one into another


@dataclass(frozen=True)
class Cell:
    """One side of a row. `kind` is a passage's or `attachment`; `file_id` of a picture or attachment.

    `looks` says what changed but its words, where both sides have something; else where its links lead.
    """

    kind: str
    pieces: list[Piece]
    file_id: UUID | None = None
    looks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The passage without marks."""
        return "".join(text for _, text in self.pieces)


@dataclass(frozen=True)
class FieldChange:
    """A field that differs: before and after, as pieces of the old text and of the new one."""

    field: str
    label: str
    old: list[Piece]
    new: list[Piece]


Row = tuple[Cell | None, Cell | None]


@dataclass(frozen=True)
class Comparison:
    """What differs between two drafts. `rows` hold the whole text, old beside new; None where a side has nothing."""

    fields: list[FieldChange]
    rows: list[Row]

    @property
    def same(self) -> bool:
        """Whether nothing differs at all."""
        return not self.fields and not any(changed(row) for row in self.rows)


def changed(row: Row) -> bool:
    """Whether the two sides of a row differ, in their words or in their looks."""
    return any(cell is None or cell.looks or any(kind != "same" for kind, _ in cell.pieces) for cell in row)


def compare(old: Draft, new: Draft) -> Comparison:
    """Old and new side by side. Its time is bounded, however long or repetitive the two are."""
    return Comparison(_field_changes(old, new), list(_rows(_passages(old), _passages(new))))


def marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts by their characters, for Chinese has no blanks: what went from the old one, what came into the new."""
    if old == new:
        return _all("same", old), _all("same", new)
    if len(old) > LONGEST_MARKED or len(new) > LONGEST_MARKED:
        return _all("gone", old), _all("new", new)
    gone: list[Piece] = []
    came: list[Piece] = []
    # In a long one what recurs often does not anchor: a line of one sign repeated would take seconds.
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=len(old) > SHORT).get_opcodes():
        if kind == "equal":
            gone.append(("same", old[i:j]))
            came.append(("same", new[k:m]))
            continue
        gone += _all("gone", old[i:j])
        came += _all("new", new[k:m])
    return gone, came


def _passages(draft: Draft) -> list[Passage]:
    attached = [Passage("attachment", each.name, file_id=each.file_id) for each in draft.attachments]
    return [*passages_of(draft.html), *attached]


def _rows(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Row]:
    olds, news = list(map(_words, old)), list(map(_words, new))
    # What both begin and end with needs no search; it is nearly all of an article at most saves.
    head = _alike(olds, news)
    tail = _alike(olds[head:][::-1], news[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    yield from map(_beside, old[:head], new[:head])
    # Passages that recur often (`autojunk`) do not anchor: else a text of one line repeated would take minutes.
    for kind, i, j, k, m in SequenceMatcher(None, olds[head:old_end], news[head:new_end]).get_opcodes():
        left, right = old[head + i : head + j], new[head + k : head + m]
        yield from map(_beside, left, right) if kind == "equal" else _replaced(left, right)
    yield from map(_beside, old[old_end:], new[new_end:])


def _words(passage: Passage) -> Hashable:
    """By what a passage is known again, however it looks now: a paragraph may have become a heading."""
    shape = passage.kind if passage.kind in _SHAPES else "text"
    return shape, passage.text, passage.file_id


def _alike(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """How many passages both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(old), len(new)))


def _beside(old: Passage, new: Passage) -> Row:
    """A passage and what it became."""
    gone, came = marked(old.text, new.text)
    looks = () if old == new else changed_looks(old, new, gone, came)
    return Cell(old.kind, gone, old.file_id), Cell(new.kind, came, new.file_id, looks)


def _replaced(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Row]:
    """Each old passage beside the next new one that it became, and what is between alone on its side."""
    taken = 0
    for left in old:
        ahead = range(taken, min(taken + NEAREST, len(new)))
        place = next((each for each in ahead if _became(left, new[each])), None)
        if place is None:
            yield _alone(left, "gone"), None
            continue
        yield from ((None, _alone(each, "new")) for each in new[taken:place])
        yield _beside(left, new[place])
        taken = place + 1
    yield from ((None, _alone(each, "new")) for each in new[taken:])


def _became(old: Passage, new: Passage) -> bool:
    if old.file_id or new.file_id:
        return (old.kind, old.file_id) == (new.kind, new.file_id)
    if old.text == new.text:
        return _words(old) == _words(new)  # what stood in a row of a table and stands there no more is gone
    if max(len(old.text), len(new.text)) > LONGEST_MARKED:
        return False
    matcher = SequenceMatcher(None, old.text, new.text, autojunk=len(old.text) > SHORT)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _alone(passage: Passage, kind: Literal["gone", "new"]) -> Cell:
    return Cell(passage.kind, [(kind, passage.text)], passage.file_id, links_in(passage))


def _field_changes(old: Draft, new: Draft) -> list[FieldChange]:
    found = []
    for field, label in LABELS.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after and field not in ("html", "attachments"):
            gone, came = marked(_said(field, before), _said(field, after))
            found.append(FieldChange(field, label, gone, came))
    return found


def _said(field: str, value: object) -> str:
    if field == "channel":
        return CHANNELS.get(str(value), str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def _all(kind: Literal["same", "gone", "new"], text: str) -> list[Piece]:
    return [(kind, text)] if text else []
