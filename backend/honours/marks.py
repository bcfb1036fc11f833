"""Pure: whether marks fit a season's criteria, and what the marks of several members of a committee come to."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from statistics import pstdev
from typing import NamedTuple, TypeVar

from backend.awards.awards import Criterion
from backend.errors import FieldError

K = TypeVar("K")


class Tally(NamedTuple):
    """What the members' totals for one nominee come to; nothing where nobody judged."""

    judged: int  # members
    average: Fraction | None  # exact, so that two who stand alike are seen to
    lowest: int | None
    highest: int | None
    deviation: float | None  # standard deviation over all who judged


def mark_faults(criteria: Sequence[Criterion], marks: Mapping[str, int]) -> list[FieldError]:
    """What is wrong with one member's marks: each criterion from 0 to its most, and no other."""
    faults = []
    for each in criteria:
        given = marks.get(each.code)
        if given is None or not 0 <= given <= each.most:
            detail = f"“{each.name}”请填 0 到 {each.most} 的整数。"
            faults.append(FieldError(f"marks.{each.code}", "mark_out_of_range", detail))
    foreign = sorted(marks.keys() - {each.code for each in criteria})
    return faults + [FieldError(f"marks.{each}", "criterion_unknown", "没有这一项，请刷新页面。") for each in foreign]


def most_of(criteria: Sequence[Criterion]) -> int:
    """The most that one member can give a nominee."""
    return sum(each.most for each in criteria)


def tally(totals: Sequence[int]) -> Tally:
    """The average and the spread of what so many members gave in all."""
    if not totals:
        return Tally(0, None, None, None, None)
    return Tally(len(totals), Fraction(sum(totals), len(totals)), min(totals), max(totals), pstdev(totals))


def alike_at_border(averages: Mapping[K, Fraction], quota: int) -> frozenset[K]:
    """Those who stand alike where the quota ends: some of them fit and some do not. Empty where it ends clearly."""
    falling = sorted(averages.values(), reverse=True)
    if not 0 < quota < len(falling) or falling[quota - 1] != falling[quota]:
        return frozenset()
    return frozenset(each for each, average in averages.items() if average == falling[quota])


def breaks_tie(alike: Collection[K], chosen: Collection[K]) -> bool:
    """Whether of those who stand alike some are chosen and some are not."""
    return 0 < len(set(alike) & set(chosen)) < len(alike)


def passes_over(averages: Mapping[K, Fraction], chosen: Collection[K]) -> bool:
    """Whether somebody who was not chosen stands above somebody who was: the members may, and say why."""
    inside = [average for each, average in averages.items() if each in chosen]
    outside = [average for each, average in averages.items() if each not in chosen]
    return bool(inside and outside and max(outside) > min(inside))
