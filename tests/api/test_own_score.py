"""A look at one's own points: who gets them, in one round trip, under the levels of the day."""

from contextlib import suppress
from datetime import date

import pytest
from tortoise.connection import get_connection

from backend.database import transaction
from backend.points.levels import levels_in_force
from backend.points.models import Level
from tests import factories
from tests.answers import refused
from tests.factories import VOLUNTEER_HOURS
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


async def points(phone: Phone) -> int:
    return int((await phone.read("/score"))["points"])


async def test_who_may_not_see_points_is_told_what_is_missing(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    await factories.load_tiny_catalogue()
    refused(await app.phone().get("/score"), 401, "sign_in_needed")
    refused(await app.phone().get("/score", headers={"Authorization": "Bearer nobody"}), 401, "sign_in_needed")
    phone = await app.guest()
    refused(await phone.get("/score"), 403, "consent_needed")
    await phone.accept_texts()
    refused(await phone.get("/score"), 403, "binding_needed")
    await factories.register()
    phone.succeeded(await phone.bind(), 201)
    refused(await phone.get("/score"), 404, "not_enrolled")
    refused(await phone.get("/score?nothing=1"), 422, "invalid_fields")
    phone.succeeded(await phone.enrol(), 201)
    assert await points(phone) == 1000
    assert (await phone.delete("/enrolment")).status_code == 204
    refused(await phone.get("/score"), 404, "not_enrolled")


async def test_a_phone_that_was_signed_out_or_forgotten_sees_nothing(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-02 10:00")
    phone, other = await app.enrolled(), await app.guest()
    assert await points(other) == 1000, "the same WeChat account on another phone"
    assert (await phone.delete("/sessions/current", key=None)).status_code == 204
    refused(await phone.get("/score"), 401, "sign_in_needed")
    county_clock.set("2026-12-01 10:00")
    assert await points(other) == 1000, "used within its thirty days, it goes on for thirty more"
    county_clock.set("2026-12-31 10:01")
    refused(await other.get("/score"), 401, "sign_in_needed")


@both_databases
async def test_an_enrolment_that_ended_shows_no_points_until_it_is_renewed(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    county_clock.set("2027-11-02 10:00")
    await phone.sign_in()
    await phone.accept_texts()
    for path in ("/score", "/score/trend"):
        refused(await phone.get(path), 403, "enrolment_paused")
    phone.succeeded(await phone.enrol(), 201)
    assert await points(phone) == 1000
    county_clock.set("2029-03-01 10:00")
    await phone.sign_in()
    await phone.accept_texts()
    for path in ("/score", "/score/trend"):
        refused(await phone.get(path), 403, "enrolment_paused")


@both_databases
async def test_looking_again_asks_the_database_once(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await app.enrolled()
    await factories.file_records(*(factories.row(item=VOLUNTEER_HOURS, quantity="5") for _ in range(3)))
    first = await phone.read("/score")
    database, asked = get_connection("default"), []
    real = database.execute_query

    async def counted(query: str, values: list[object] | None = None) -> object:
        asked.append(query)
        return await real(query, values)

    monkeypatch.setattr(database, "execute_query", counted)
    monkeypatch.setattr(database, "execute_query_dict", None)  # nothing else is asked
    assert await phone.read("/score") == first
    assert len(asked) == 1


@both_databases
async def test_levels_of_a_new_version_are_shown_from_its_first_day_and_never_before(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-12-20 10:00")
    phone = await app.enrolled()
    assert (await phone.read("/score"))["level"]["code"] == "basic"
    new = {"catalogue_version": "2027.1", "in_force_from": date(2027, 1, 1), "base_points": 1000, "opens": "全部"}
    with suppress(LookupError):
        async with transaction():
            await Level.create(code="halfway", name="没有发布", **new)
            assert [each.code for each in await levels_in_force(date(2027, 1, 1))] == ["halfway"]
            raise LookupError
    await Level.create(code="renewed", name="诚信居民", **new)
    assert (await phone.read("/score"))["level"]["code"] == "basic"
    county_clock.set("2027-01-01 00:01")
    score = await phone.read("/score")
    assert (score["level"]["code"], score["level"]["opens"], score["next_level"]) == ("renewed", "全部", None)
    county_clock.set("2026-12-31 23:59")
    assert (await phone.read("/score"))["level"]["code"] == "basic"
