"""Sessions of the console: over after half an hour of rest, after ten hours, and when somebody ends them."""

from datetime import timedelta

import pytest

from backend import clock
from backend.errors import Unauthenticated
from backend.staff import people, sessions
from backend.staff.models import AuditEvent, StaffSession, StaffUser
from backend.staff.sessions import staff_sign_in_needed
from tests.staff.colleagues import Office, is_signed_in
from tests.staff.test_sign_in import wrong


@pytest.mark.parametrize("token", ["", "made-up", "x" * 10_000, "错\ud800"])
async def test_a_made_up_token_speaks_for_nobody(office: Office, token: str) -> None:
    await office.signed_in(await office.hire())
    with pytest.raises(Unauthenticated) as refusal:
        await sessions.find(token)
    assert refusal.value.code == staff_sign_in_needed().code


async def test_a_token_speaks_for_her_with_the_roles_that_she_has_now(office: Office) -> None:
    wang = await office.hire("wang", "reviewer")
    token = await office.signed_in(wang)
    await people.set_roles(None, wang.id, ["officer"])
    staff, session = await sessions.find(token)
    assert (staff.id, staff.roles, session.staff_id) == (wang.id, {"officer"}, wang.id)


async def test_half_an_hour_of_rest_ends_a_session(office: Office) -> None:
    token = await office.signed_in(await office.hire())
    office.clock.forward(minutes=29, seconds=50)
    assert await is_signed_in(token)
    office.clock.forward(minutes=29, seconds=50)
    assert await is_signed_in(token)
    office.clock.forward(minutes=30, seconds=1)
    assert not await is_signed_in(token)


async def test_ten_hours_end_a_session_whatever_she_does(office: Office) -> None:
    token = await office.signed_in(await office.hire())
    for _ in range(29):
        office.clock.forward(minutes=20)
        assert await is_signed_in(token)
    office.clock.forward(minutes=19, seconds=50)
    assert await is_signed_in(token)
    office.clock.forward(seconds=11)
    assert not await is_signed_in(token)


async def test_looking_again_within_a_minute_writes_nothing(office: Office) -> None:
    token = await office.signed_in(await office.hire())
    began = (await StaffSession.get()).seen_at
    office.clock.forward(seconds=50)
    await sessions.find(token)
    assert (await StaffSession.get()).seen_at == began
    office.clock.forward(seconds=11)
    await sessions.find(token)
    assert (await StaffSession.get()).seen_at - began >= timedelta(seconds=61)


async def test_signing_out_ends_this_browser_and_no_other(office: Office) -> None:
    wang = await office.hire()
    here = await office.signed_in(wang)
    office.next_code()
    there = await office.signed_in(wang)
    _, session = await sessions.find(here)
    for _ in range(2):
        await sessions.sign_out(session)
    assert (await is_signed_in(here), await is_signed_in(there)) == (False, True)
    assert await AuditEvent.filter(action="staff.sign_out", staff_id=wang.id).count() == 1


async def test_a_lock_keeps_everybody_from_signing_in_and_nobody_at_work(office: Office) -> None:
    wang = await office.hire()
    token = await office.signed_in(wang)
    for _ in range(5):
        await wrong(office, "wang")
    assert (await StaffUser.get(id=wang.id)).locked_until is not None
    assert await is_signed_in(token), "else whoever knows her user name could stop her"


async def test_resetting_ends_every_session_at_once(office: Office) -> None:
    wang = await office.hire()
    token = await office.signed_in(wang)
    await people.reset(None, wang.id)
    assert not await is_signed_in(token)
    assert await StaffSession.all().count() == 0


async def test_a_session_that_outlived_its_account_speaks_for_nobody(office: Office) -> None:
    """Suspending deletes sessions; should one be left by whatever way, it is worth nothing."""
    wang = await office.hire()
    token = await office.signed_in(wang)
    kept = dict(await StaffSession.get())
    await people.suspend(None, wang.id)
    await StaffSession.create(**kept)
    assert not await is_signed_in(token)


async def test_ended_sessions_are_forgotten_and_living_ones_kept(office: Office) -> None:
    wang = await office.hire()
    await office.signed_in(wang)
    office.clock.forward(minutes=31)
    living = await office.signed_in(wang)
    assert await sessions.forget_expired() == 1
    assert await is_signed_in(living)
    await StaffSession.all().update(expires_at=clock.now())
    assert await sessions.forget_expired() == 1
