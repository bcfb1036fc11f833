"""A change takes effect: on the record, in its citizen's inbox, and on her points, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from backend import clock
from backend.notifications import inbox
from backend.points.ledger import Ledger
from backend.records import measures as reported
from backend.records.checking import Checked
from backend.records.correction_costs import begin_days_anew, costs_of, tell_of_others
from backend.records.correction_reasons import sentence_of
from backend.records.correction_scope import record_changed, record_exists
from backend.records.facts import DAYS_TO_OBJECT
from backend.records.items import Item, items_by_id
from backend.records.measures import Measure
from backend.records.models import CreditRecord, RecordChange
from backend.records.reading import whom_to_ask
from backend.records.record_versions import (
    AMEND,
    LIVE,
    RESTORE,
    SUMMARY,
    WITHDRAW,
    WITHDRAWN,
    RecordContent,
    content_of,
    differences,
)
from backend.secrets import Vault
from backend.staff.models import Department

_DAYS_ANEW = f"如果您参加了积分，它要等您收到本通知满 {DAYS_TO_OBJECT} 个工作日之后才会计分。"
_CONTEST = "有不同意见的，页面上写明了办理的部门、地点和电话。"


class Standing(NamedTuple):
    """What a record says in one version, under which item, and the first day on which it no longer counts."""

    item: Item
    content: RecordContent
    lapses_on: date


async def standing_of(vault: Vault, record: CreditRecord) -> Standing:
    """The record as it stands."""
    items = await items_by_id([record.item_id])
    return Standing(items[record.item_id], content_of(vault, record), record.lapses_on)


def is_worse(before: Standing, after: Standing) -> bool:
    """Whether an amendment says worse than she was told of, whatever it costs: her days begin anew (charter 3).

    What it costs is compared apart, after every cap (`begin_days_anew`). Another item is another allegation.
    """
    if not after.item.negative:
        return False
    if before.content.item_code != after.content.item_code or after.lapses_on > before.lapses_on:
        return True
    return any(_is_new(each, before.content.measures) for each in after.content.measures)


async def refuse_taken_key(record: CreditRecord, content: RecordContent) -> None:
    """Raise Conflict when another record of the citizen stands under the same document and item."""
    others = CreditRecord.filter(
        citizen_id=record.citizen_id,
        department_id=record.department_id,
        document_number=content.document_number,
        item_code=content.item_code,
    )
    if await others.exclude(id=record.id).exists():
        raise record_exists()


async def post_amendment(
    ledger: Ledger, vault: Vault, record: CreditRecord, checked: Checked, content: RecordContent, change: RecordChange
) -> None:
    """The record says `content` from now on. Raises Conflict when it moved since the change was asked for."""
    await refuse_taken_key(record, content)
    before, costs = await standing_of(vault, record), await costs_of(ledger, record.citizen_id)
    after = Standing(checked.item, content, checked.lapses_on)
    worse = is_worse(before, after)
    here = CreditRecord.filter(id=record.id, state=LIVE, version=change.from_version)
    told_again_at = clock.now() if worse else record.told_again_at
    columns = _columns(vault, checked, content)
    if not await here.update(**columns, version=change.from_version + 1, told_again_at=told_again_at):
        raise record_changed()
    dearer = await begin_days_anew(ledger, record.citizen_id, costs)
    labels = "、".join(each.label for each in differences(before.content, content))
    said = f"{sentence_of(AMEND, change.reason)}更正的内容：{labels}。打开记录可以看到更正前后的样子。"
    said += _DAYS_ANEW if worse or record.id in dearer else ""
    await _tell(record, "record_amended", "更正", after.item.said.name, said + _CONTEST)
    await tell_of_others(record.id, costs, dearer)
    await ledger.refold([record.citizen_id])


async def post_withdrawal(ledger: Ledger, vault: Vault, record: CreditRecord, change: RecordChange) -> None:
    """The record is gone from every view from now on. Raises Conflict when it moved meanwhile."""
    standing, costs = await standing_of(vault, record), await costs_of(ledger, record.citizen_id)
    here = CreditRecord.filter(id=record.id, state=LIVE, version=change.from_version)
    if not await here.update(state=WITHDRAWN):
        raise record_changed()
    dearer = await begin_days_anew(ledger, record.citizen_id, costs)
    said = f"{sentence_of(WITHDRAW, change.reason)}它已经不再显示，也不再计分。"
    said += "您不用做什么。" if standing.item.negative else ""
    said += "部门另外写了说明，打开这条记录时可以看到。" if change.words_hidden else ""
    said += await whom_to_ask(record)  # its page, which says so too, is gone
    await _tell(record, "record_withdrawn", "撤回", standing.item.said.name, said)
    await tell_of_others(record.id, costs, dearer)
    await ledger.refold([record.citizen_id])


async def post_restoration(ledger: Ledger, vault: Vault, record: CreditRecord, change: RecordChange) -> None:
    """The record is back as it stood before it was withdrawn. Raises Conflict when it moved since it was asked for."""
    standing, costs = await standing_of(vault, record), await costs_of(ledger, record.citizen_id)
    negative = standing.item.negative
    here = CreditRecord.filter(id=record.id, state=WITHDRAWN, version=change.from_version)
    told_again_at = clock.now() if negative else record.told_again_at
    if not await here.update(state=LIVE, version=change.from_version + 1, told_again_at=told_again_at):
        raise record_changed()
    dearer = await begin_days_anew(ledger, record.citizen_id, costs)
    said = f"{sentence_of(RESTORE, change.reason)}它重新显示，内容和撤回以前一样。{_DAYS_ANEW if negative else ''}"
    await _tell(record, "record_restored", "恢复", standing.item.said.name, said + _CONTEST)
    await tell_of_others(record.id, costs, dearer)
    await ledger.refold([record.citizen_id])


def _columns(vault: Vault, checked: Checked, content: RecordContent) -> dict[str, Any]:
    return {
        "item_id": checked.item.id,
        "item_code": content.item_code,
        "document_number": content.document_number,
        "document_date": content.document_date,
        "conduct_end": content.conduct_end,
        "finality_date": content.finality_date,
        "publication_place": content.publication_place,
        "quantity": content.quantity,
        "occupation": content.occupation,
        "capacity": content.capacity,
        "summary_hidden": vault.encrypt(content.summary, SUMMARY),
        "measures_hidden": reported.hide(vault, content.measures),
        "content_digest": checked.content_digest,
        "lapses_on": checked.lapses_on,
    }


async def _tell(record: CreditRecord, kind: str, deed: str, item_name: str, said: str) -> None:
    """Only names of fields stand in a notice, not what they said: notices are not hidden at rest."""
    department = await Department.get(code=record.department_id)
    body = f"{department.name}{deed}了一条与您有关的记录：{item_name}。{said}"
    notice = inbox.compose(record.citizen_id, kind, f"部门{deed}了一条与您有关的记录", body, f"record:{record.id}")
    await inbox.tell([notice])


def _is_new(measure: Measure, known: Sequence[Measure]) -> bool:
    """Whether no measure of the same kind was to last as long already."""
    return not any(each.code == measure.code and each.until >= measure.until for each in known)
