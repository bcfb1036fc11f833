"""From checked rows to records: each with its notice, entry and score, all or nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.identity import find_citizens, take_citizens
from backend.database.bulk import insert_rows
from backend.notifications import inbox
from backend.points.ledger import Ledger, lock_citizens
from backend.records import measures
from backend.records.checking import Checked
from backend.records.facts import DAYS_TO_OBJECT
from backend.records.held_keys import Held, Key, held_keys
from backend.records.models import CreditRecord, ImportBatch
from backend.secrets import Vault

_COLUMNS = (
    "id", "citizen_id", "department_id", "item_id", "item_code", "document_number", "document_date", "conduct_end",
    "finality_date", "publication_place", "quantity", "occupation", "capacity", "summary_hidden", "measures_hidden",
    "content_digest", "lapses_on", "state", "batch_id", "filed_at",
)  # fmt: skip


async def file_records(
    ledger: Ledger, vault: Vault, batch: ImportBatch, citizens: dict[str, UUID], rows: Sequence[Checked]
) -> None:
    """File new rows as records, tell their citizens and refold their points, in the caller's transaction.

    No row may be there already: `citizens` are from `hold_citizens`, and `filed_keys` was asked after it.
    """
    now = clock.now()
    records, notices = [], []
    summaries = vault.encrypt_all([row.row.summary for row in rows], "record.summary")
    for row, summary in zip(rows, summaries, strict=True):
        record_id, citizen_id = uuid7(), citizens[row.number_digest]
        records.append((record_id, citizen_id, *_record(vault, batch, row, summary), now))
        notices.append(_notice(record_id, citizen_id, row))
    await insert_rows(CreditRecord, _COLUMNS, records)
    await inbox.tell(notices)
    await ledger.refold({citizens[row.number_digest] for row in rows})


async def hold_citizens(vault: Vault, rows: Sequence[Checked], waiting: Sequence[Checked] = ()) -> dict[str, UUID]:
    """The rows' citizens by digest, made where new, their rows held for the rest of the transaction.

    For rows that only wait nobody is made: a citizen begins with a lawful record, and a refused row is none.
    """
    people = {row.number_digest: (row.row.name, row.row.identity) for row in rows}
    ids = await take_citizens(vault, people) | await find_citizens(row.number_digest for row in waiting)
    await lock_citizens(ids.values())
    return ids


async def filed_keys(
    vault: Vault, department_code: str, citizens: dict[str, UUID], rows: Sequence[Checked]
) -> dict[Key, Held]:
    """What this department filed already under the rows' keys, whatever became of it since."""
    return await held_keys(vault, department_code, citizens, {row.row.document_number for row in rows})


def _record(vault: Vault, batch: ImportBatch, checked: Checked, summary: bytes) -> tuple[Any, ...]:
    """A record's columns from its department to its batch."""
    row = checked.row
    return (
        batch.department_id, checked.item.id, row.item_code, row.document_number, row.document_date, row.conduct_end,
        row.finality_date, row.publication_place, row.quantity, row.occupation, row.capacity,
        summary, measures.hide(vault, row.measures), checked.content_digest, checked.lapses_on, "live", batch.id,
    )  # fmt: skip


def _notice(record_id: UUID, citizen_id: UUID, checked: Checked) -> inbox.NewNotice:
    name = checked.item.said.name
    if checked.item.negative:
        title = "有一条新的记录，请您核对"
        body = (
            f"部门报送了一条与您有关的记录：{name}。如果您参加了积分，它要等您收到本通知满 {DAYS_TO_OBJECT} 个工作日"
            "之后才会计分。请打开记录核对；有不同意见的，页面上写明了办理的部门、地点和电话。"
        )
        return inbox.compose(citizen_id, "negative_record", title, body, f"record:{record_id}")
    body = f"部门报送了一条与您有关的守信记录：{name}。打开记录可以看到来源和依据。"
    return inbox.compose(citizen_id, "positive_record", "有一条新的守信记录", body, f"record:{record_id}")
