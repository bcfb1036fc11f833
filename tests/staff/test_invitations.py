"""Setting an account up: a link that works once, for three days, for one person."""

import asyncio

import pyotp
import pytest

from backend import clock
from backend.errors import Conflict, Invalid, NotFound
from backend.staff import invitations, people
from backend.staff.models import AuditEvent, StaffUser
from tests.connections import open_all
from tests.factories import CITIZEN, DEPARTMENT, VAULT, number_of
from tests.running_app import both_databases
from tests.staff.colleagues import OWN_NUMBER, PASSWORD, Office


async def newcomer(username: str = "wang") -> tuple[StaffUser, str]:
    user = await people.add_staff(username, "王办事", DEPARTMENT)
    return user, await invitations.invite(user.id)


async def code_of(token: str) -> str:
    return pyotp.TOTP((await invitations.begin(VAULT, token)).secret).at(clock.now())


async def finish(token: str, code: str, password: str = PASSWORD, own_number: str = OWN_NUMBER) -> None:
    await invitations.finish(VAULT, token, password, code, own_number)


async def gone(token: str) -> bool:
    """Whether a token opens none of the three doors."""
    doors = [invitations.invited(token), invitations.begin(VAULT, token), finish(token, "000000")]
    told = await asyncio.gather(*doors, return_exceptions=True)
    return all(isinstance(each, NotFound) and each.code == "invitation_gone" for each in told)


async def test_she_chooses_a_password_ties_her_phone_and_says_who_she_is(office: Office) -> None:
    user, token = await newcomer()
    shown = await invitations.begin(VAULT, token)
    assert shown.secret_uri.startswith("otpauth://totp/")
    assert shown.secret in shown.secret_uri
    await finish(token, await code_of(token))
    row = await StaffUser.get(id=user.id)
    assert (row.password_hash or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert row.own_number_digest == VAULT.digest(OWN_NUMBER, "citizen.number")
    for hidden in (PASSWORD, OWN_NUMBER, shown.secret, token):
        assert hidden not in str(dict(row))
    (event,) = await AuditEvent.filter(action="staff.set_up")
    assert (event.staff_id, event.detail) == (user.id, {"own_number": "new"})


async def test_the_code_that_set_it_up_does_not_sign_in(office: Office) -> None:
    _, token = await newcomer()
    wang = await office.set_up("wang", token)
    office.clock.forward(seconds=-30)
    with pytest.raises(Exception, match="staff_sign_in_failed"):
        await office.sign_in(wang)
    office.next_code()
    await office.sign_in(wang)


async def test_the_page_shows_the_same_secret_however_often_it_is_opened(office: Office) -> None:
    _, token = await newcomer()
    first = await invitations.begin(VAULT, token)
    assert await invitations.begin(VAULT, token) == first


@both_databases
async def test_two_pages_opened_at_once_show_one_secret(office: Office) -> None:
    _, token = await newcomer()
    await open_all()
    shown = await asyncio.gather(*(invitations.begin(VAULT, token) for _ in range(5)))
    assert len({each.secret for each in shown}) == 1


async def test_an_invitation_works_once(office: Office) -> None:
    _, token = await newcomer()
    await finish(token, await code_of(token))
    assert await gone(token)


@both_databases
async def test_of_two_who_finish_at_once_one_does(office: Office) -> None:
    user, token = await newcomer()
    code = await code_of(token)
    await open_all()
    passwords = ("two crows on a fence", "nine ducks in a row!")
    told = await asyncio.gather(*(finish(token, code, each) for each in passwords), return_exceptions=True)
    assert sorted(type(each).__name__ for each in told) == ["NoneType", "NotFound"]
    assert await AuditEvent.filter(action="staff.set_up", staff_id=user.id).count() == 1


async def test_an_invitation_lives_for_three_days(office: Office) -> None:
    _, token = await newcomer()
    office.clock.forward(hours=71, minutes=59)
    assert (await invitations.invited(token)).username == "wang"
    office.clock.forward(minutes=1)
    assert await gone(token)


async def test_somebody_elses_token_or_a_made_up_one_opens_nothing_of_hers(office: Office) -> None:
    hers, token = await newcomer()
    other, others = await newcomer("li")
    assert await code_of(token) != await code_of(others)
    with pytest.raises(Invalid, match="set_up_invalid"):
        await finish(others, await code_of(token))
    assert (await StaffUser.get(id=hers.id)).password_hash is None
    assert (await StaffUser.get(id=other.id)).password_hash is None
    assert await gone("made-up")
    assert await gone("\ud800")


async def test_a_new_invitation_ends_the_one_before_and_its_secret(office: Office) -> None:
    user, old = await newcomer()
    secret = (await invitations.begin(VAULT, old)).secret
    new = await invitations.invite(user.id)
    assert await gone(old)
    assert (await invitations.begin(VAULT, new)).secret != secret


async def test_a_suspended_account_is_invited_nowhere(office: Office) -> None:
    user, token = await newcomer()
    await people.suspend(None, user.id)
    assert await gone(token)
    with pytest.raises(NotFound, match="staff_gone"):
        await invitations.invite(user.id)


async def test_every_fault_is_told_at_once_and_changes_nothing(office: Office) -> None:
    user, token = await newcomer()
    with pytest.raises(Invalid) as refusal:
        await finish(token, "12345", "short", OWN_NUMBER[:-1] + "3")
    told = {each.field: each.code for each in refusal.value.fields}
    assert told == {"code": "code_wrong", "password": "password_weak", "own_number": "identity_number_check"}
    assert all(each.detail.endswith("。") for each in refusal.value.fields)
    assert OWN_NUMBER[:-1] not in str(refusal.value.__dict__)
    assert (await StaffUser.get(id=user.id)).password_hash is None
    await finish(token, await code_of(token))


async def test_a_code_before_the_page_was_opened_is_wrong(office: Office) -> None:
    _, token = await newcomer()
    with pytest.raises(Invalid) as refusal:
        await finish(token, "000000")
    assert [each.field for each in refusal.value.fields] == ["code"]


async def test_an_auditor_sees_who_says_after_a_reset_that_she_is_somebody_else(office: Office) -> None:
    wang = await office.hire()
    for number, said in ((number_of("wang"), "same"), (CITIZEN.number, "changed")):
        token = await people.reset(None, wang.id)
        await finish(token, await code_of(token), own_number=number)
        event = await AuditEvent.filter(action="staff.set_up").order_by("-id").first()
        assert event is not None
        assert event.detail == {"own_number": said}


async def test_a_person_has_one_account_at_work(office: Office) -> None:
    first, second = [await people.add_staff(name, "王办事", DEPARTMENT, ["reviewer"]) for name in ("wang", "wang-too")]
    token = await invitations.invite(first.id)
    await finish(token, await code_of(token))
    token = await invitations.invite(second.id)
    with pytest.raises(Conflict) as refusal:
        await finish(token, await code_of(token))
    assert refusal.value.code == "second_account"
    await people.suspend(None, first.id)
    await finish(token, await code_of(token))
    with pytest.raises(Conflict) as refusal:
        await people.reinstate(None, first.id)
    assert refusal.value.code == "second_account"
