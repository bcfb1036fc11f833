"""Pure: what one version of the catalogue changes against another, in plain sentences."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from backend.records.catalogue import DOMAINS, HONOURS, Catalogue, CatalogueItem, EvidenceRule, Level
from backend.records.catalogue_words import (
    EVIDENCE,
    KINDS,
    Names,
    Words,
    evidence_words,
    head_words,
    item_words,
    level_words,
    named,
    points_words,
)

_FIGURE, _WORD = 24, 3  # characters of what needs no quotation marks
_NOBODY: Names = {}
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise. `label` says what of it; empty when the whole of it came or went.

    `before` and `after` are what stands in either version; empty where nothing does.
    """

    about: str
    kind: Literal["added", "removed", "changed"]
    sentence: str
    label: str = ""
    before: str = ""
    after: str = ""


def differences(old: Catalogue, new: Catalogue, names: Names = _NOBODY) -> list[Difference]:
    """Everything that `new` says otherwise than `old`; `names` are the departments' by their codes.

    Version, first day and base are not among it: the first two always differ, and the last never does.
    """
    found = _changes("目录", head_words(old), head_words(new))
    found += _levels(old, new)
    found += _caps(old, new)
    found += _items(old, new, names)
    return found + _evidence(old, new, names)


def _levels(old: Catalogue, new: Catalogue) -> list[Difference]:
    def whole(level: Level) -> str:
        words = level_words(level)
        return f"{words['需要的积分']}，{words['可以使用']}"

    return _pairs(
        {each.code: each for each in old.levels},
        {each.code: each for each in new.levels},
        about=lambda level: f"等级 {level.name}",
        words=(level_words, level_words),
        whole=whole,
    )


def _caps(old: Catalogue, new: Catalogue) -> list[Difference]:
    before, after = _yearly(old), _yearly(new)
    label = "一年最多加分"
    return [
        each
        for domain in _together(before, after)
        for each in _changes(
            f"{domain}领域",
            {label: before[domain]} if domain in before else {},
            {label: after[domain]} if domain in after else {},
        )
    ]


def _yearly(catalogue: Catalogue) -> dict[str, str]:
    caps = {each.domain: f"{each.points_per_year} 分" for each in catalogue.domain_caps}
    return {domain: caps[domain] for domain in (*DOMAINS, HONOURS) if domain in caps}


def _items(old: Catalogue, new: Catalogue, names: Names) -> list[Difference]:
    def whole(item: CatalogueItem) -> str:
        words = item_words(item, names)
        caps = (
            f"{label} {words[label]}"
            for label in ("一年最多加分", "一年最多减分", "一年最多计分次数")
            if label in words
        )
        return "，".join([f"{item.domain}，{KINDS[item.kind]}", points_words(item) or "不计分", *caps])

    return _pairs(
        {each.code: each for each in sorted(old.items, key=lambda item: item.code)},
        {each.code: each for each in sorted(new.items, key=lambda item: item.code)},
        about=named,
        words=(lambda item: item_words(item, names), lambda item: item_words(item, names)),
        whole=whole,
    )


def _evidence(old: Catalogue, new: Catalogue, names: Names) -> list[Difference]:
    def of(catalogue: Catalogue) -> Callable[[EvidenceRule], Words]:
        items = {each.code: each for each in catalogue.items}
        return lambda rule: evidence_words(rule, items, names)

    return _pairs(
        {each.kind: each for each in old.evidence},
        {each.kind: each for each in new.evidence},
        about=lambda rule: f"证明材料 {EVIDENCE[rule.kind]}",
        words=(of(old), of(new)),
        whole=lambda rule: f"事后 {rule.months_back} 个月以内提交，{rule.review_workdays} 个工作日审核",
    )


def _pairs(
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    *,
    about: Callable[[Thing], str],
    words: tuple[Callable[[Thing], Words], Callable[[Thing], Words]],
    whole: Callable[[Thing], str],
) -> list[Difference]:
    """Things of one sort by their codes: which came, which went, and what is otherwise in those that stayed."""
    found = []
    for code in _together(old, new):
        if code not in old:
            said = whole(new[code])
            sentence = f"新增 {about(new[code])}：{_ended(said)}"
            found.append(Difference(about(new[code]), "added", sentence, after=said))
        elif code not in new:
            said = whole(old[code])
            sentence = f"取消 {about(old[code])}（原为：{said.rstrip('。')}）。"
            found.append(Difference(about(old[code]), "removed", sentence, before=said))
        else:
            found += _changes(about(new[code]), words[0](old[code]), words[1](new[code]))
    return found


def _changes(about: str, old: Words, new: Words) -> list[Difference]:
    return [Difference(about, "changed", f"{about}：{each[0]}", *each[1:]) for each in _said(old, new)]


def _said(old: Words, new: Words) -> Iterator[tuple[str, str, str, str]]:
    """Each field that differs: its sentence, its label, what stood and what stands."""
    for label in _together(old, new):
        before, after = old.get(label, ""), new.get(label, "")
        if before == after:
            continue
        if not before:
            yield f"新规定了{label}：{_ended(after)}", label, before, after
        elif not after:
            yield f"不再规定{label}（原为：{before.rstrip('。')}）。", label, before, after
        else:
            yield f"{label}由{_quoted(before)}改为{_quoted(after).rstrip()}。", label, before, after


def _quoted(said: str) -> str:
    """A figure or a word as it is, set off by blanks where figures meet letters; anything else in quotation marks."""
    figure = len(said) <= _FIGURE and any(each.isdigit() for each in said) and not set(said) & set("。，、《")
    if not figure and len(said) > _WORD:
        return f"“{said.rstrip('。')}”"
    return f"{' ' if said[0].isascii() else ''}{said}{' ' if said[-1].isascii() else ''}"


def _ended(said: str) -> str:
    return said if said.endswith("。") else f"{said}。"


def _together(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The keys of both, in the new one's order, and what went at the place where it stood."""
    keys = list(new)
    for place, key in enumerate(old):
        if key not in new:
            keys.insert(min(place, len(keys)), key)
    return keys
