"""The first page: what waits for whoever signed in, and what her roles let her do."""

from collections.abc import Sequence

from sanic import HTTPResponse

from backend.console.award_cards import award_cards
from backend.console.cards import Card, Closed
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import review_queue
from backend.errors import Forbidden
from backend.records import batches, correction_waiting
from backend.repairs.queue import MOST_ROWS, waiting_and_late
from backend.staff.permissions import PERMISSIONS, ROLES, Staff

desk = Desk("home")


@desk.add("GET", "", permission=None)
async def show_home(visit: Visit) -> HTTPResponse:
    """Cards by permission, and the permissions in words."""
    staff = visit.staff
    cards: list[Card | Closed] = []
    if staff.may("review_evidence"):
        cards.append(await _evidence(staff))
    if staff.may("approve_records"):
        cards.append(await _to_approve(staff))
    if staff.may("approve_records") and (waiting := await correction_waiting.changes_to_decide(staff, MOST_ROWS)):
        cards.append(_to_correct(waiting))
    if staff.may("file_records"):
        cards.append(await _filed(staff))
    if staff.may("review_articles"):
        cards.append(await _to_review(staff))
    if staff.may("write_articles") and (back := await review_queue.sent_back(staff)):
        cards.append(_sent_back(back))
    cards += await award_cards(staff)
    roles = [ROLES[each] for each in ROLES if each in staff.roles]
    may = [each.sentence for name, each in PERMISSIONS.items() if staff.may(name)]
    return await visit.show("home.html", cards=cards, roles=roles, may=may)


async def _evidence(staff: Staff) -> Card | Closed:
    try:
        waiting, late = await waiting_and_late(staff)
    except Forbidden as refusal:  # her own number is not known: the rest of the page is hers all the same
        return Closed("证明材料", refusal.detail)
    about = "按办理期限排好，最急的在前。"
    return Card("证明材料", waiting, "件待审核", about, "/console/evidence", "去审核", late, waiting >= MOST_ROWS)


async def _to_approve(staff: Staff) -> Card:
    waiting = await batches.waiting_of_colleagues(staff).count()
    return Card("待我复核", waiting, "批记录", "失信记录由另一位同事复核后才入库。", "/console/filing", "去复核")


def _to_correct(waiting: Sequence[correction_waiting.Asked]) -> Card:
    about, late = "同事提出的更正，复核以后才生效。", sum(each.deadline.late for each in waiting)
    count, more = len(waiting), len(waiting) >= MOST_ROWS
    return Card("待我复核的更正", count, "项", about, "/console/corrections", "去复核", late, more)


async def _filed(staff: Staff) -> Card:
    waiting = await batches.waiting_of_her_own(staff).count()
    return Card("我报送的", waiting, "批等同事复核", "上传表格，看进度和退回的行。", "/console/filing", "去报送")


async def _to_review(staff: Staff) -> Card:
    queue = await review_queue.queue_of(staff)
    about = "初审、复审、终审，由三个不同的人办。"
    return Card("待我审核", len(queue.hers), "篇文章", about, "/console/reviews", "去审稿", more=queue.more)


def _sent_back(waiting: int) -> Card:
    about = "同事写了意见，改好再送审。"
    more = waiting >= review_queue.MOST_ROWS
    return Card(
        "被退回", waiting, "篇我的文章", about, "/console/articles?state=sent_back&mine=yes", "去修改", more=more
    )
