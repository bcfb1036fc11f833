"""Signing in from WeChat, and what a session is worth."""

import asyncio

from backend.citizens.models import Account, Session
from tests.answers import anonymous, faults, refused
from tests.factories import CITIZEN, NEIGHBOUR
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


@both_databases
async def test_a_citizen_signs_in_with_what_wx_login_gave(app: RunningApp) -> None:
    phone = app.phone()
    answer = await phone.sign_in()
    assert answer.headers["Cache-Control"] == "private, no-store"
    me = await phone.read("/me")
    assert (me["state"], me["actions"], me["name"], me["adult"]) == ("guest", ["accept_texts"], None, None)


async def test_the_token_is_nowhere_in_the_database(app: RunningApp) -> None:
    phone = await app.guest()
    assert phone.token
    assert phone.token not in str(await Session.all().values())
    assert CITIZEN.wechat not in str(await Account.all().values())


async def test_a_login_code_works_once(app: RunningApp) -> None:
    code = app.wechat.code(CITIZEN.wechat)
    phone = app.phone()
    assert (await phone.post("/sessions", {"code": code}, key=None)).status_code == 201
    refused(await phone.post("/sessions", {"code": code}, key=None), 422, "wechat_code_used")
    assert await Session.all().count() == 1


async def test_a_login_code_of_five_minutes_ago_is_refused(app: RunningApp) -> None:
    code = app.wechat.code(CITIZEN.wechat)
    app.wechat.advance(301)
    refused(await app.phone().post("/sessions", {"code": code}, key=None), 422, "wechat_code_invalid")


async def test_a_made_up_login_code_is_refused_and_not_repeated(app: RunningApp) -> None:
    for code in ("made-up", "鲁小明", "a b", "tab\t", "nul\x00", "' OR 1=1 --"):
        answer = await app.phone().post("/sessions", {"code": code}, key=None)
        refused(answer, 422, "wechat_code_invalid")
        assert code not in str(answer.json())


async def test_a_sign_in_with_wrong_fields_says_which(app: RunningApp) -> None:
    for body, fault in (
        ({}, {"code": "required"}),
        ({"code": ""}, {"code": "too_short"}),
        ({"code": "x" * 129}, {"code": "too_long"}),
        ({"code": 7}, {"code": "wrong_type"}),
        ({"code": None}, {"code": "wrong_type"}),
        ({"code": "made-up", "openid": "o123"}, {"openid": "unknown_field"}),
    ):
        assert faults(await app.phone().post("/sessions", body, key=None)) == fault


async def test_one_whom_wechat_takes_for_a_risk_is_told_so(app: RunningApp) -> None:
    app.wechat.block("wechat-of-a-swindler")
    code = app.wechat.code("wechat-of-a-swindler")
    refused(await app.phone().post("/sessions", {"code": code}, key=None), 403, "wechat_blocked")


async def test_wechat_away_stops_signing_in_and_nothing_else(app: RunningApp) -> None:
    citizen = await app.enrolled()
    code = app.wechat.code(NEIGHBOUR.wechat)
    for bad_day in ("down", "broken", "garbage", "busy"):
        app.wechat.clear_faults()
        app.wechat.fault(bad_day)
        answer = await app.phone(NEIGHBOUR).post("/sessions", {"code": code}, key=None)
        refused(answer, 503, "wechat_away")
        assert int(answer.headers["Retry-After"]) > 0
    for path in ("/me", "/score", "/entries", "/records", "/notices", "/consents", "/texts", "/catalogue"):
        assert await citizen.read(path), path
    app.wechat.clear_faults()
    assert (await app.phone(NEIGHBOUR).post("/sessions", {"code": code}, key=None)).status_code == 201


@both_databases
async def test_ten_first_sign_ins_at_once_make_one_account(app: RunningApp) -> None:
    phones = [app.phone() for _ in range(10)]
    await asyncio.gather(*(phone.sign_in() for phone in phones))
    assert (await Account.all().count(), await Session.all().count()) == (1, 10)
    assert len({phone.token for phone in phones}) == 10


async def test_a_session_ends_after_thirty_days_without_use(app: RunningApp, county_clock: CountyClock) -> None:
    phone = await app.guest()
    county_clock.forward(days=29)
    assert (await phone.get("/me")).status_code == 200
    county_clock.forward(days=29)
    assert (await phone.get("/me")).status_code == 200, "each use moves the end on"
    county_clock.forward(days=30, seconds=1)
    refused(await phone.get("/me"), 401, "sign_in_needed")


async def test_signing_out_ends_this_phone_only(app: RunningApp) -> None:
    old, new = await app.guest(), await app.guest()
    assert (await old.delete("/sessions/current")).status_code == 204
    refused(await old.get("/me"), 401, "sign_in_needed")
    refused(await old.delete("/sessions/current"), 401, "sign_in_needed")
    assert (await new.get("/me")).status_code == 200


@both_databases
async def test_a_lost_phone_is_signed_out_from_another(app: RunningApp) -> None:
    lost, other = await app.guest(), await app.guest()
    neighbour = await app.guest(NEIGHBOUR)
    assert (await other.delete("/sessions")).json() == {"sessions": 2}
    for phone in (lost, other):
        refused(await phone.get("/me"), 401, "sign_in_needed")
    assert (await neighbour.get("/me")).status_code == 200


async def test_a_stranger_learns_nothing_from_which_token_was_wrong(app: RunningApp) -> None:
    ended = await app.guest()
    await ended.delete("/sessions/current")
    nobody = app.phone()
    wrong = [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer made-up"},
        {"Authorization": f"Bearer {ended.token}"},
        {"Authorization": f"Bearer {'x' * 4000}"},
        {"Authorization": b"Bearer \xff\xfe\x80"},
        {"Authorization": "Bearer 令牌".encode()},
        {"Authorization": "Basic bHVzaGFuOmx1c2hhbg=="},
        {"Authorization": f"Token {ended.token}"},
    ]
    answers = [await nobody.get("/me", headers=each) for each in wrong]
    problem = refused(answers[0], 401, "sign_in_needed")
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert set(map(str, map(anonymous, answers))) == {str(anonymous(answers[0]))}
    assert "errors" not in problem


async def test_the_scheme_is_read_in_any_case(app: RunningApp) -> None:
    phone = await app.guest()
    for scheme in ("bearer", "BEARER"):
        answer = await Phone(app, CITIZEN).get("/me", headers={"Authorization": f"{scheme} {phone.token}"})
        assert answer.status_code == 200
