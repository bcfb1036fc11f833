"""Pure: what is pointed out before review: private numbers, tables and lists of names, wrong and sensitive words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from backend.content.channels import CASES
from backend.content.characters import composed
from backend.content.draft import Draft
from backend.content.finding import Finding
from backend.content.name_tables import column_findings, list_findings, table_findings
from backend.content.names import is_name, masked
from backend.content.passages import Passage, links_of, passages_of
from backend.content.private_numbers import hidden, private_numbers
from backend.content.search_words import folded

__all__ = ["KINDS", "MOST", "SENSITIVE", "WRONG", "Finding", "Word", "findings", "tells_of_failure"]

WRONG, SENSITIVE = "wrong", "sensitive"
KINDS = {WRONG: "错误用词", SENSITIVE: "请再看看"}
MOST = 200  # findings of one draft
_CUT = 10  # characters shown on each side of a word
_SAID_OF = re.compile("(?:被执行人|失信人|当事人|违法行为人|欠款人|借款人|老赖)[：:为是“”]?([一-鿿]{2,4})")
_FAILURE = re.compile("失信被执行人|老赖|拒不(?:执行|履行)|被列入.{0,10}名单|行政处罚|欠(?:款|薪|税)不")


@dataclass(frozen=True)
class Word:
    """错敏词: `wrong` must be mended, `sensitive` is to be looked at again. `advice` says what to write instead."""

    word: str
    kind: str
    advice: str = ""


def findings(draft: Draft, words: Sequence[Word]) -> list[Finding]:
    """What is pointed out in a draft, at most MOST: first what must be mended, each group in the text's order."""
    passages = _passages(draft)
    places = list(_places(draft, passages))
    found = list(islice(_all(draft, passages, places, tuple(words)), MOST * 5))
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.must)[:MOST]


def tells_of_failure(draft: Draft) -> bool:
    """Whether it tells of somebody's failure: the writer says so, or it stands among the cases and reads so."""
    if draft.about_failure or draft.channel != CASES:  # so that other texts need not be taken apart
        return draft.about_failure
    return _reads_like_failure(_places(draft, _passages(draft)))


def _all(
    draft: Draft, passages: Sequence[Passage], places: Sequence[tuple[str, str]], words: tuple[Word, ...]
) -> Iterator[Finding]:
    pattern, known = _pattern(words)  # once: it is looked up by all the words
    for where, text in places:
        yield from private_numbers(where, text)
        if pattern is not None:
            yield from _words(where, text, pattern, known)
    # Of no use to readers, and kept in every version.
    yield from private_numbers("同意情况", composed(draft.consent_note))
    for where, text in places:
        if "\t" not in text:  # a row of a table is looked at with its table
            yield from list_findings(where, text, about_failure=draft.about_failure)
            yield from _said_of(where, text)
    yield from table_findings(passages, about_failure=draft.about_failure)
    yield from column_findings(passages, about_failure=draft.about_failure)
    yield from _unmarked_case(draft, places)


def _passages(draft: Draft) -> list[Passage]:
    """The passages of its text. Older revisions, one of which may come back, hold what is composed at each save now."""
    found = passages_of(draft.html)
    return [replace(each, text=composed(each.text), cells=tuple(map(composed, each.cells))) for each in found]


def _places(draft: Draft, passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """Every text that readers would meet, with its place in words."""
    yield from ((where, composed(text)) for where, text in _beside(draft))
    yield from _inside(passages)
    yield from (("链接", composed(link)) for link in links_of(draft.html))


def _beside(draft: Draft) -> Iterator[tuple[str, str]]:
    yield from (("标题", draft.title), ("摘要", draft.summary), ("来源", draft.source), ("作者", draft.author))
    yield from (("标签", tag) for tag in draft.tags)
    yield from (("附件名称", each.name) for each in draft.attachments)


def _inside(passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    paragraph = 0
    for each in passages:
        if each.kind == "row":
            # By cell too: figures of neighbouring cells are no one number.
            yield from ((f"正文第 {each.table} 个表格", cell) for cell in each.cells)
        elif each.kind == "picture":
            yield "图片说明", each.text
        elif each.text:
            paragraph += 1
            yield f"正文第 {paragraph} 段", each.text


def _words(where: str, text: str, pattern: re.Pattern[str], known: Mapping[str, Word]) -> Iterator[Finding]:
    for found in pattern.finditer(folded(text)):
        word = known[found[0]]
        start, end = max(found.start() - _CUT, 0), found.end() + _CUT
        excerpt = ("…" if start else "") + hidden(text[start:end]) + ("…" if end < len(text) else "")
        must = word.kind == WRONG
        advice = word.advice or ("请改正。" if must else "请再看看这样写是否合适。")
        yield Finding(f"{word.kind}_word", where, excerpt, f"“{word.word}”：{advice}", must)


@lru_cache(maxsize=8)
def _pattern(words: tuple[Word, ...]) -> tuple[re.Pattern[str] | None, dict[str, Word]]:
    """All words as one alternation, the longest first, so that a text is read once."""
    known = {folded(composed(each.word)): each for each in words}
    ordered = sorted(known, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None, known


def _said_of(where: str, text: str) -> Iterator[Finding]:
    """A name right behind a word for who failed."""
    for found in _SAID_OF.finditer(text):
        name = next((found[1][:length] for length in (3, 2) if is_name(found[1][:length])), None)
        if name:
            shown = found[0].replace(found[1], masked(name))
            yield Finding("name_in_case", where, shown, "这里像是失信者的姓名。请写成“鲁某”，不要让人认出是谁。", False)


def _reads_like_failure(places: Iterable[tuple[str, str]]) -> bool:
    return any(_FAILURE.search(text) for _, text in places)


def _unmarked_case(draft: Draft, places: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    if draft.channel == CASES and not draft.about_failure and _reads_like_failure(places):
        advice = "写的是失信的事，请勾选“失信案例”。不勾选，终审时也要确认没有可以认出的个人。"
        yield Finding("case", "频道", "典型案例", advice, False)
