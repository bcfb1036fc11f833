"""What a citizen could still gain this year, and what one more deed would do: shown to herself, kept nowhere."""

from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import FieldError, Invalid, invalid_fields
from backend.points.gains import Gain, WhatIf, gains_left, suppose, what_if
from backend.points.ledger import Ledger
from backend.points.levels import level_of, levels_in_force
from backend.points.models import Level
from backend.points.score import score_of
from backend.records.evidence_rules import evidence_rules
from backend.records.items import Item, items_of, version_in_force
from backend.workdays import months_after


@dataclass(frozen=True)
class OwnGain:
    """What an item of today's catalogue still gives her, and the kind of evidence by which she can show it herself."""

    item: Item
    gain: Gain
    evidence_kind: str | None


@dataclass(frozen=True)
class Supposed:
    """One supposed deed of today: the arithmetic, points and levels without and with it, and when it would lapse."""

    item: Item
    quantity: int | None
    arithmetic: WhatIf
    points_now: int
    points_after: int
    level_now: Level
    level_after: Level
    lapses_on: date


def not_supposable(field: str, code: str, detail: str) -> Invalid:
    return invalid_fields([FieldError(field, code, detail)])


async def gains_of(ledger: Ledger, citizen: Citizen) -> tuple[list[OwnGain], list[OwnGain]]:
    """What is open this calendar year, those first that she can show evidence of herself; and what is full already.

    Raises what `score_of` raises.
    """
    await score_of(ledger, citizen)
    today = clock.today()
    facts = (await ledger.facts([citizen.id]))[citizen.id]
    items = {item.said.code: item for item in await _items(today)}
    kinds = {rule.item: rule.kind for rule in (await evidence_rules(today)).values()}
    rules = [item.rule for item in sorted(items.values(), key=lambda item: item.said.code not in kinds)]

    def own(gain: Gain) -> OwnGain:
        code = gain.rule.item_code
        return OwnGain(items[code], gain, kinds.get(code))

    opened, full = gains_left(facts, rules, today)
    return [own(each) for each in opened], [own(each) for each in full]


async def suppose_deed(ledger: Ledger, citizen: Citizen, item_code: str, quantity: int | None) -> Supposed:
    """What her points would be, had she done this today; `quantity` in tenths of the item's unit. Nothing is written.

    Raises Invalid for an item that gives nothing, and for a quantity where none is counted or none where one is;
    and what `score_of` raises.
    """
    score = await score_of(ledger, citizen)
    today = clock.today()
    item = _checked(next((each for each in await _items(today) if each.said.code == item_code), None), quantity)
    facts = (await ledger.facts([citizen.id]))[citizen.id]
    found = what_if(facts, suppose(item.rule, today, quantity), today)
    after = score.points + found.after - found.before
    levels = await levels_in_force(today)
    return Supposed(
        item=item,
        quantity=quantity,
        arithmetic=found,
        points_now=score.points,
        points_after=after,
        level_now=level_of(score.points, levels),
        level_after=level_of(after, levels),
        lapses_on=months_after(today, item.said.term_months),
    )


async def _items(day: date) -> list[Item]:
    """The items of the day that can give points, by code."""
    return [item for item in await items_of(await version_in_force(day)) if not item.negative]


def _checked(item: Item | None, quantity: int | None) -> Item:
    if item is None:
        raise not_supposable("item", "item_unknown", "现行目录里没有这个加分事项，请从列表里选。")
    if item.said.rate and quantity is None:
        raise not_supposable("quantity", "quantity_needed", "这个事项按数量计分，请填写数量。")
    if not item.said.rate and quantity is not None:
        raise not_supposable("quantity", "quantity_not_asked", "这个事项按次计分，不用填写数量。")
    return item
