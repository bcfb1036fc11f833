"""Binding an account to a real name: what proves it, and what a neighbour or a stranger gets."""

import asyncio
import json
from dataclasses import replace

from backend.citizens.models import Account, Citizen
from tests import factories
from tests.answers import anonymous, faults, refused
from tests.factories import CHILD, CITIZEN, COUSIN, NEIGHBOUR
from tests.running_app import CountyClock, RunningApp, both_databases

UNKNOWN_NUMBER = "110101199003070011"  # valid, and of nobody here


@both_databases
async def test_a_citizen_binds_her_name_with_her_registered_phone(app: RunningApp) -> None:
    phone = await app.reader()
    answer = await phone.bind()
    me = phone.succeeded(answer, 201)
    assert me == await phone.read("/me")
    assert (me["state"], me["name"], me["identity_number"]) == ("bound", "鲁**", "4104**********0017")
    assert (me["adult"], me["enrolled"], me["actions"]) == (True, False, ["enrol"])
    assert (await phone.read("/records"))["items"] == []


async def test_a_mistyped_number_is_named(app: RunningApp) -> None:
    for each, (number, fault) in enumerate(
        (
            ("410423199003070018", "identity_number_check"),
            ("410423199002300017", "identity_number_date"),
            ("410423190002290018", "identity_number_date"),
            ("410423299003070011", "identity_number_date"),
            ("41042319900307001", "identity_number_length"),
            ("410423900307001", "identity_number_length"),
            ("4104231990030700170", "identity_number_length"),
            ("41042319900307O017", "identity_number_format"),
            ("X10423199003070017", "identity_number_format"),
            ("41042319900307001\x00", "identity_number_length"),
            ("1", "too_short"),
            ("1" * 41, "too_long"),
            ("", "too_short"),
            (410423199003070017, "wrong_type"),
            (None, "required"),
        )
    ):
        phone = await app.reader(replace(CITIZEN, wechat=f"wechat-{each}"))
        answer = await phone.bind(identity_number=number)
        assert faults(answer) == {"identity_number": fault}, number
        assert len(str(number)) < 5 or str(number) not in answer.text


async def test_a_mistyped_number_costs_no_try(app: RunningApp) -> None:
    phone = await app.reader()
    for _ in range(6):
        assert faults(await phone.bind(identity_number="410423199003070018"))
    phone.succeeded(await phone.bind(), 201)


async def test_a_number_is_taken_as_people_type_it(app: RunningApp) -> None:
    for number in (
        "41042319850512018x",
        "４１０４２３１９８５０５１２０１８Ｘ",
        "４１０４２３１９８５０５１２０１８ｘ",
        " 41042319850512018X\u3000",
        "410423 19850512 018X",
    ):
        phone = await app.reader(COUSIN)
        shown = phone.succeeded(await phone.bind(identity_number=number), 201)["identity_number"]
        assert shown == "4104**********018X"
        await Account.all().delete()


async def test_a_name_is_taken_as_people_type_it(app: RunningApp) -> None:
    for name in ("鲁 小 明", "\u3000鲁小明 ", "鲁小明\n"):
        phone = await app.reader()
        assert phone.succeeded(await phone.bind(name=name), 201)["name"] == "鲁**"
        await Account.all().delete()


async def test_a_mistyped_name_is_named(app: RunningApp) -> None:
    phone = await app.reader()
    for name, fault in (
        ("鲁", "too_short"),
        ("鲁 ", "name_length"),
        ("鲁" * 51, "too_long"),
        ("鲁*明", "name_characters"),
        ("鲁小明1", "name_characters"),
        ("<b>鲁小明</b>", "name_characters"),
        (["鲁小明"], "wrong_type"),
        (None, "required"),
    ):
        assert faults(await phone.bind(name=name)) == {"name": fault}


async def test_all_faults_are_told_at_once_and_none_of_the_values(app: RunningApp) -> None:
    phone = await app.reader()
    body = {"name": "鲁**", "identity_number": "410423199003070018", "counter_code": "12345678"}
    answer = await phone.post("/binding", body)
    assert faults(answer) == {"name": "name_characters", "identity_number": "identity_number_check"}
    wrong = {"name": 7, "identity_number": "1", "phone_code": "", "counter_code": "窗口验证码", "nickname": "阿明"}
    answer = await phone.post("/binding", wrong)
    assert faults(answer) == {
        "name": "wrong_type",
        "identity_number": "too_short",
        "phone_code": "too_short",
        "counter_code": "wrong_format",
        "nickname": "unknown_field",
    }
    assert not [value for value in ("窗口验证码", "阿明", "410423199003070018", "鲁**") if value in answer.text]


async def test_an_unknown_person_and_a_wrong_name_get_the_very_same_answer(app: RunningApp) -> None:
    phone = await app.reader()
    unknown = await phone.bind(identity_number=UNKNOWN_NUMBER)
    other_name = await phone.bind(name="鲁大明")
    others_number = await phone.bind(identity_number=NEIGHBOUR.number)
    refused(unknown, 422, "person_unknown")
    assert anonymous(unknown) == anonymous(other_name) == anonymous(others_number)
    assert await Citizen.all().count() == 0, "a failed try makes nobody"


async def test_a_phone_that_is_not_the_registered_one_is_no_proof(app: RunningApp) -> None:
    phone = await app.reader()
    answer = await phone.bind(phone_code=app.wechat.phone_code(NEIGHBOUR.phone))
    refused(answer, 422, "second_proof_wrong")
    assert NEIGHBOUR.phone not in answer.text
    assert (await phone.read("/me"))["state"] == "guest"
    assert await Citizen.all().count() == 0


async def test_a_neighbour_who_knows_name_and_number_alone_does_not_get_in(app: RunningApp) -> None:
    await factories.register(CITIZEN, NEIGHBOUR)
    neighbour = await app.reader(NEIGHBOUR)
    hers = {"name": CITIZEN.name, "identity_number": CITIZEN.number}
    refused(await neighbour.post("/binding", hers), 422, "second_proof_needed")
    refused(await neighbour.post("/binding", hers | {"name": "鲁无此人"}), 422, "second_proof_needed")
    own_phone = app.wechat.phone_code(NEIGHBOUR.phone)
    refused(await neighbour.bind(**hers, phone_code=own_phone), 422, "second_proof_wrong")
    refused(await neighbour.bind(**hers, phone_code=None, counter_code="00000000"), 422, "second_proof_wrong")
    assert (await neighbour.read("/me"))["state"] == "guest"


async def test_somebody_without_a_phone_in_the_register_is_sent_to_the_counter(app: RunningApp) -> None:
    phone = await app.reader(replace(COUSIN, phone=""))
    answer = await phone.bind(phone_code=app.wechat.phone_code(COUSIN.phone))
    assert "窗口" in refused(answer, 422, "second_proof_wrong")["detail"]


async def test_a_phone_from_abroad_is_told_where_to_go(app: RunningApp) -> None:
    citizen = await app.reader()
    for phone in ("51234567", CITIZEN.phone):
        answer = await citizen.bind(phone_code=app.wechat.phone_code(phone, "852"))
        assert "窗口" in refused(answer, 422, "wechat_phone_foreign")["detail"]


async def test_a_phone_code_is_neither_old_nor_used_nor_made_up(app: RunningApp) -> None:
    phone = await app.reader()
    old = app.wechat.phone_code(CITIZEN.phone)
    app.wechat.advance(301)
    used = app.wechat.phone_code(CITIZEN.phone)
    refused(await phone.bind(name=CITIZEN.name, phone_code=old), 422, "wechat_phone_code_invalid")
    refused(await phone.bind(phone_code="made-up"), 422, "wechat_phone_code_invalid")
    await app.reader(NEIGHBOUR)
    refused(await (await app.guest(COUSIN)).bind(phone_code=used), 403, "consent_needed")
    phone.succeeded(await phone.bind(phone_code=used), 201)


async def test_wechat_away_says_so_and_the_counter_still_works(app: RunningApp) -> None:
    phone = await app.reader()
    code = app.wechat.phone_code(CITIZEN.phone)
    app.wechat.fault("down")
    answer = await phone.bind(phone_code=code)
    refused(answer, 503, "wechat_away")
    assert int(answer.headers["Retry-After"]) > 0
    app.wechat.clear_faults()
    phone.succeeded(await phone.bind(phone_code=code), 201)


async def test_under_fourteen_only_a_guardian_acts(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2027-05-31 12:00")
    phone = await app.reader(CHILD)
    assert "监护人" in refused(await phone.bind(), 403, "under_fourteen")["detail"]
    assert await Citizen.all().count() == 0
    county_clock.set("2027-06-01 00:01")
    assert phone.succeeded(await phone.bind(), 201)["adult"] is False


async def test_who_is_bound_is_not_bound_again(app: RunningApp) -> None:
    await factories.register()
    phone = await app.bound()
    refused(await phone.bind(), 409, "already_bound")
    as_neighbour = {"name": NEIGHBOUR.name, "identity_number": NEIGHBOUR.number}
    refused(await phone.bind(**as_neighbour), 409, "already_bound")
    assert (await phone.read("/me"))["identity_number"] == "4104**********0017"


async def test_a_second_account_of_the_same_citizen_is_sent_to_the_counter(app: RunningApp) -> None:
    await app.bound()
    second = await app.reader(replace(CITIZEN, wechat="another-wechat"))
    assert "窗口" in refused(await second.bind(), 409, "bound_elsewhere")["detail"]
    assert (await second.read("/me"))["state"] == "guest"
    assert await Account.filter(citizen_id__isnull=False).count() == 1


@both_databases
async def test_of_two_accounts_racing_for_one_citizen_one_wins(app: RunningApp) -> None:
    people = [replace(CITIZEN, wechat=f"wechat-{each}") for each in range(5)]
    phones = [await app.reader(person) for person in people]
    answers = await asyncio.gather(*(phone.bind() for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "bound_elsewhere"}
    assert (await Citizen.all().count(), await Account.filter(citizen_id__isnull=False).count()) == (1, 1)


@both_databases
async def test_of_two_accounts_racing_for_a_citizen_with_a_record_one_wins(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    await factories.register(CITIZEN)
    await factories.file_record()
    phones = [await app.reader(replace(CITIZEN, wechat=f"wechat-{each}")) for each in range(5)]
    answers = await asyncio.gather(*(phone.bind() for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_what_is_stored_of_a_citizen_is_hidden(app: RunningApp) -> None:
    await app.bound()
    stored = str(await Citizen.all().values()) + str(await Account.all().values())
    for secret in (CITIZEN.name, CITIZEN.number, CITIZEN.phone):
        assert secret not in stored
        assert json.dumps(secret)[1:-1] not in stored
