"""Honours as their owner's staff see them: a list that names nobody hidden, one opened by a logged look, its deeds."""

from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.citizens import access_log
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import Account
from backend.database import transaction
from backend.errors import Conflict, FieldError, Forbidden, Invalid, invalid_fields
from backend.honours import honour_records, my_honours, result_telling
from backend.honours.honour_about import Opened, holder_of, no_such_honour, opened
from backend.honours.models import Honour
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of
from backend.notifications import inbox
from backend.points.ledger import Ledger
from backend.records.checking import Refused
from backend.records.columns import FiledRow
from backend.records.filing import hold_citizens
from backend.secrets import Vault, mask_name
from backend.staff import audit
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

MANAGE = "manage_seasons"
PURPOSE = "honour_record"


@dataclass(frozen=True)
class Line:
    """One honour in a list. Who took it down is not named whole."""

    honour: Honour  # with its season fetched
    name: str
    award_name: str


@dataclass(frozen=True)
class Seen:
    """One honour, opened."""

    opened: Opened
    contact: str  # nothing once what was kept about the nominee is erased
    has_account: bool  # she decides herself whether it is shown


def recorded_already() -> Conflict:
    return Conflict("honour_recorded", "这项荣誉已经登记为记录，不用再登记。")


def tied_already() -> Conflict:
    return Conflict("honour_tied", "这项荣誉已经登记是谁的。填写的身份证号与登记的不是同一个人。")


def person_not_known() -> Conflict:
    return Conflict("honour_person_unknown", "还不知道获奖者的身份证号，请先登记身份。")


def under_age() -> Forbidden:
    return Forbidden("honoured_under_age", "这位不满十八周岁，不能登记。")


def she_decides() -> Conflict:
    return Conflict("honoured_decides", "本人在小程序里自己决定是否展示。您可以按本人意愿撤下，恢复要由本人操作。")


async def list_for(staff: Staff, vault: Vault, *, before: UUID | None = None, limit: int = 50) -> list[Line]:
    """Her department's, the newest first, before `before`. Raises Forbidden."""
    require(staff, MANAGE)
    rows = Honour.filter(season__department_id=staff.department_code)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_line(vault, row) for row in await rows.order_by("-id").limit(limit).select_related("season")]


async def of_season(staff: Staff, vault: Vault, season_id: UUID) -> list[Line]:
    """Those of one season of her department. Raises Forbidden."""
    require(staff, MANAGE)
    rows = Honour.filter(season_id=season_id, season__department_id=staff.department_code)
    return [_line(vault, row) for row in await rows.order_by("id").select_related("season")]


async def open_one(vault: Vault, staff: Staff, honour_id: UUID) -> Seen:
    """One honour whole, after the look is written down where the honoured person can read it.

    Raises Forbidden, NotFound for another department's.
    """
    honour = await _honour_for(staff, honour_id)
    about = holder_of(honour_id)
    async with transaction():
        known = [honour.citizen_id] if honour.citizen_id else []
        await access_log.look(staff.reader, known, purpose=PURPOSE, about=about)
        await audit.record(staff, "nominee.look", about)
    nominee = await Nominee.get(id=honour.nominee_id)
    kept = about_of(vault, nominee)
    return Seen(opened(vault, honour), kept.contact if kept else "", await _has_account(honour))


async def tie(ledger: Ledger, vault: Vault, staff: Staff, honour_id: UUID, number: str) -> Honour:
    """Note down whose honour it is, by the identity number that she showed, and file its record.

    Name and number must stand together in the county register. Raises Forbidden (also under eighteen), NotFound,
    Invalid for the number, Conflict honour_recorded, honour_tied, honour_not_recorded with the reason.
    """
    honour = await _unrecorded(staff, honour_id)
    try:
        identity = parse_identity_number(number, clock.today())
    except Invalid as error:
        raise invalid_fields([FieldError("number", error.code, error.detail)]) from error
    if identity.adult_on > clock.today():
        raise under_age()
    row = honour_records.row_of(honour.season, honour, opened(vault, honour).about.name, identity.number)
    return await _file(ledger, vault, staff, honour, row)


async def record(ledger: Ledger, vault: Vault, staff: Staff, honour_id: UUID) -> Honour:
    """File the record that could not be filed with the result, for a person who is known.

    Raises Forbidden, NotFound, Conflict honour_recorded, honour_person_unknown, honour_not_recorded with the reason.
    """
    honour = await _unrecorded(staff, honour_id)
    if honour.citizen_id is None:
        raise person_not_known()
    return await _file(ledger, vault, staff, honour, await honour_records.row_of_citizen(vault, honour.season, honour))


async def set_shown(staff: Staff, honour_id: UUID, shown: bool) -> None:
    """Take it down at the wish of who has told so, or put it up again for somebody without an account.

    The same again changes nothing. Raises Forbidden, NotFound, Conflict honoured_decides.
    """
    honour = await _honour_for(staff, honour_id)
    async with transaction():
        if shown and await _has_account(honour):
            raise she_decides()
        if await my_honours.turn(honour_id, shown):
            await audit.record(staff, "honour.hide", holder_of(honour_id), shown="1" if shown else "0")


async def _file(ledger: Ledger, vault: Vault, staff: Staff, honour: Honour, row: FiledRow) -> Honour:
    """Its record, and whose it is, in one transaction; of two at once, one."""
    (verdict,) = await honour_records.check(vault, staff, honour.season, [row])
    if isinstance(verdict, Refused):
        raise honour_records.honour_not_recorded("".join(each.detail for each in verdict.faults))
    async with transaction():
        citizen_id = (await hold_citizens(vault, [verdict]))[verdict.number_digest]
        if honour.citizen_id not in (None, citizen_id):
            raise tied_already()
        here = Honour.filter(id=honour.id, record_id=None, citizen_id=honour.citizen_id)
        record_id = (await honour_records.file_rows(ledger, vault, staff, [verdict])).get(honour.number)
        if record_id is None:
            raise honour_records.honour_not_recorded("这个编号的记录已经撤回，请在“更正撤回”里申请恢复。")
        if not await here.update(citizen_id=citizen_id, record_id=record_id):
            raise recorded_already()
        await access_log.look(staff.reader, [citizen_id], purpose=PURPOSE, about=holder_of(honour.id))
        if honour.citizen_id is None:
            honour.citizen_id = citizen_id
            await inbox.tell([result_telling.to_honoured(honour.season, honour)])
        await audit.record(staff, "honour.tie", holder_of(honour.id))
    return await Honour.get(id=honour.id)


async def _unrecorded(staff: Staff, honour_id: UUID) -> Honour:
    honour = await _honour_for(staff, honour_id)
    if staff.user.own_number_digest is None:
        raise own_number_needed()
    if honour.record_id is not None:
        raise recorded_already()
    return honour


async def _honour_for(staff: Staff, honour_id: UUID) -> Honour:
    require(staff, MANAGE)
    rows = Honour.filter(season__department_id=staff.department_code)
    honour = await rows.get_or_none(id=honour_id).select_related("season")
    if honour is None:
        raise no_such_honour()
    return honour


async def _has_account(honour: Honour) -> bool:
    return honour.citizen_id is not None and await Account.filter(citizen_id=honour.citizen_id).exists()


def _line(vault: Vault, honour: Honour) -> Line:
    found = opened(vault, honour)
    name = found.about.name if honour.shown else mask_name(found.about.name)
    return Line(honour, name, found.award_name)
