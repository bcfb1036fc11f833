"""Pure: what changed in how a passage looks, in words for its editors: bold, alignment, kind, links, cells."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Literal, TypeVar

from backend.content.passages import PLAIN, CellLook, Look, Passage

Piece = tuple[Literal["same", "gone", "new"], str]
_MARKS = {"strong": "加粗", "em": "斜体", "u": "下划线", "s": "删除线"}
_ALIGNS = {"": "左对齐", "centre": "居中", "right": "右对齐"}
_KINDS = {"quote": "引用", "caption": "图片说明", "picture": "图片"}
_TAGS = {"h2": "大标题", "h3": "中标题", "h4": "小标题", "ul": "项目列表", "ol": "编号列表"}
_LONGEST = 12  # characters of a text that is spoken of
_MOST = 3  # stretches that are named one by one

_Key = TypeVar("_Key", bound=Hashable)
_Both = list[tuple[str, Sequence[Look], Sequence[Look]]]  # text that stayed; how each letter looked, how it looks


def changed_looks(old: Passage, new: Passage, gone: Sequence[Piece], came: Sequence[Piece]) -> tuple[str, ...]:
    """What changed in the looks of a passage that became another one; `gone` and `came` are its marked texts.

    Of words that came or went only the links are told: how the others look is seen in the article.
    """
    both = [
        (text, before, after)
        for (text, before), (_, after) in zip(_that_stayed(old, gone), _that_stayed(new, came), strict=True)
    ]
    return (*_of_block(old, new), *_of_marks(both), *_of_links(both, old, new), *_of_cells(old, new))


def links_in(passage: Passage) -> tuple[str, ...]:
    """Where the links lead of a passage that came or went as a whole."""
    return tuple(f"{_named(text)}链到 {href}" for text, href in _hrefs(passage))


def _that_stayed(passage: Passage, pieces: Sequence[Piece]) -> Iterator[tuple[str, Sequence[Look]]]:
    looks = [look for text, look in passage.looks for _ in text] or [PLAIN] * len(passage.text)
    place = 0
    for kind, text in pieces:
        if kind == "same":
            yield text, looks[place : place + len(text)]
        place += len(text)


def _stretches(both: _Both, key: Callable[[Look, Look], _Key]) -> Iterator[tuple[str, _Key]]:
    """Text that stayed, cut where the key of its letters changes."""
    for text, before, after in both:
        place = 0
        for value, letters in groupby(map(key, before, after)):
            end = place + sum(1 for _ in letters)
            yield text[place:end], value
            place = end


def _of_block(old: Passage, new: Passage) -> Iterator[str]:
    was, now = (_KINDS.get(each.kind) or _TAGS.get(each.tag, "正文") for each in (old, new))
    if was != now:
        yield f"{was}改为{now}"
    if old.depth and new.depth and old.depth != new.depth:
        yield f"列表由第 {old.depth} 级改为第 {new.depth} 级"
    if old.align != new.align:
        yield f"改为{_ALIGNS.get(new.align, '左对齐')}"


def _marked(mark: str, was: Look, now: Look) -> tuple[bool, bool]:
    return mark in was.marks, mark in now.marks


def _of_marks(both: _Both) -> Iterator[str]:
    letters = sum(len(text) for text, _, _ in both)
    for mark, word in _MARKS.items():
        changes = list(_stretches(both, partial(_marked, mark)))
        for change, said in (((False, True), word), ((True, False), f"取消{word}")):
            texts = [text for text, value in changes if value == change]
            if sum(map(len, texts)) == letters > 0:
                yield f"整段{said}"
            elif named := [_named(text) for text in texts if text.strip()]:
                yield ("、".join(named) if len(named) <= _MOST else f"{named[0]}等 {len(named)} 处") + said


def _of_links(both: _Both, old: Passage, new: Passage) -> Iterator[str]:
    told = dict[tuple[str, str], str]()
    for text, change in _stretches(both, lambda was, now: (was.href, now.href)):
        if change[0] != change[1] and text.strip():
            told.setdefault(change, text)
    for (was, now), text in told.items():
        if was and now:
            yield f"{_named(text)}的链接改为 {now}（原来是 {was}）"
        else:
            yield f"{_named(text)}加上链接 {now}" if now else f"{_named(text)}去掉链接 {was}"
    known_before = {href for _, href in _hrefs(old)} | {now for _, now in told}
    known_after = {href for _, href in _hrefs(new)} | {was for was, _ in told}
    yield from (f"{_named(text)}链到 {href}" for text, href in _hrefs(new) if href not in known_before)
    yield from (f"{_named(text)}去掉链接 {href}" for text, href in _hrefs(old) if href not in known_after)


def _of_cells(old: Passage, new: Passage) -> Iterator[str]:
    before, after = old.cell_looks, new.cell_looks
    if len(before) == len(after):
        pairs = list(enumerate(zip(before, after, strict=True), 1))
        changes = [(word, place) for place, (was, now) in pairs for word in _of_cell(was, now)]
    elif list(filter(None, map(_span, before))) == list(filter(None, map(_span, after))):
        return
    else:  # cells were joined or parted: which became which stands in their texts
        changes = [(f"占 {_span(each)}", place) for place, each in enumerate(after, 1) if _span(each)]
        if not changes:
            yield "不再合并单元格"
    for word in dict.fromkeys(word for word, _ in changes):
        places = [place for each, place in changes if each == word]
        whole = len(places) == len(after) > 1
        yield f"整行{word}" if whole else f"第 {'、'.join(map(str, places))} 格{word}"


def _of_cell(was: CellLook, now: CellLook) -> Iterator[str]:
    if was.tag != now.tag:
        yield "改为表头" if now.tag == "th" else "不再是表头"
    if was.align != now.align:
        yield f"改为{_ALIGNS.get(now.align, '左对齐')}"
    if _span(was) != _span(now):
        yield f"改为占 {_span(now)}" if _span(now) else "不再合并"


def _span(cell: CellLook) -> str:
    columns, rows = (count if count > 1 else 0 for count in (cell.columns, cell.rows))
    return " ".join([f"{columns} 列"] * (columns > 0) + [f"{rows} 行"] * (rows > 0))


def _hrefs(passage: Passage) -> Iterable[tuple[str, str]]:
    for href, alike in groupby(passage.looks, key=lambda each: each[1].href):
        if href:
            yield "".join(text for text, _ in alike), href


def _named(text: str) -> str:
    said = text.strip().replace("\t", " ")
    return f"“{said}”" if len(said) <= _LONGEST else f"“{said[: _LONGEST - 1]}…”"
