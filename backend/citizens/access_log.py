"""查询记录: whoever looks is seen (charter 8). Every staff read of a citizen's data goes through here first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.chain import chain_hash
from backend.citizens.models import AccessLog, Citizen
from backend.database import transaction

# Why somebody looks. A citizen reads the sentence; the code is what is kept.
PURPOSES = {
    "evidence_review": "审核您提交的证明材料",
    "evidence_revisit": "查看已经办结的证明材料",
    "evidence_reversal": "核查已经通过的证明材料",
    "compare_duplicates": "核对可能重复的证明材料",
    "record_correction": "核对、更正或撤回本部门报送的与您有关的记录",
    "correction_approval": "复核对与您有关的记录的更正",
    "import_approval": "复核部门报送的与您有关的记录",
    "nomination_check": "审核您提交的推荐",
    "nominee_asking": "有人推荐了您，工作人员整理和核实推荐内容",
    "nominee_judging": "评审委员审阅对您的推荐",
    "nomination_judging": "评审委员审阅您提交的推荐",
    "credit_check": "经您同意，为评选核查有没有失信记录",
    "public_notice": "制作您入选的公示",
    "objection_handling": "办理公示异议",
    "lead_handing_over": "经您同意，把推荐线索移交主办单位",
    "honour_record": "登记您获得的荣誉",
}


@dataclass(frozen=True)
class Reader:
    """Who looks: a staff user as she is called today."""

    id: UUID
    name: str
    department: str


# What is hashed of one look, in this order.
_SAID = (
    *("id", "citizen_id", "sequence", "reader_id", "reader_name", "reader_department"),
    *("purpose", "about", "looked_at"),
)


async def look(reader: Reader, citizen_ids: Sequence[UUID], *, purpose: str, about: str) -> None:
    """Write down that `reader` looks at these citizens' data, for a purpose of PURPOSES, at `about` (`evidence:ID`).

    Call it before anything is shown: the page may be built only after the transaction that holds it has committed.
    Raises KeyError for a purpose that no citizen could read.
    """
    _ = PURPOSES[purpose]
    async with transaction():
        citizens = await Citizen.filter(id__in=sorted(set(citizen_ids))).order_by("id").select_for_update()
        rows = [_row(citizen, reader, purpose, about) for citizen in citizens]
        await AccessLog.bulk_create(rows, batch_size=500)
        for row in rows:
            here = Citizen.filter(id=row.citizen_id)
            await here.update(access_count=row.sequence, access_head=row.hash)


async def looks_of(citizen: Citizen, *, before: int | None, limit: int) -> Sequence[AccessLog]:
    """Who looked at her data, newest first, below the sequence `before`."""
    rows = AccessLog.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    return await rows.order_by("-sequence").limit(limit)


def look_hash(previous: str, row: AccessLog) -> str:
    """The hash of a row after the one before it; the first stands after the empty one."""
    return chain_hash(previous, [getattr(row, name) for name in _SAID])


def _row(citizen: Citizen, reader: Reader, purpose: str, about: str) -> AccessLog:
    row = AccessLog(
        id=uuid7(),
        citizen_id=citizen.id,
        sequence=citizen.access_count + 1,
        reader_id=reader.id,
        reader_name=reader.name,
        reader_department=reader.department,
        purpose=purpose,
        about=about,
        looked_at=clock.now(),
        previous_hash=citizen.access_head or "",
    )
    row.hash = look_hash(row.previous_hash, row)
    return row
