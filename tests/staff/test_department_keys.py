"""Keys of departments' systems: who gets one, how long it works, and who answers for what it sends."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from backend import clock
from backend.errors import DomainError
from backend.staff import department_keys, people
from backend.staff.department_keys import Issued
from backend.staff.models import AuditEvent, Department, DepartmentKey, RequestNonce, StaffUser
from backend.staff.permissions import Staff
from tests.connections import open_all
from tests.factories import DEPARTMENT, VAULT
from tests.running_app import both_databases
from tests.staff.colleagues import Office

SYSTEM = "行政执法办案系统"


async def refusal(deed: Awaitable[Any]) -> str | None:
    """The code of a refusal, or None when it was done."""
    try:
        await deed
    except DomainError as error:
        return error.code
    return None


async def boss(office: Office) -> Staff:
    return await (await office.hire("boss", "admin")).at_work()


async def issue(admin: Staff, officer: str = "wang", **changes: Any) -> Issued:
    wanted = {"department_code": DEPARTMENT, "officer_username": officer, "name": SYSTEM, "months": 12}
    return await department_keys.issue(VAULT, admin, **(wanted | changes))


@both_databases
async def test_a_key_is_told_once_and_kept_as_a_hidden_hash(office: Office) -> None:
    admin = await boss(office)
    wang = await office.hire("wang", "officer")
    issued = await issue(admin, name=f" {SYSTEM} ")
    row = await DepartmentKey.get()
    assert (row.name, row.department_id, row.officer_id) == (SYSTEM, DEPARTMENT, wang.id)
    assert (len(issued.secret), row.expires_on.isoformat()) == (43, "2027-11-23")
    assert issued.secret.encode() not in row.hash_hidden
    assert department_keys.signing_key(VAULT, row) not in row.hash_hidden
    assert issued.secret not in repr(issued)
    event = await AuditEvent.get(action="key.issue", about=f"key:{row.id}")
    assert (event.staff_id, event.detail) == (admin.id, {"department": DEPARTMENT, "officer": str(wang.id)})


async def test_a_hash_moved_to_another_keys_row_opens_nothing(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    first, second = (await issue(admin)).key, (await issue(admin)).key
    second.hash_hidden = first.hash_hidden
    with pytest.raises(Exception, match="altered"):
        department_keys.signing_key(VAULT, second)


async def test_nobody_but_an_administrator_deals_with_keys(office: Office) -> None:
    admin = await boss(office)
    wang = await (await office.hire("wang", "officer", "auditor", "reviewer", "case_officer")).at_work()
    key = (await issue(admin)).key
    for deed in (
        issue(wang),
        department_keys.hand_over(VAULT, wang, key.id, "boss"),
        department_keys.revoke(wang, key.id),
        department_keys.all_keys(wang),
    ):
        assert await refusal(deed) == "not_permitted"


async def test_only_an_officer_of_the_department_who_is_set_up_answers_for_a_key(office: Office) -> None:
    admin = await boss(office)
    await Department.create(code="MZJ", name="县民政局", office="一楼", phone="0375-1", from_day=clock.today())
    await people.add_staff("elsewhere", "李办事", "MZJ", ["officer"])
    await people.add_staff("not-set-up", "张办事", DEPARTMENT, ["officer"])
    await office.hire("reviewer", "reviewer")
    gone = await office.hire("gone", "officer")
    await people.suspend(admin, gone.id)
    await office.hire("wang", "officer")
    for username in ("elsewhere", "not-set-up", "reviewer", "gone", "nobody", "", "王" * 50):
        assert await refusal(issue(admin, username)) == "not_an_officer", username
    key = (await issue(admin, " WANG ")).key
    assert await refusal(department_keys.hand_over(VAULT, admin, key.id, "elsewhere")) == "not_an_officer"
    assert await refusal(department_keys.hand_over(VAULT, admin, key.id, "wang")) == "key_same_officer"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "key_invalid"),
        ({"name": "系" * 61}, "key_invalid"),
        ({"months": 0}, "key_invalid"),
        ({"months": 25}, "key_invalid"),
        ({"department_code": "XXX"}, "department_not_found"),
        ({"department_code": "X" * 50}, "department_not_found"),
    ],
)
async def test_what_is_wrong_with_a_key_is_said(office: Office, changes: dict[str, Any], code: str) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    assert await refusal(issue(admin, **changes)) == code
    assert not await DepartmentKey.exists()


async def test_a_key_works_until_its_last_day_and_while_its_department_stands(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    key = (await issue(admin, months=1)).key
    assert await department_keys.find(key.public_id) == key
    assert await department_keys.find("0" * 32) is None
    office.clock.set("2026-12-22 23:59")
    assert await department_keys.find(key.public_id) is not None
    office.clock.set("2026-12-23 00:00")
    assert await department_keys.find(key.public_id) is None
    assert await refusal(department_keys.hand_over(VAULT, admin, key.id, "wang")) == "key_ended"
    other = (await issue(admin)).key
    await Department.filter(code=DEPARTMENT).update(until_day=clock.today() - timedelta(days=1))
    assert await department_keys.find(other.public_id) is None
    assert await refusal(issue(admin)) == "department_over"


@both_databases
async def test_a_revoked_key_is_over_and_revoked_once(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    key = (await issue(admin)).key
    await open_all()
    answers = await asyncio.gather(*(refusal(department_keys.revoke(admin, key.id)) for _ in range(3)))
    assert sorted(answers, key=str) == [None, "key_ended", "key_ended"]
    assert await department_keys.find(key.public_id) is None
    assert await refusal(department_keys.hand_over(VAULT, admin, key.id, "boss")) == "key_ended"
    assert await AuditEvent.filter(action="key.revoke").count() == 1


async def test_who_answers_for_it_may_change_and_must_stand(office: Office) -> None:
    admin = await boss(office)
    wang, zhang = await office.hire("wang", "officer"), await office.hire("zhang", "officer")
    key = (await issue(admin)).key
    assert (await department_keys.officer_of(key)).id == wang.id
    await people.set_roles(admin, wang.id, ["reviewer"])
    key = await department_keys.key_of(key.id)
    assert await refusal(department_keys.officer_of(key)) == "key_officer_gone"
    assert await department_keys.answered_for([key]) == set()
    assert (await department_keys.hand_over(VAULT, admin, key.id, "zhang")).key == key
    key = await department_keys.key_of(key.id)
    assert (await department_keys.officer_of(key)).id == zhang.id
    assert await department_keys.answered_for([key]) == {key.id}
    await StaffUser.filter(id=zhang.id).update(active=False)
    assert await refusal(department_keys.officer_of(await department_keys.key_of(key.id))) == "key_officer_gone"
    event = await AuditEvent.get(action="key.hand_over")
    assert event.detail == {"from_officer": str(wang.id), "to_officer": str(zhang.id)}


async def test_a_new_officer_has_a_new_secret_and_the_old_one_stops(office: Office) -> None:
    """Her predecessor may have kept it, and would file in her name and approve in her own."""
    admin = await boss(office)
    await office.hire("wang", "officer")
    await office.hire("zhang", "officer")
    before = await issue(admin)
    after = await department_keys.hand_over(VAULT, admin, before.key.id, "zhang")
    assert (after.key.public_id, after.secret != before.secret) == (before.key.public_id, True)
    key = await department_keys.key_of(before.key.id)
    assert department_keys.signing_key(VAULT, key) == department_keys.hash_secret(after.secret)


async def test_who_may_file_for_a_department_never_sees_the_secret_of_its_keys(office: Office) -> None:
    both = await (await office.hire("both", "admin", "officer")).at_work()
    await office.hire("wang", "officer")
    assert await refusal(issue(both)) == "key_own_department"
    assert not await DepartmentKey.exists()
    key = (await issue(await boss(office))).key
    assert await refusal(department_keys.hand_over(VAULT, both, key.id, "both")) == "key_own_department"
    assert (await department_keys.key_of(key.id)).officer_id == key.officer_id
    elsewhere = Department(code="MZJ", name="县民政局", office="一楼", phone="0375-1", from_day=clock.today())
    await elsewhere.save(force_create=True)
    await people.add_staff("mzj-li", "李办事", "MZJ", ["officer"])
    await StaffUser.filter(username="mzj-li").update(own_number_digest="0" * 64)
    assert await refusal(issue(both, "mzj-li", department_code="MZJ")) is None, "there she files nothing"
    assert await refusal(department_keys.revoke(both, key.id)) is None, "a leaked key is ended by whoever is there"


@both_databases
async def test_of_two_requests_alike_at_once_one_is_new(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    key, other = (await issue(admin)).key, (await issue(admin)).key
    await open_all()
    seen = await asyncio.gather(*(department_keys.remember(key, "a-nonce-of-some-length") for _ in range(4)))
    assert sorted(seen) == [False, False, False, True]
    assert await department_keys.remember(other, "a-nonce-of-some-length"), "each key has its own"


async def test_what_was_seen_is_forgotten_once_its_time_alone_refuses_it(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    key = (await issue(admin)).key
    await department_keys.remember(key, "the-first-nonce-of-all")
    office.clock.forward(minutes=11)
    assert await department_keys.forget_nonces() == 0, "a clock five minutes ahead may still send it"
    await department_keys.remember(key, "the-second-nonce-of-all")
    office.clock.forward(minutes=5)
    assert await department_keys.forget_nonces() == 1
    assert await RequestNonce.all().values_list("nonce", flat=True) == ["the-second-nonce-of-all"]


async def test_the_day_of_its_last_use_is_kept(office: Office) -> None:
    admin = await boss(office)
    await office.hire("wang", "officer")
    key = (await issue(admin)).key
    assert key.last_used_on is None
    await department_keys.note_use(key)
    key = await department_keys.key_of(key.id)
    assert key.last_used_on == clock.today()
    office.clock.forward(days=1)
    await department_keys.note_use(key)
    assert (await department_keys.key_of(key.id)).last_used_on == clock.today()
