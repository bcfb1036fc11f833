"""What gains are called: the arithmetic of points in short sentences that can be checked by hand."""

from collections.abc import Iterator

from backend.points.gains import Used
from backend.points.rules import climb
from backend.records.gaining import OwnGain, Supposed
from backend.records.items import Item
from miniprogram_api.entries import UNITS

FULL = {
    "times_per_year": "今年的计分次数已经用完",
    "points_per_year": "这个事项今年已经加满",
    "domain_points_per_year": "所在领域今年已经加满",
}


def sentence_of(own: OwnGain) -> str:
    """What the next deed gives, and what is left of the year."""
    gain = own.gain
    if gain.next_quantity is None:
        each = f"再有一次，加 {gain.next_points} 分"
    else:
        each = f"再满 {_amount(own.item, gain.next_quantity)}，加 {gain.next_points} 分"
    if gain.at_most is None:
        return f"{each}，今年没有上限。"
    if gain.at_most == gain.next_points:
        return f"{each}，今年就满了。"
    return f"{each}；今年最多还能加 {gain.at_most} 分。"


def lines_of(supposed: Supposed) -> tuple[str, ...]:
    """The reckoning line by line: what it is worth, what the caps leave, what comes out."""
    found = supposed.arithmetic
    gain = found.after - found.before
    if gain == found.earned:
        outcome = f"没有碰到上限，加 {gain} 分。"
    elif gain:
        outcome = f"超出上限的不计，加 {gain} 分。"
    else:
        outcome = "已经到了上限，加 0 分。"
    total = f"{supposed.points_now} ＋ {gain} ＝ {supposed.points_after} 分。"
    return *_worth(supposed), *_caps(supposed.item, found.used), outcome, total


def _worth(supposed: Supposed) -> Iterator[str]:
    rule, used = supposed.item.rule, supposed.arithmetic.used
    if supposed.quantity is None:
        yield f"这个事项每次 {rule.points} 分。"
        return
    after = used.quantity + supposed.quantity
    before_points, after_points = int(climb(rule.steps, used.quantity)), int(climb(rule.steps, after))
    done, more, both = (_amount(supposed.item, each) for each in (used.quantity, supposed.quantity, after))
    yield f"今年已经计了 {done}，加上 {more}，共 {both}。"
    earned = supposed.arithmetic.earned
    yield f"照目录的计分办法，{done}是 {before_points} 分，{both}是 {after_points} 分，相差 {earned} 分。"


def _caps(item: Item, used: Used) -> Iterator[str]:
    rule = item.rule
    if rule.times_per_year is not None:
        left = max(0, rule.times_per_year - used.times)
        yield f"这个事项一年最多计 {rule.times_per_year} 次，今年已经计了 {used.times} 次，还剩 {left} 次。"
    if rule.points_per_year is not None:
        yield f"这个事项{_left(rule.points_per_year, used.points)}"
    if rule.domain_points_per_year is not None:
        yield f"“{rule.domain}”领域{_left(rule.domain_points_per_year, used.domain_points)}"


def _left(cap: int, had: int) -> str:
    return f"一年最多加 {cap} 分，今年已经加了 {had} 分，还剩 {max(0, cap - had)} 分。"


def _amount(item: Item, tenths: int) -> str:
    unit = UNITS[item.said.rate.unit] if item.said.rate else None
    return f"{tenths / 10:g} {unit or '次'}"
