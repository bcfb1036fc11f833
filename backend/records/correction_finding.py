"""Looking for a record to correct: rows that identify nobody; by a person's number, it is a look that she sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tortoise.expressions import Q
from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens import access_log
from backend.citizens.identity import find_citizens
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import FieldError, Invalid
from backend.records.cells import read_document_number
from backend.records.correction_scope import check_known, departments_answered_for
from backend.records.held_keys import held_keys
from backend.records.items import items_by_id
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import WAITING
from backend.secrets import Vault
from backend.spreadsheets.cells import clean
from backend.staff import audit
from backend.staff.permissions import Staff, require

MOST_FOUND = 50


@dataclass(frozen=True)
class Found:
    """A record that was searched for."""

    record_id: UUID
    item_name: str
    document_date: date
    state: str
    version: int
    waiting: bool


async def find(staff: Staff, document_number: str, identity_number: str | None, vault: Vault) -> list[Found]:
    """The department's own records of a document, at most 50; of one citizen where her number is given.

    Hers are found by a former document number too: what versions said that ended lies encrypted, citizen by citizen.
    With a number it is a read of a known person, whatever is found: the look is committed with the answer (charter 8).
    Raises Forbidden without the permission or her own number, Invalid for a text that is no document number or no
    identity number.
    """
    require(staff, "correct_records")
    check_known(staff.user)
    number, departments = _document_number(document_number), await departments_answered_for(staff.department_code)
    whose = _number_digest(vault, identity_number) if identity_number and identity_number.strip() else None
    found = CreditRecord.filter(department_id__in=departments)
    if whose is None:
        found = found.filter(document_number=number)
    else:
        former = await _formerly(vault, departments, whose, number)
        found = found.filter(Q(document_number=number) | Q(id__in=former), citizen__number_digest=whose)
    async with transaction():
        records = await found.order_by("-id").limit(MOST_FOUND)
        if whose is not None:
            await _look(staff, whose, records)
        await audit.record(staff, "record.search", found=str(len(records)))
    waits = RecordChange.filter(record_id__in=[each.id for each in records], state=WAITING)
    waiting = set(await waits.values_list("record_id", flat=True))
    items = await items_by_id(each.item_id for each in records)
    return [
        Found(each.id, items[each.item_id].said.name, each.document_date, each.state, each.version, each.id in waiting)
        for each in records
    ]


async def _formerly(vault: Vault, departments: Sequence[str], whose: str, number: str) -> set[UUID]:
    """The records of this citizen that stood under the document number once."""
    citizens, found = await find_citizens([whose]), set[UUID]()
    for department in departments:
        held = await held_keys(vault, department, citizens, [number])
        found |= {each.record_id for (_, document, _), each in held.items() if document == number}
    return found


async def _look(staff: Staff, number_digest: str, records: Sequence[CreditRecord]) -> None:
    """Each citizen of the number, at most one: that nothing was found tells of her, too."""
    citizens = [citizen.id for citizen in await Citizen.filter(number_digest=number_digest)]
    about = f"record:{records[0].id}" if records else f"search:{uuid7()}"
    await access_log.look(staff.reader, citizens, purpose="record_correction", about=about)


def _document_number(text: str) -> str:
    number = clean(text)
    if not number:
        raise _fault("document_number", "missing", "请填写文书号。")
    try:
        return read_document_number(number)
    except Invalid as fault:
        raise _fault("document_number", fault.code, fault.detail) from None


def _number_digest(vault: Vault, text: str) -> str:
    try:
        return vault.digest(parse_identity_number(text, clock.today()).number, "citizen.number")
    except Invalid as fault:
        raise _fault("identity_number", fault.code, fault.detail) from None


def _fault(field: str, code: str, detail: str) -> Invalid:
    return Invalid(code, detail, fields=[FieldError(field, code, detail)])
