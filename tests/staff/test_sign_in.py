"""Signing in to the console: three parts all right, one answer to everything wrong, locks that tell nobody apart."""

import asyncio

import pytest

from backend import clock
from backend.errors import DomainError, TooMany, Unauthenticated
from backend.secrets import hash_token
from backend.staff import people
from backend.staff.models import AuditEvent, StaffSession, StaffUser
from backend.staff.sign_in import SignedIn, sign_in, staff_sign_in_failed
from tests.connections import open_all
from tests.factories import DEPARTMENT, VAULT
from tests.running_app import both_databases
from tests.staff.colleagues import PASSWORD, Colleague, Office, is_signed_in

WRONG = "three geese by the wall"


async def answer(deed: object) -> str:
    """The code of a refusal, or `signed_in`."""
    try:
        await deed  # type: ignore[misc]
    except DomainError as error:
        return error.code
    return "signed_in"


async def wrong(office: Office, name: str) -> str:
    """What a wrong password is answered, whoever's name it is."""
    return await answer(sign_in(VAULT, office.cache, name, WRONG, "000000"))


@both_databases
async def test_password_and_code_open_a_session_and_only_its_hash_is_kept(office: Office) -> None:
    wang = await office.hire("wang", "reviewer")
    signed_in = await office.sign_in(wang)
    assert (signed_in.staff.id, signed_in.staff.roles) == (wang.id, {"reviewer"})
    assert signed_in.staff.reader.department == "县市场监管局"
    session = await StaffSession.get()
    assert session.token_hash == hash_token(signed_in.token)
    assert (session.expires_at, session.staff_id) == (signed_in.expires_at, wang.id)
    assert [event.action for event in await AuditEvent.filter(staff_id=wang.id).order_by("id")] == [
        "staff.set_up",
        "staff.sign_in",
    ]


async def test_a_name_is_typed_as_people_type(office: Office) -> None:
    wang = await office.hire()
    code = wang.code()
    spaced = f" {code[:3]} {code[3:]} ".translate({ord("1"): "１"})
    assert (await sign_in(VAULT, office.cache, " Wang ", PASSWORD, spaced)).staff.id == wang.id


async def test_everything_wrong_is_answered_alike(office: Office) -> None:
    wang, never_set_up = await office.hire(), await people.add_staff("li", "李", DEPARTMENT)
    suspended = await office.hire("zhao")
    await people.suspend(None, suspended.id)
    for name, password, code in [
        ("wang", WRONG, wang.code()),
        ("wang", PASSWORD, f"{(int(wang.code()) + 1) % 10**6:06d}"),
        ("wang", PASSWORD, ""),
        (never_set_up.username, PASSWORD, "000000"),
        ("zhao", PASSWORD, suspended.code()),
        ("nobody", PASSWORD, "000000"),
        ("", "", ""),
        ("a\x00b", "\ud800", "\ud800"),
        ("x" * 10_000, "x" * 10_000, "١٢٣٤٥٦"),
    ]:
        with pytest.raises(Unauthenticated) as refusal:
            await sign_in(VAULT, office.cache, name, password, code)
        assert (refusal.value.code, refusal.value.detail) == (
            staff_sign_in_failed().code,
            staff_sign_in_failed().detail,
        )
    assert await StaffSession.all() == []


async def test_a_code_works_once_and_an_older_one_never_after_it(office: Office) -> None:
    wang = await office.hire()
    before, now = wang.code(), None
    office.next_code()
    now = wang.code()
    await office.sign_in(wang, code=now)
    assert await answer(office.sign_in(wang, code=now)) == "staff_sign_in_failed"
    assert await answer(office.sign_in(wang, code=before)) == "staff_sign_in_failed"
    office.next_code()
    await office.sign_in(wang)


async def test_a_phone_half_a_minute_early_or_late_is_let_in_and_no_more(office: Office) -> None:
    wang = await office.hire()
    for seconds, told in (
        (-60, "staff_sign_in_failed"),
        (-30, "signed_in"),
        (60, "staff_sign_in_failed"),
        (30, "signed_in"),
    ):
        code = wang.phone.at(int(clock.now().timestamp()) + seconds)
        assert await answer(office.sign_in(wang, code=code)) == told, seconds
        office.clock.forward(minutes=2)


@both_databases
async def test_one_code_in_two_browsers_at_once_opens_one_session(office: Office) -> None:
    wang = await office.hire()
    await open_all()
    told = await asyncio.gather(*(answer(office.sign_in(wang)) for _ in range(4)))
    assert sorted(told) == ["signed_in", *["staff_sign_in_failed"] * 3]
    assert await StaffSession.all().count() == 1


async def test_the_fifth_wrong_try_locks_for_fifteen_minutes_even_for_the_right_password(office: Office) -> None:
    wang = await office.hire()
    assert [await wrong(office, "wang") for _ in range(5)] == ["staff_sign_in_failed"] * 5
    with pytest.raises(TooMany) as locked:
        await office.sign_in(wang)
    assert locked.value.code == "staff_locked"
    assert "15 分钟" in locked.value.detail
    assert 890 <= (locked.value.retry_after or 0) <= 900
    assert await AuditEvent.filter(action="staff.locked", staff_id=wang.id).count() == 1
    office.clock.forward(minutes=15)
    await office.sign_in(wang)
    assert (await wang.row()).failed_tries == 0


async def test_each_further_wrong_try_locks_twice_as_long_at_most_a_day(office: Office) -> None:
    await office.hire()
    for _ in range(4):
        await wrong(office, "wang")
    for minutes in (15, 30, 60, 120, 240, 480, 960, 1440, 1440):
        assert await wrong(office, "wang") == "staff_sign_in_failed"
        office.clock.forward(minutes=minutes, seconds=-30)
        assert await wrong(office, "wang") == "staff_locked", minutes
        office.clock.forward(seconds=30)


async def test_a_locked_name_counts_no_further_tries(office: Office) -> None:
    wang = await office.hire()
    for _ in range(20):
        await wrong(office, "wang")
    assert (await wang.row()).failed_tries == 5


async def test_signing_in_forgets_the_wrong_tries_before_it(office: Office) -> None:
    wang = await office.hire()
    for _ in range(4):
        await wrong(office, "wang")
    await office.sign_in(wang)
    assert [await wrong(office, "wang") for _ in range(5)] == ["staff_sign_in_failed"] * 5


async def test_two_quiet_days_forget_wrong_tries(office: Office) -> None:
    await office.hire()
    for _ in range(4):
        await wrong(office, "wang")
    office.clock.forward(days=2)
    assert [await wrong(office, "wang") for _ in range(5)] == ["staff_sign_in_failed"] * 5
    assert await wrong(office, "wang") == "staff_locked"


async def test_an_unknown_name_locks_as_a_known_one_does(office: Office) -> None:
    await office.hire()
    sentences: dict[str, list[str]] = {"wang": [], "nobody": []}
    for step in (0, 0, 0, 0, 0, 0, 14, 1, 0, 29, 1, 60):
        office.clock.forward(minutes=step)
        for name, said in sentences.items():
            try:
                await sign_in(VAULT, office.cache, name, WRONG, "000000")
            except DomainError as error:
                said.append(f"{error.code} {error.detail}")
    assert sentences["wang"] == sentences["nobody"]
    assert len(set(sentences["wang"])) > 3


async def test_capitals_and_blanks_tell_no_name_apart(office: Office) -> None:
    await office.hire()
    told = {
        name: [await wrong(office, spelt) for spelt in (name, name.upper(), f" {name}", name.title(), name, name)]
        for name in ("wang", "nobody")
    }
    assert told["wang"] == told["nobody"] == ["staff_sign_in_failed"] * 5 + ["staff_locked"]


async def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(office: Office) -> None:
    wang = await office.hire()

    async def fastest(name: str) -> float:
        loop, times = asyncio.get_running_loop(), []
        for _ in range(4):
            began = loop.time()
            await wrong(office, name)
            times.append(loop.time() - began)
        return min(times)

    known, unknown = await fastest(wang.username), await fastest("nobody")
    assert 0.4 < unknown / known < 2.5


@both_databases
async def test_fifty_guesses_at_once_get_no_more_than_five_tries(office: Office) -> None:
    wang = await office.hire()
    await open_all()
    told = await asyncio.gather(*(wrong(office, "wang") for _ in range(50)))
    assert sorted(told) == [*["staff_locked"] * 45, *["staff_sign_in_failed"] * 5]
    assert (await wang.row()).failed_tries == 5


async def test_the_loop_goes_on_while_a_password_is_checked(office: Office) -> None:
    wang, beats = await office.hire(), 0
    signing_in: asyncio.Task[SignedIn] = asyncio.ensure_future(office.sign_in(wang))
    while not signing_in.done():
        await asyncio.sleep(0.001)
        beats += 1
    await signing_in
    assert beats > 5


@both_databases
async def test_who_is_suspended_while_she_signs_in_has_no_session(office: Office) -> None:
    wang = await office.hire()
    await open_all()
    told, _ = await asyncio.gather(answer(office.sign_in(wang)), people.suspend(None, wang.id))
    assert told in {"signed_in", "staff_sign_in_failed"}
    assert await StaffSession.all().count() == 0


async def test_a_suspended_colleague_is_out_at_once_and_back_with_her_own_password(office: Office) -> None:
    wang = await office.hire()
    token = await office.signed_in(wang)
    await people.suspend(None, wang.id)
    assert not await is_signed_in(token)
    office.next_code()
    assert await answer(office.sign_in(wang)) == "staff_sign_in_failed"
    await people.reinstate(None, wang.id)
    assert not await is_signed_in(token), "her old session does not come back"
    office.next_code()
    assert await is_signed_in(await office.signed_in(wang))


async def test_a_stored_password_that_was_spoilt_opens_nothing(office: Office) -> None:
    wang: Colleague = await office.hire()
    for spoilt in ("", "x", PASSWORD, "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=1,t=0,p=0$$"):
        await StaffUser.filter(id=wang.id).update(password_hash=spoilt)
        assert await answer(office.sign_in(wang)) == "staff_sign_in_failed"
        await StaffUser.filter(id=wang.id).update(failed_tries=0, locked_until=None)
