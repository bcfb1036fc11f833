"""What waits of the awards on the first page: nominations to check, nominees to ask, objections, nominees to judge."""

from collections.abc import Awaitable, Callable

from backend.awards import seasons
from backend.console.cards import Card, Closed
from backend.errors import Forbidden
from backend.honours import judged_nominee, judging, objections
from backend.nominations import moderation_queue, nominee_lines
from backend.staff.permissions import Staff


async def award_cards(staff: Staff) -> list[Card | Closed]:
    """A card for each of these permissions that she has."""
    return [await _card(title, card, staff) for permission, (title, card) in _CARDS.items() if staff.may(permission)]


async def _card(title: str, card: Callable[[Staff], Awaitable[Card]], staff: Staff) -> Card | Closed:
    try:
        return await card(staff)
    except Forbidden as refusal:  # her own number is not known: the rest of the page is hers all the same
        return Closed(title, refusal.detail)


async def _to_check(staff: Staff) -> Card:
    here = [each.id for each in await seasons.list_of(staff) if seasons.phase(each) in ("nominating", "checking")]
    waiting = sum(each.lines for each in (await moderation_queue.waiting_in(here)).values())
    about = "先交的在前；申诉由另一位管理员处理。"
    return Card("推荐审核", waiting, "份待审核", about, "/console/nominations", "去审核")


async def _to_ask(staff: Staff) -> Card:
    waiting = len(await nominee_lines.lines_of(staff))
    about = "本人同意以前，谁也看不到对他的推荐。"
    return Card("征求本人意见", waiting, "位等您联系", about, "/console/nominees", "去联系")


async def _objections(staff: Staff) -> Card:
    waiting = len(await objections.queue(staff))
    about = "全部办结以后才能公布结果。"
    return Card(
        "公示异议", waiting, "件待办理", about, "/console/objections", "去办理", more=waiting >= objections.MOST_ROWS
    )


async def _to_judge(staff: Staff) -> Card:
    waiting = 0
    for seat in await judging.seats_of(staff):
        if seasons.phase(seat.season) == "judging":
            waiting += await judged_nominee.left_to_judge(seat)
    return Card("评审", waiting, "位待您打分", "只看得到自己打的分。", "/console/judging", "去评审")


_CARDS: dict[str, tuple[str, Callable[[Staff], Awaitable[Card]]]] = {
    "check_nominations": ("推荐审核", _to_check),
    "follow_nominees": ("征求本人意见", _to_ask),
    "handle_objections": ("公示异议", _objections),
    "judge_nominees": ("评审", _to_judge),
}
