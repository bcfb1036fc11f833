"""Evidence from a phone: a draft on a bad network, its submission, and reading what became of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.notifications import inbox
from backend.points.ledger import Ledger, lock_citizens
from backend.records.facts import record_facts
from backend.repairs.evidence import add_step, hide_words
from backend.repairs.facts import evidence_facts
from backend.repairs.models import Evidence
from media.models import Picture
from tests import factories
from tests.answers import refused
from tests.evidence_factories import a_picture, at, submitted
from tests.factories import NEIGHBOUR, VAULT, VOLUNTEER_HOURS
from tests.running_app import Phone, RunningApp, both_databases


async def written(**changes: Any) -> dict[str, Any]:
    """A draft of service with one picture, as her phone sends it."""
    picture = await a_picture(await Citizen.get())
    usual = {
        "kind": "service",
        "organisation": "鲁山县志愿者协会",
        "activity": "敬老院陪护",
        "place": "下汤镇敬老院",
        "starts_at": at(9).isoformat(),
        "ends_at": at(17).isoformat(),
        "hours": 8,
        "pictures": [str(picture)],
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


async def drafted(phone: Phone, **changes: Any) -> dict[str, Any]:
    """Her new draft as it was answered."""
    answer: dict[str, Any] = phone.succeeded(await phone.post("/evidence", await written(**changes)), 201)
    return answer


@pytest.fixture
async def phone(app: RunningApp) -> Phone:
    """The phone of a bound citizen under the tiny catalogue."""
    await factories.load_tiny_catalogue()
    return await app.bound()


@both_databases
async def test_from_a_draft_to_the_queue(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    draft = await drafted(phone, place=None, words="  上午打扫，下午陪老人说话。 ")
    assert (draft["state_label"], draft["actions"]) == ("草稿", ["edit", "submit", "delete"])
    assert (draft["content"]["words"], draft["content"]["place"]) == ("上午打扫，下午陪老人说话。", None)
    here = f"/evidence/{draft['id']}"
    problem = refused(await phone.post(f"{here}/submit"), 422, "invalid_fields")
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [("place", "required")]

    pictures = [draft["pictures"][0]["id"], str(await a_picture(await Citizen.get()))]
    change = {name: value for name, value in draft["content"].items() if value is not None and name != "words"}
    changed = phone.succeeded(await phone.post(here, {**change, "place": "下汤镇", "pictures": pictures}))
    assert [each["id"] for each in changed["pictures"]] == pictures
    assert (changed["content"]["words"], changed["title"], changed["claimed_hours"]) == (None, "敬老院陪护", 8)

    sent = phone.succeeded(await phone.post(f"{here}/submit"))
    assert (sent["state"], sent["state_label"], sent["actions"]) == ("submitted", "审核中", ["withdraw"])
    assert sent["department"]["phone"]
    assert sent["review_by"] > clock.today().isoformat()
    assert [each["label"] for each in sent["steps"]] == ["提交"]
    assert (sent["spent"], sent["approved_hours"], sent["number"]) == (None, None, draft["number"])
    read = await phone.read(here)
    assert read == sent | {"pictures": read["pictures"]}, "the links say until when they are good"


async def test_of_another_she_sees_nothing_at_all(app: RunningApp, phone: Phone) -> None:
    await factories.register(NEIGHBOUR)
    evidence, neighbour = await submitted(), await app.bound(NEIGHBOUR)
    for missing in (evidence.id, uuid4()):
        here = f"/evidence/{missing}"
        for answer in (
            await neighbour.get(here),
            await neighbour.post(here, {"hours": 1}),
            await neighbour.post(f"{here}/submit"),
            await neighbour.post(f"{here}/withdraw"),
            await neighbour.delete(here),
        ):
            refused(answer, 404, "evidence_not_found")
    assert (await neighbour.read("/evidence"))["items"] == []
    assert (await Evidence.get()).state == "submitted"
    picture = str((await Picture.get()).id)
    refused(await neighbour.post("/evidence", {"kind": "service", "pictures": [picture]}), 422, "no_such_picture")


async def test_who_is_not_bound_has_no_evidence(app: RunningApp) -> None:
    guest = await app.reader()
    refused(await guest.get("/evidence"), 403, "binding_needed")
    refused(await guest.post("/evidence", {"kind": "service"}), 403, "binding_needed")
    refused(await guest.post(f"/evidence/{uuid4()}/withdraw"), 403, "binding_needed")
    refused(await guest.delete(f"/evidence/{uuid4()}"), 403, "binding_needed")


async def test_without_her_consent_she_still_reads_withdraws_and_deletes(phone: Phone) -> None:
    draft, evidence = await drafted(phone), await submitted()
    phone.succeeded(await phone.decide("terms", given=False), 201)
    for answer in (
        await phone.post("/evidence", {"kind": "service"}),
        await phone.post(f"/evidence/{draft['id']}", {"hours": 1}),
        await phone.post(f"/evidence/{draft['id']}/submit"),
    ):
        refused(answer, 403, "consent_needed")
    assert len((await phone.read("/evidence"))["items"]) == 2
    assert (await phone.read(f"/evidence/{evidence.id}"))["state"] == "submitted"
    assert phone.succeeded(await phone.post(f"/evidence/{evidence.id}/withdraw"))["state"] == "withdrawn"
    assert (await phone.delete(f"/evidence/{draft['id']}")).status_code == 204


async def test_the_list_goes_by_pages_and_names_each(phone: Phone) -> None:
    ids = [str((await submitted()).id), (await drafted(phone, activity=None, organisation=None))["id"]]
    first = await phone.read("/evidence?limit=1")
    second = await phone.read(f"/evidence?limit=1&cursor={first['next_cursor']}")
    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    assert [(each["title"], each["state_label"]) for each in first["items"] + second["items"]] == [
        ("", "草稿"),
        ("敬老院陪护", "审核中"),
    ]


async def test_a_request_for_more_says_what_and_is_answered(phone: Phone) -> None:
    evidence = await submitted()
    words = hide_words(VAULT, "第二张照片太暗了。")
    await Evidence.all().update(state="asked", asked_at=clock.now())
    await add_step(evidence.id, "asked", reason="clearer_photo", words_hidden=words)
    asked = await phone.read(f"/evidence/{evidence.id}")
    assert (asked["state_label"], asked["actions"]) == ("请补充", ["edit", "answer", "withdraw"])
    assert (asked["steps"][-1]["words"], asked["review_by"]) == ("第二张照片太暗了。", None)
    assert "清楚的照片" in asked["steps"][-1]["reason_label"]
    answered = phone.succeeded(await phone.post(f"/evidence/{evidence.id}/submit"))
    assert [each["kind"] for each in answered["steps"]] == ["submitted", "asked", "answered"]


@pytest.mark.parametrize(
    ("kind", "born_later", "enrols", "spent", "says"),
    [
        ("service", False, True, "points", "积分明细"),
        ("service", False, False, "unspent", "没有参加积分"),
        ("service", True, False, "unspent", "十八周岁"),
        ("fulfilment", False, True, "unspent", "本身不计积分"),
    ],
)
async def test_what_became_of_what_was_approved(
    phone: Phone, kind: Any, born_later: bool, enrols: bool, spent: str, says: str
) -> None:
    evidence = await submitted(kind=kind)
    if enrols:
        phone.succeeded(await phone.enrol(), 201)
    if born_later:
        await Citizen.all().update(adult_on=clock.today())
    assert (await phone.read(f"/evidence/{evidence.id}"))["spent_label"] is None
    await Evidence.all().update(state="approved", approved_quantity=60)
    await add_step(evidence.id, "approved", quantity=60)
    approved = await phone.read(f"/evidence/{evidence.id}")
    assert (approved["spent"], approved["approved_hours"], approved["actions"]) == (spent, 6, [])
    assert says in approved["spent_label"]
    last = approved["steps"][-1]
    assert (last["kind"], last["label"], last["hours"], last["reason_label"]) == ("approved", "审核通过", 6, None)


@pytest.mark.parametrize(
    ("state", "step", "reason", "label"),
    [
        ("rejected", "rejected", "not_hers", "未通过"),
        ("reversed", "reversed", "forged", "已撤销通过"),
        ("second_review", "first_approved", None, "复核中"),
    ],
)
async def test_every_other_ending_says_why(phone: Phone, state: str, step: str, reason: str | None, label: str) -> None:
    evidence = await submitted()
    await Evidence.all().update(state=state, approved_quantity=60)
    await add_step(evidence.id, step, reason=reason)
    shown = await phone.read(f"/evidence/{evidence.id}")
    assert (shown["state_label"], shown["approved_hours"], shown["spent"]) == (label, None, None)
    assert bool(shown["steps"][-1]["reason_label"]) == bool(reason)
    assert shown["steps"][-1]["label"]


async def test_deleted_pictures_are_named_as_deleted(phone: Phone) -> None:
    evidence = await submitted()
    await Picture.all().update(deleted_at=clock.now())
    (picture,) = (await phone.read(f"/evidence/{evidence.id}"))["pictures"]
    assert (picture["deleted"], picture["url"]) == (True, None)


async def test_a_notice_leads_to_its_evidence(phone: Phone) -> None:
    evidence = await submitted()
    await inbox.tell([inbox.compose(evidence.citizen_id, "evidence_asked", "请补充", "……", f"evidence:{evidence.id}")])
    (notice,) = (await phone.read("/notices"))["items"]
    assert (notice["record_id"], UUID(notice["evidence_id"])) == (None, evidence.id)


async def test_everybody_reads_what_can_be_handed_in(app: RunningApp) -> None:
    stranger = app.phone()
    refused(await stranger.get("/evidence-rules"), 503, "no_catalogue")
    await factories.load_sample_catalogue()
    rules = await stranger.read("/evidence-rules")
    kinds = {each["kind"]: each for each in rules["kinds"]}
    assert (rules["most_pictures"], list(kinds)) == (9, ["service", "donation", "fulfilment", "study"])
    service = kinds["service"]
    assert [each["code"] for each in service["departments"]] == ["MZJ", "WMB", "TXW"]
    assert "路上的时间不算" in service["hint"]
    assert (service["gives_points"], kinds["study"]["gives_points"]) == (True, False)
    assert service["needed_with_certificate"] == ["certificate_number", "certificate_issuer", "hours", "served_on"]
    assert "金额与积分无关" in kinds["donation"]["hint"]
    assert len(kinds["fulfilment"]["departments"]) > 10, "whichever issued the document"
    assert service["not_before"] < (clock.today() - timedelta(days=364)).isoformat()


async def test_points_of_a_record_and_of_evidence_name_what_they_come_from(phone: Phone) -> None:
    phone.succeeded(await phone.enrol(), 201)
    record, evidence = await factories.file_record(item=VOLUNTEER_HOURS), await submitted()
    await Evidence.all().update(state="approved", approved_quantity=60)
    async with transaction():
        await lock_citizens([evidence.citizen_id])
        await Ledger((record_facts, evidence_facts)).refold([evidence.citizen_id])
    by_evidence, by_record = (await phone.read("/entries"))["items"]
    assert (by_record["record_id"], by_record["evidence_id"]) == (str(record.id), None)
    assert (by_evidence["record_id"], by_evidence["evidence_id"]) == (None, str(evidence.id))
    assert (by_evidence["quantity"], by_evidence["unit"], by_evidence["document_number"]) == (
        6,
        "小时",
        evidence.number,
    )
    coming = (await phone.read("/score"))["coming"]
    assert (coming[0]["record_id"], coming[0]["evidence_id"]) in {(str(record.id), None), (None, str(evidence.id))}
