"""An honour as a positive record of its owner: the checks of a department's file, under the award's catalogue item.

Points follow for the enrolled alone, because records are facts of points and nothing here asks for any.
"""

from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.awards.awards import award
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import Conflict
from backend.honours.models import Honour
from backend.points.ledger import Ledger
from backend.records.checking import Checked, Checker, Refused
from backend.records.columns import FiledRow
from backend.records.filing import file_records, filed_keys, hold_citizens
from backend.records.import_sorting import sort_rows
from backend.records.importing import DONE, check_may_file, new_batch
from backend.records.items import load_index
from backend.records.models import CreditRecord, ImportBatch
from backend.secrets import Vault
from backend.staff.permissions import Staff


def honour_not_recorded(why: str = "请核对。") -> Conflict:
    return Conflict("honour_not_recorded", f"没有登记为记录：{why}")


async def file_known(
    ledger: Ledger, vault: Vault, staff: Staff, season: Season, honours: Sequence[Honour]
) -> dict[UUID, UUID]:
    """File those of these honours of one season whose person is known; the record of each that got one.

    In the caller's transaction. One that the checks refuse gets none: the honour stands, and staff see why when they
    try again. Raises Forbidden for who may not file.
    """
    rows = [await row_of_citizen(vault, season, each) for each in honours if each.citizen_id is not None]
    checked = [each for each in await check(vault, staff, season, rows) if isinstance(each, Checked)]
    filed = await file_rows(ledger, vault, staff, checked) if checked else {}
    return {each.id: filed[each.number] for each in honours if each.number in filed}


async def row_of_citizen(vault: Vault, season: Season, honour: Honour) -> FiledRow:
    """The row of an honour whose person is known."""
    citizen = await Citizen.get(id=honour.citizen_id)
    name = vault.decrypt(citizen.name_hidden, "citizen.name")
    return row_of(season, honour, name, vault.decrypt(citizen.number_hidden, "citizen.number"))


def row_of(season: Season, honour: Honour, name: str, number: str) -> FiledRow:
    """An honour as a row of its owner's file. The document is the honour itself, by its own number."""
    what = award(season.award)
    return FiledRow(
        row_number=1,
        name=name,
        identity_number=number,
        item_code=what.item,
        document_number=honour.number,
        document_date=honour.honoured_on,
        conduct_end=honour.honoured_on,
        finality_date=None,
        publication_place="",
        quantity=None,
        summary=f"获得“{what.name}”荣誉（{season.name}）。",
        occupation=None,
        capacity=None,
    )


async def check(vault: Vault, staff: Staff, season: Season, rows: Sequence[FiledRow]) -> list[Checked | Refused]:
    """The checks of any filed row: in the register, the item in force and the owner's to file, not the filer's own."""
    await check_may_file(staff.user)
    filer = staff.user.own_number_digest
    checker = Checker(vault, await load_index(), season.department_id, clock.today(), filer)
    return await checker.check(rows)


async def file_rows(ledger: Ledger, vault: Vault, staff: Staff, rows: Sequence[Checked]) -> dict[str, UUID]:
    """Checked rows into records, with notice, entry and score, in the caller's transaction; each by its document.

    They are one batch of the department's, filed by who announces. What stands already is not filed again.
    """
    digest = vault.digest(" ".join(each.row.document_number for each in rows), "import.honours")
    batch = await new_batch(staff.user, digest, DONE)
    citizens = await hold_citizens(vault, rows)
    sort = sort_rows(rows, await filed_keys(vault, batch.department_id, citizens, rows), {})
    await file_records(ledger, vault, batch, citizens, sort.new)
    done = len(sort.new)
    await ImportBatch.filter(id=batch.id).update(
        rows_total=len(rows), rows_done=len(rows), accepted=done, duplicates=len(rows) - done
    )
    documents = [each.row.document_number for each in rows]
    live = CreditRecord.filter(department_id=batch.department_id, document_number__in=documents, state="live")
    mine = live.filter(citizen_id__in=list(citizens.values()))
    return {row.document_number: row.id for row in await mine}
