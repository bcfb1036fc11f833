"""Departments correct their records in tests: who does it, and what with."""

from typing import Any

import msgspec

from backend import clock
from backend.errors import DomainError, Invalid
from backend.points.models import Score
from backend.points.rules import fold
from backend.points.verification import verify_ledger
from backend.records import correction_restoring, corrections
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import WAITING, RecordContent, content_of
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff, staff_of
from tests import factories
from tests.factories import LEDGER, VAULT


async def at_desk(username: str = "officer", department: str = factories.DEPARTMENT) -> Staff:
    """An officer of the corrections desk."""
    staff = await staff_of(await factories.officer(username, department))
    return Staff(staff.user, frozenset({"officer"}))


async def second() -> StaffUser:
    """The colleague who decides."""
    return await factories.officer("second-officer")


async def now_of(record: CreditRecord) -> CreditRecord:
    """The record as it stands."""
    return await CreditRecord.get(id=record.id).select_related("citizen")


def content_with(record: CreditRecord, **changes: Any) -> RecordContent:
    """What the record says, with these changes."""
    return msgspec.structs.replace(content_of(VAULT, record), **changes)


async def amend(
    record: CreditRecord,
    officer: StaffUser | None = None,
    *,
    reason: str = "written_wrong",
    words: str = "",
    **changes: Any,
) -> RecordChange:
    """The record's own officer, or another, amends it as it stands."""
    standing = await now_of(record)
    return await corrections.amend(
        LEDGER,
        VAULT,
        officer or await factories.officer(),
        record.id,
        content_with(standing, **changes),
        reason,
        words,
        from_version=standing.version,
    )


async def amended(record: CreditRecord, **changes: Any) -> CreditRecord:
    """The record amended, by two officers where it takes two."""
    change = await amend(record, **changes)
    if change.state == WAITING:
        await approve(change)
    return await now_of(record)


async def approve(change: RecordChange, officer: StaffUser | None = None) -> RecordChange:
    return await corrections.approve_change(LEDGER, VAULT, officer or await second(), change.id)


async def refuse(change: RecordChange, officer: StaffUser | None = None) -> RecordChange:
    return await corrections.refuse_change(LEDGER, VAULT, officer or await second(), change.id)


async def withdraw(
    record: CreditRecord,
    officer: StaffUser | None = None,
    reason: str = "document_revoked",
    words: str = "",
    *,
    from_version: int | None = None,
) -> RecordChange:
    """The record is taken back as it stands, or as it stood in this version."""
    standing = await CreditRecord.get_or_none(id=record.id) or record
    by, version = officer or await factories.officer(), from_version or standing.version
    return await corrections.withdraw(LEDGER, VAULT, by, record.id, reason, words, from_version=version)


async def restored(
    record: CreditRecord, officer: StaffUser | None = None, reason: str = "withdrawn_by_mistake", words: str = ""
) -> RecordChange:
    """An officer asks for a withdrawn record to come back; a colleague is still to say yes."""
    return await correction_restoring.restore(
        LEDGER, VAULT, officer or await factories.officer(), record.id, reason, words
    )


async def code_of(deed: Any) -> str:
    """The code of the refusal that must come; of a wrong record, its fields and theirs."""
    try:
        await deed
    except Invalid as refused:
        return " ".join(f"{each.field}:{each.code}" for each in refused.fields) or refused.code
    except DomainError as refused:
        return refused.code
    raise AssertionError("it was done")


async def ledger_fits() -> None:
    """Every chain fits, and every score is a fresh fold of what stands; folding again posts nothing."""
    assert (await verify_ledger()).misfits == []
    for score in await Score.all():
        facts = (await LEDGER.facts([score.citizen_id]))[score.citizen_id]
        counted = fold(facts, clock.today()).counted
        assert score.points == score.base + sum(each.points for each in counted.values())
        assert await LEDGER.refold([score.citizen_id]) == 0
