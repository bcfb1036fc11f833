"""Taking part in the points: a free yes, for adults, taken back as easily."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from backend import clock
from backend.citizens.models import Citizen
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.verification import verify_ledger
from tests import factories
from tests.answers import faults, refused
from tests.factories import HONEST_SHOP, PUPIL, VOLUNTEER_HOURS
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


@both_databases
async def test_a_citizen_enrols_and_starts_from_the_base(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    refused(await phone.get("/score"), 404, "not_enrolled")
    refused(await phone.get("/score/trend"), 404, "not_enrolled")
    refused(await phone.get("/entries"), 404, "not_enrolled")
    answer = await phone.enrol()
    assert answer.headers["Cache-Control"] == "private, no-store"
    score = phone.succeeded(answer, 201)
    assert (score["points"], score["base"], score["parts"], score["level"]["code"]) == (1000, 1000, [], "basic")
    assert await phone.read("/score") == score
    assert (await phone.read("/me"))["actions"] == ["leave"]


async def test_records_from_before_count_when_she_enrols(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await factories.file_records(factories.row(), factories.row(item=VOLUNTEER_HOURS, quantity="10"))
    assert phone.succeeded(await phone.enrol(), 201)["points"] == 1030


async def test_before_the_first_catalogue_nobody_can_enrol(app: RunningApp) -> None:
    phone = await app.bound()
    answer = await phone.enrol()
    refused(answer, 503, "no_catalogue")
    assert int(answer.headers["Retry-After"]) > 0
    refused(await app.phone().get("/catalogue"), 503, "no_catalogue")


async def test_under_eighteen_there_are_no_points(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-08-14 23:58")
    await factories.load_tiny_catalogue()
    phone = await app.bound(PUPIL)
    me = await phone.read("/me")
    assert (me["adult"], me["actions"]) == (False, [])
    assert "十八" in refused(await phone.enrol(), 403, "under_eighteen")["detail"]
    assert (await phone.read("/records"))["items"] == [], "everything else is open to him"
    assert (await Enrolment.all().count(), await Score.all().count()) == (0, 0)
    county_clock.set("2026-08-15 00:01")
    assert (await phone.read("/me"))["actions"] == ["enrol"]
    assert phone.succeeded(await phone.enrol(), 201)["points"] == 1000


@both_databases
async def test_the_database_itself_refuses_to_enrol_a_minor(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-08-14 12:00")
    await app.bound(PUPIL)
    pupil = await Citizen.get()
    today = clock.today()
    row: dict[str, Any] = {
        "citizen_id": pupil.id,
        "enrolled_on": today,
        "enrolled_at": clock.now(),
        "expires_on": today,
    }
    with pytest.raises(IntegrityError):
        await Enrolment.create(adult_on=pupil.adult_on, **row)
    await Enrolment.create(adult_on=today, **row)


@both_databases
async def test_ten_tries_to_enrol_at_once_make_one_enrolment(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    answers = await asyncio.gather(*(phone.enrol() for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "already_enrolled")
    assert (await Enrolment.all().count(), await Score.all().count()) == (1, 1)


@both_databases
async def test_enrolling_while_a_record_is_filed_misses_nothing(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await asyncio.gather(phone.enrol(), factories.file_records(factories.row()))
    assert (await phone.read("/score"))["points"] == 1020
    assert not (await verify_ledger()).misfits


@both_databases
async def test_leaving_erases_the_points_and_coming_back_gives_the_same(app: RunningApp) -> None:
    phone = await app.enrolled()
    await factories.file_records(
        factories.row(), *(factories.row(item=VOLUNTEER_HOURS, quantity="7.5") for _ in range(4))
    )
    before = await phone.read("/score")
    assert before["points"] == 1045
    assert (await phone.delete("/enrolment")).status_code == 204
    refused(await phone.get("/score"), 404, "not_enrolled")
    assert (await PointEntry.all().count(), await Score.all().count()) == (0, 0)
    assert len((await phone.read("/records"))["items"]) == 5, "records stay, and stay readable"
    left = await Enrolment.get()
    assert (left.left_at is not None, left.left_count) == (True, 5)
    after = phone.succeeded(await phone.enrol(), 201)
    assert {**after, "changed_at": ""} == {**before, "changed_at": ""}
    assert not (await verify_ledger()).misfits


async def test_leaving_twice_says_that_she_has_left(app: RunningApp) -> None:
    phone = await app.enrolled()
    await phone.delete("/enrolment")
    refused(await phone.delete("/enrolment"), 404, "not_enrolled")


async def test_leaving_again_because_the_answer_was_lost_gives_the_same_answer(app: RunningApp) -> None:
    phone = await app.enrolled()
    answers = [await phone.delete("/enrolment", key="leaving-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]


async def test_who_took_back_her_consent_can_still_leave(app: RunningApp) -> None:
    phone = await app.enrolled()
    await phone.decide("terms", given=False)
    assert (await phone.delete("/enrolment")).status_code == 204
    assert await Score.all().count() == 0


async def test_a_guest_has_nothing_to_leave(app: RunningApp) -> None:
    refused(await (await app.guest()).delete("/enrolment"), 403, "binding_needed")


@both_databases
async def test_leaving_and_enrolling_at_once_ends_in_one_of_the_two(app: RunningApp) -> None:
    phone = await app.enrolled()
    await factories.file_records(factories.row(item=HONEST_SHOP))
    deeds = [deed for _ in range(5) for deed in (phone.delete("/enrolment"), phone.enrol())]
    await asyncio.gather(*deeds)
    standing = await Enrolment.filter(left_at=None).count()
    assert standing == await Score.all().count() <= 1
    assert not (await verify_ledger()).misfits


async def test_the_yes_is_to_the_text_that_was_shown(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    refused(await phone.post("/enrolment", {"text_version": 2}), 409, "text_changed")
    assert faults(await phone.post("/enrolment", {})) == {"text_version": "required"}
    assert faults(await phone.post("/enrolment", {"text_version": True})) == {"text_version": "wrong_type"}
    assert await Score.all().count() == 0
    await phone.enrol()
    given = {each["text"]: each["state"] for each in (await phone.read("/consents"))["items"]}
    assert given["enrolment"] == "given"
    await phone.delete("/enrolment")
    given = {each["text"]: each["state"] for each in (await phone.read("/consents"))["items"]}
    assert given["enrolment"] == "refused"


async def test_me_says_until_when_her_yes_holds_and_when_to_renew_it(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    stands = {"state": "standing", "state_label": "参加中", "ends_on": "2027-11-23", "erased_on": "2028-02-21"}
    me = await phone.read("/me")
    assert (me["enrolled"], me["enrolment"], me["actions"]) == (True, stands, ["leave"])
    await go_to(phone, county_clock, "2027-10-24 00:01")
    me = await phone.read("/me")
    assert (me["enrolled"], me["enrolment"], me["actions"]) == (True, stands, ["renew", "leave"])
    phone.succeeded(await phone.enrol(), 201)
    me = await phone.read("/me")
    assert (me["enrolment"]["ends_on"], me["actions"]) == ("2028-10-24", ["leave"])


async def test_paused_her_points_are_not_shown_and_her_yes_brings_them_back(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    await factories.file_records(factories.row())
    entry = (await phone.read("/entries"))["items"][0]["id"]
    await go_to(phone, county_clock, "2027-11-23 00:01")
    for path in ("/score", "/score/trend", "/entries", f"/entries/{entry}"):
        assert "续期" in refused(await phone.get(path), 403, "enrolment_paused")["detail"]
    me = await phone.read("/me")
    assert (me["enrolled"], me["enrolment"]["state"], me["actions"]) == (False, "paused", ["renew", "leave"])
    await factories.file_records(factories.row(item=VOLUNTEER_HOURS, quantity="10"))
    assert len((await phone.read("/records"))["items"]) == 2, "records are not points"
    assert phone.succeeded(await phone.enrol(), 201)["points"] == 1030
    assert entry in {each["id"] for each in (await phone.read("/entries"))["items"]}
    assert not (await verify_ledger()).misfits


async def test_until_it_was_announced_and_erased_she_is_paused_however_late_the_job_is(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    await factories.file_records(factories.row())
    entry = (await phone.read("/entries"))["items"][0]["id"]
    await go_to(phone, county_clock, "2028-02-21 00:01")
    for path in ("/score", "/score/trend", "/entries", f"/entries/{entry}"):
        refused(await phone.get(path), 403, "enrolment_paused")
    me = await phone.read("/me")
    assert (me["enrolled"], me["actions"]) == (False, ["renew", "leave"])
    assert (me["enrolment"]["state"], me["enrolment"]["erased_on"]) == ("paused", "2028-05-21")
    assert phone.succeeded(await phone.enrol(), 201)["points"] == 1020
    assert (await Enrolment.all().count(), await Score.all().count()) == (1, 1)
    assert (await phone.read("/entries"))["items"][0]["id"] == entry


async def test_paused_she_may_still_leave(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    await go_to(phone, county_clock, "2028-01-01 09:00")
    assert (await phone.delete("/enrolment")).status_code == 204
    assert await Score.all().count() == 0
    assert (await phone.read("/me"))["actions"] == ["enrol"]


async def go_to(phone: Phone, county_clock: CountyClock, moment: str) -> None:
    """Time passes; she signs in anew and agrees to the texts again, whose year is over too."""
    county_clock.set(moment)
    await phone.sign_in()
    await phone.accept_texts()
