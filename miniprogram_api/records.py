"""My records, each with its basis, its time and the ways on."""

from uuid import UUID

from msgspec import Struct

from backend import clock
from backend.citizens.models import Account
from backend.records import reading
from backend.records.evidence_rules import evidence_rules
from backend.secrets import Vault
from backend.staff.departments import offices
from miniprogram_api.record_shown import RecordLine, RecordShown, line_of, shown
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("记录")


class RecordPage(Struct, frozen=True):
    """Records, the last filed first."""

    items: tuple[RecordLine, ...]
    next_cursor: str | None


@routes.add("GET", "/records", summary="我的公共信用记录", errors=[binding_needed])
async def list_records(account: Account, page: PageQuery) -> RecordPage:
    """不参加积分也能看。"""
    rows = await reading.records_of(bound_citizen(account), before=decode_id(page.cursor), limit=page.limit + 1)
    known = await offices()
    lines = tuple(line_of(row, known) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return RecordPage(lines, encode_cursor(str(lines[-1].id)) if more else None)


@routes.add(
    "GET",
    "/records/<record_id>",
    summary="一条公共信用记录",
    errors=[reading.no_such_record, reading.record_withdrawn, binding_needed],
)
async def show_record(account: Account, vault: Vault, record_id: UUID) -> RecordShown:
    """记录的来源、依据、期限、正在执行的措施、部门的更正，以及可以怎么办。"""
    whole = await reading.whole_record_of(vault, bound_citizen(account), record_id)
    taken = frozenset(await evidence_rules(clock.today()))
    return shown(whole, await offices(), taken)
