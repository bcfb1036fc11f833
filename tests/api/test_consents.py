"""The texts, and what a yes or no to them opens and closes."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.citizens import consent
from backend.citizens.models import Consent
from tests import factories
from tests.answers import faults, refused
from tests.factories import CITIZEN
from tests.running_app import CountyClock, Phone, RunningApp, both_databases

PERSONAL = ("/score", "/score/trend", "/entries")
HERS_BY_LAW = ("/records", "/notices")


@pytest.fixture
def new_privacy_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the second version of the privacy policy would be published: copy `privacy-1.md` to it."""
    folder = tmp_path / "texts"
    shutil.copytree(consent._TEXTS, folder)
    monkeypatch.setattr(consent, "_TEXTS", folder)
    consent.texts.cache_clear()
    yield folder / "privacy-2.md"
    consent.texts.cache_clear()


def publish(text: Path) -> None:
    shutil.copyfile(text.with_name("privacy-1.md"), text)
    consent.texts.cache_clear()


async def states(phone: Phone) -> dict[str, str]:
    return {each["text"]: each["state"] for each in (await phone.read("/consents"))["items"]}


async def test_anybody_reads_the_texts_without_signing_in(app: RunningApp) -> None:
    items = (await app.phone().read("/texts"))["items"]
    assert [each["kind"] for each in items] == ["privacy", "terms", "enrolment"]
    assert all(len(each["body"]) > 100 and each["version"] >= 1 and each["title"] for each in items)


async def test_nothing_is_ticked_at_first(app: RunningApp) -> None:
    consents = (await (await app.guest()).read("/consents"))["items"]
    assert {each["state"] for each in consents} == {"undecided"}
    assert [each["actions"] for each in consents] == [["give"], ["give"], ["enrol"]]


async def test_nothing_personal_is_shown_before_both_texts_are_accepted(app: RunningApp) -> None:
    phone = await app.guest()
    for path in PERSONAL:
        refused(await phone.get(path), 403, "consent_needed")
    await phone.decide("privacy")
    for path in PERSONAL:
        refused(await phone.get(path), 403, "consent_needed")
    await phone.decide("terms")
    for path in PERSONAL:
        refused(await phone.get(path), 403, "binding_needed")


async def test_nobody_binds_or_enrols_without_the_texts(app: RunningApp) -> None:
    await factories.register(CITIZEN)
    phone = await app.guest()
    refused(await phone.bind(), 403, "consent_needed")
    refused(await phone.enrol(), 403, "consent_needed")
    await phone.decide("privacy")
    refused(await phone.bind(), 403, "consent_needed")


async def test_withdrawing_one_text_closes_everything_personal_at_once(app: RunningApp) -> None:
    phone = await app.enrolled()
    assert (await phone.read("/me"))["name"] == "鲁**"
    phone.succeeded(await phone.decide("privacy", given=False), 201)
    for path in PERSONAL:
        refused(await phone.get(path), 403, "consent_needed")
    me = await phone.read("/me")
    assert (me["texts_accepted"], me["name"], me["identity_number"]) == (False, None, None)
    assert me["actions"] == ["accept_texts", "leave"]
    assert (await states(phone))["privacy"] == "refused"
    phone.succeeded(await phone.decide("privacy"), 201)
    assert (await phone.read("/score"))["points"] == 1000, "her points were waiting for her"


async def test_a_new_version_of_a_text_asks_again(app: RunningApp, new_privacy_text: Path) -> None:
    phone = await app.enrolled()
    publish(new_privacy_text)
    refused(await phone.get("/score"), 403, "consent_needed")
    assert await states(phone) == {"privacy": "outdated", "terms": "given", "enrolment": "given"}
    old = {"text": "privacy", "version": 1, "given": True}
    refused(await phone.post("/consents", old), 409, "text_changed")
    phone.succeeded(await phone.post("/consents", {**old, "version": 2}), 201)
    assert (await phone.read("/score"))["points"] == 1000


async def test_a_consent_is_never_for_life(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.bound()
    county_clock.set("2027-11-23 08:59")
    await phone.sign_in()
    refused(await phone.get("/score"), 404, "not_enrolled")
    county_clock.set("2027-11-23 09:01")
    refused(await phone.get("/score"), 403, "consent_needed")
    assert (await states(phone))["privacy"] == "outdated"
    await phone.accept_texts()
    refused(await phone.get("/score"), 404, "not_enrolled")


async def test_her_records_and_notices_stay_readable_whatever_she_agreed_to(app: RunningApp) -> None:
    """Else a deduction could begin to count that she could not read of (charter 3)."""
    phone = await app.enrolled()
    await factories.penalty()
    await phone.decide("privacy", given=False)
    for path in HERS_BY_LAW:
        assert len((await phone.read(path))["items"]) == 1


@both_databases
async def test_both_texts_accepted_in_the_same_moment_both_count(app: RunningApp) -> None:
    for _ in range(5):
        phone = await app.guest()
        await asyncio.gather(phone.decide("privacy", given=False), phone.decide("terms", given=False))
        assert not (await phone.read("/me"))["texts_accepted"]
        await asyncio.gather(phone.decide("privacy"), phone.decide("terms"))
        assert (await phone.read("/me"))["texts_accepted"]


async def test_every_yes_and_no_is_kept_with_its_date_and_version(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.guest()
    for given in (True, False, True):
        await phone.decide("terms", given=given)
        county_clock.forward(hours=1)
    rows = await Consent.filter(text="terms").order_by("decided_at")
    assert [(row.version, row.given, row.expires_at is not None) for row in rows] == [
        (1, True, True),
        (1, False, False),
        (1, True, True),
    ]
    shown = next(each for each in (await phone.read("/consents"))["items"] if each["text"] == "terms")
    assert shown["decided_at"].startswith("2026-11-23T03:00")
    assert shown["expires_at"].startswith("2027-11-23T03:00")


async def test_a_decision_with_wrong_fields_is_no_decision(app: RunningApp) -> None:
    phone = await app.guest()
    for change, fault in (
        ({"text": "cookies"}, {"text": "not_a_choice"}),
        ({"text": "enrolment"}, {"text": "not_a_choice"}),
        ({"version": 0}, {"version": "too_small"}),
        ({"version": 10**30}, {"version": "too_large"}),
        ({"version": 10000}, {"version": "too_large"}),
        ({"version": "1"}, {"version": "wrong_type"}),
        ({"version": 1.5}, {"version": "wrong_type"}),
        ({"given": "yes"}, {"given": "wrong_type"}),
        ({"given": 1}, {"given": "wrong_type"}),
        ({"given": None}, {"given": "wrong_type"}),
        ({"text": [], "version": {}, "given": ""}, dict.fromkeys(("text", "version", "given"), "wrong_type")),
    ):
        body: dict[str, object] = {"text": "privacy", "version": 1, "given": True}
        assert faults(await phone.post("/consents", body | change)) == fault
    assert await Consent.all().count() == 0


async def test_a_text_of_another_version_is_not_decided(app: RunningApp) -> None:
    phone = await app.guest()
    answer = await phone.post("/consents", {"text": "privacy", "version": 2, "given": True})
    refused(answer, 409, "text_changed")
    assert (await states(phone))["privacy"] == "undecided"
