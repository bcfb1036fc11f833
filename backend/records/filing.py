"""From checked rows to records: each with its notice, entry and score, all or nothing."""

from collections.abc import Sequence

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.identity import find_citizens, take_citizens
from backend.citizens.models import Citizen
from backend.notifications import inbox
from backend.notifications.models import Notice
from backend.points.ledger import Ledger, lock_citizens
from backend.records.checking import Checked
from backend.records.facts import DAYS_TO_OBJECT
from backend.records.models import CreditRecord, ImportBatch
from backend.secrets import Vault

Key = tuple[str, str, str]


async def file_records(
    ledger: Ledger, vault: Vault, batch: ImportBatch, citizens: dict[str, Citizen], rows: Sequence[Checked]
) -> None:
    """File new rows as records, tell their citizens and refold their points, in the caller's transaction.

    No row may be there already: `citizens` are from `hold_citizens`, and `filed_keys` was asked after it.
    """
    records = [_record(vault, batch, row, citizens[row.number_digest]) for row in rows]
    await CreditRecord.bulk_create(records, batch_size=500)
    await inbox.tell(_notice(record, row) for record, row in zip(records, rows, strict=True))
    await ledger.refold({record.citizen_id for record in records})


async def hold_citizens(vault: Vault, rows: Sequence[Checked], waiting: Sequence[Checked] = ()) -> dict[str, Citizen]:
    """The rows' citizens by digest, made where new, their rows held for the rest of the transaction.

    For rows that only wait nobody is made: a citizen begins with a lawful record, and a refused row is none.
    """
    people = {row.number_digest: (row.row.name, row.row.identity) for row in rows}
    ids = await take_citizens(vault, people) | await find_citizens(row.number_digest for row in waiting)
    held = {citizen.id: citizen for citizen in await lock_citizens(ids.values())}
    return {digest: held[citizen_id] for digest, citizen_id in ids.items()}


async def filed_keys(department_code: str, citizens: dict[str, Citizen], rows: Sequence[Checked]) -> dict[Key, str]:
    """The content digests of what this department filed already, by key; only the rows' citizens and documents."""
    digests = {citizen.id: digest for digest, citizen in citizens.items()}
    found = CreditRecord.filter(
        department_id=department_code,
        citizen_id__in=list(digests),
        document_number__in={row.row.document_number for row in rows},
    )
    columns = ("citizen_id", "document_number", "item_code", "content_digest")
    return {
        (digests[citizen_id], document, item_code): content
        for citizen_id, document, item_code, content in await found.values_list(*columns)
    }


def _record(vault: Vault, batch: ImportBatch, checked: Checked, citizen: Citizen) -> CreditRecord:
    row = checked.row
    return CreditRecord(
        id=uuid7(),
        citizen_id=citizen.id,
        department_id=batch.department_id,
        item_id=checked.item.id,
        item_code=row.item_code,
        document_number=row.document_number,
        document_date=row.document_date,
        conduct_end=row.conduct_end,
        finality_date=row.finality_date,
        publication_place=row.publication_place,
        quantity=row.quantity,
        occupation=row.occupation,
        capacity=row.capacity,
        summary_hidden=vault.encrypt(row.summary, "record.summary"),
        content_digest=checked.content_digest,
        lapses_on=checked.lapses_on,
        batch_id=batch.id,
        filed_at=clock.now(),
    )


def _notice(record: CreditRecord, checked: Checked) -> Notice:
    name = checked.item.said.name
    if checked.item.negative:
        title = "有一条新的记录，请您核对"
        body = (
            f"部门报送了一条与您有关的记录：{name}。如果您参加了积分，它要等您收到本通知满 {DAYS_TO_OBJECT} 个工作日"
            "之后才会计分。请打开记录核对；有不同意见的，页面上写明了办理的部门、地点和电话。"
        )
        return inbox.compose(record.citizen_id, "negative_record", title, body, f"record:{record.id}")
    body = f"部门报送了一条与您有关的守信记录：{name}。打开记录可以看到来源和依据。"
    return inbox.compose(record.citizen_id, "positive_record", "有一条新的守信记录", body, f"record:{record.id}")
