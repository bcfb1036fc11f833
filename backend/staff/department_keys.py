"""接口密钥: which systems of a department may speak for it, who answers for each, and what they signed already."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from tortoise.expressions import Q

from backend import clock
from backend.database import transaction
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.secrets import Vault, new_token
from backend.spreadsheets.cells import clean
from backend.staff import audit
from backend.staff.departments import stands
from backend.staff.models import Department, DepartmentKey, RequestNonce, StaffRole, StaffUser
from backend.staff.people import no_such_department
from backend.staff.permissions import PERMISSIONS, Staff, require, staff_of
from backend.workdays import months_after

MOST_MONTHS = 24
NONCES_KEPT = timedelta(minutes=15)  # longer than a signature is good for, from the earliest to the latest clock

_MANAGE, _FILE = "manage_keys", "file_records"
_NAME_LENGTH = 60


@dataclass(frozen=True)
class Issued:
    """A fresh key. Its secret is told once and kept only as a hash, encrypted."""

    key: DepartmentKey
    secret: str = field(repr=False)


def bad_key() -> Invalid:
    detail = f"请填写业务系统的名称（1 至 {_NAME_LENGTH} 个字）和有效期（1 至 {MOST_MONTHS} 个月）。"
    return Invalid("key_invalid", detail)


def department_over() -> Conflict:
    return Conflict("department_over", "这个部门已经撤并，不能再发放密钥。")


def not_an_officer() -> Invalid:
    detail = "负责人要是本部门在用、已完成设置的报送员账号。请核对账号名；角色在“工作人员”里设定。"
    return Invalid("not_an_officer", detail)


def no_such_key() -> NotFound:
    return NotFound("key_not_found", "没有这个密钥。")


def key_ended() -> Conflict:
    return Conflict("key_ended", "这个密钥已经停用或到期。需要时请发放新的密钥。")


def key_moved() -> Conflict:
    return Conflict("key_moved", "这个密钥刚刚被别人改动。请刷新页面，看清楚后再办理。")


def same_officer() -> Conflict:
    return Conflict("key_same_officer", "这位报送员已经是负责人。")


def own_department() -> Forbidden:
    detail = "您自己也是这个部门的报送员，不能经手它的密钥：报送和复核要由两个人办理。请由另一位系统管理员办理。"
    return Forbidden("key_own_department", detail)


def officer_gone() -> Forbidden:
    detail = "这个密钥的负责人已停用，或不再是本部门的报送员。请联系系统管理员更换负责人，换上新的密钥文字。"
    return Forbidden("key_officer_gone", detail)


async def issue(
    vault: Vault, admin: Staff, department_code: str, officer_username: str, name: str, months: int
) -> Issued:
    """A key for one system of a department, good for `months` (1 to 24), answered for by one of its officers.

    What the system sends is filed in her name: a colleague of hers approves it, and nothing may be about herself.
    Raises Forbidden (an officer there too), Invalid, NotFound for an unknown department, Conflict for one that is over.
    """
    _check_may_see_secret(admin, department_code)
    name = clean(name)
    if not (1 <= len(name) <= _NAME_LENGTH and 1 <= months <= MOST_MONTHS):
        raise bad_key()
    officer = await _officer(await _department(department_code), officer_username)
    secret, public_id, now = new_token(), uuid4().hex, clock.now()
    async with transaction():
        key = await DepartmentKey.create(
            public_id=public_id,
            department_id=department_code,
            officer_id=officer.id,
            name=name,
            hash_hidden=vault.seal_bytes(hash_secret(secret), _field(public_id)),
            expires_on=months_after(clock.local_date(now), months),
            created_at=now,
        )
        await audit.record(admin, "key.issue", _about(key), department=department_code, officer=str(officer.id))
    return Issued(await key_of(key.id), secret)


async def hand_over(vault: Vault, admin: Staff, key_id: UUID, officer_username: str) -> Issued:
    """Let another officer of the department answer for a key from now on; what was filed stays in the old name.

    The key has a new secret then: who held the old one might go on in her name, and approve it in her own.
    Raises Forbidden as `issue`, NotFound, Invalid for who is no officer there, Conflict once the key has ended.
    """
    require(admin, _MANAGE)
    key = await key_of(key_id)
    _check_may_see_secret(admin, key.department_id)
    if not works(key, clock.today()):
        raise key_ended()
    officer, secret = await _officer(key.department, officer_username), new_token()
    if officer.id == key.officer_id:
        raise same_officer()
    hidden = vault.seal_bytes(hash_secret(secret), _field(key.public_id))
    async with transaction():
        same = DepartmentKey.filter(id=key.id, officer_id=key.officer_id, revoked_at__isnull=True)
        if not await same.update(officer_id=officer.id, hash_hidden=hidden):
            raise key_moved()
        moved = {"from_officer": str(key.officer_id), "to_officer": str(officer.id)}
        await audit.record(admin, "key.hand_over", _about(key), **moved)
    return Issued(await key_of(key.id), secret)


async def revoke(admin: Staff, key_id: UUID) -> None:
    """End a key at once and for good. Raises Forbidden, NotFound, Conflict when it was ended already."""
    require(admin, _MANAGE)
    key = await key_of(key_id)
    async with transaction():
        if not await DepartmentKey.filter(id=key.id, revoked_at__isnull=True).update(revoked_at=clock.now()):
            raise key_ended()
        await audit.record(admin, "key.revoke", _about(key))


async def all_keys(admin: Staff) -> Sequence[DepartmentKey]:
    """Every key by department, the newest first, with department and officer fetched. Raises Forbidden."""
    require(admin, _MANAGE)
    return await DepartmentKey.all().order_by("department_id", "-id").select_related("department", "officer")


async def answered_for(keys: Iterable[DepartmentKey]) -> set[UUID]:
    """Which of these keys, with their officers fetched, have an officer who may still answer for them."""
    by_id = {key.id: key for key in keys}
    officers = list({key.officer_id for key in by_id.values()})
    may_file = await StaffRole.filter(staff_id__in=officers, role__in=sorted(PERMISSIONS[_FILE].roles))
    roles = {row.staff_id: frozenset({row.role}) for row in may_file}
    staff = {each: Staff(key.officer, roles.get(key.officer_id, frozenset())) for each, key in by_id.items()}
    return {each for each, key in by_id.items() if _may_answer(staff[each], key.department_id)}


async def key_of(key_id: UUID) -> DepartmentKey:
    """One key with its department and officer. Raises NotFound."""
    key = await DepartmentKey.get_or_none(id=key_id).select_related("department", "officer")
    if key is None:
        raise no_such_key()
    return key


def works(key: DepartmentKey, today: date) -> bool:
    """Whether a key, with its department fetched, is in use on this day; its officer is asked for by `officer_of`."""
    return key.revoked_at is None and today < key.expires_on and stands(key.department, today)


async def find(public_id: str) -> DepartmentKey | None:
    """The key that a request names, while it works; with its department and officer."""
    key = await DepartmentKey.get_or_none(public_id=public_id).select_related("department", "officer")
    return key if key is not None and works(key, clock.today()) else None


def signing_key(vault: Vault, key: DepartmentKey) -> bytes:
    """What its requests are signed with: the SHA-256 of the secret. Never to be shown, logged or compared in parts."""
    return vault.open_bytes(key.hash_hidden, _field(key.public_id))


def hash_secret(secret: str) -> bytes:
    """What a secret is kept as, and signs with: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(secret.encode()).digest()


async def remember(key: DepartmentKey, nonce: str) -> bool:
    """Whether this nonce of the key's is a new one; of two alike at once, one is."""
    seen = RequestNonce(key_id=key.id, nonce=nonce, seen_at=clock.now())
    await RequestNonce.bulk_create([seen], ignore_conflicts=True)
    return await RequestNonce.filter(id=seen.id).exists()


async def note_use(key: DepartmentKey) -> None:
    """Write down the day on which a key was used last: one write a day."""
    today = clock.today()
    if key.last_used_on != today:
        earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=today)
        await DepartmentKey.filter(earlier, id=key.id).update(last_used_on=today)


async def officer_of(key: DepartmentKey) -> Staff:
    """Who answers for a key from `find`. Raises Forbidden once she is put away, moved, or an officer no more."""
    staff = await staff_of(key.officer)
    if not _may_answer(staff, key.department_id):
        raise officer_gone()
    return staff


async def forget_nonces() -> int:
    """Delete what was seen so long ago that its time alone refuses it; how many."""
    return await RequestNonce.filter(seen_at__lt=clock.now() - NONCES_KEPT).delete()


def _check_may_see_secret(admin: Staff, department_code: str) -> None:
    """Whoever sees a secret could file with it: she must not be one of those who approve what is filed (charter 1)."""
    require(admin, _MANAGE)
    if admin.department_code == department_code and admin.may(_FILE):
        raise own_department()


async def _department(code: str) -> Department:
    # Compared here: a filter would choke on a code longer than its column.
    department = {row.code: row for row in await Department.all()}.get(code)
    if department is None:
        raise no_such_department()
    if not stands(department, clock.today()):
        raise department_over()
    return department


async def _officer(department: Department, username: str) -> StaffUser:
    """An officer of the department by her user name. Raises Invalid for everybody else, known or not."""
    mine = {row.username: row for row in await StaffUser.filter(department_id=department.code, active=True)}
    user = mine.get(username.strip().lower())
    # Without her own number nobody could see to it that she files nothing about herself.
    if user is None or user.own_number_digest is None or not _may_answer(await staff_of(user), department.code):
        raise not_an_officer()
    return user


def _may_answer(staff: Staff, department_code: str) -> bool:
    return staff.user.active and staff.department_code == department_code and staff.may(_FILE)


def _field(public_id: str) -> str:
    """Bound to its own row: a hash moved to another key's row cannot be opened there."""
    return f"department_key.hash:{public_id}"


def _about(key: DepartmentKey) -> str:
    return f"key:{key.id}"
