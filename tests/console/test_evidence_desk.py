"""The evidence desk's queue: who gets a case, from the claim to giving it back, and who never does."""

from datetime import timedelta

import pytest

from backend import clock
from backend.citizens.models import AccessLog
from backend.repairs.models import Evidence
from backend.staff.models import AuditEvent, StaffUser
from tests.console.conftest import Office
from tests.console.evidence_desk import PERSONAL, WELFARE, at_work, claims, lapse, leads_to, looks, own_number
from tests.evidence_factories import at, submitted
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.reviewers import approves, reviewer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_stranger_and_a_citizen_stay_outside(office: Office) -> None:
    evidence = await submitted()
    phone = await office.app.guest()
    for headers in ({}, {"Authorization": f"Bearer {phone.token}"}):
        browser = office.stranger()
        for method, path in (("GET", ""), ("GET", f"/{evidence.id}"), ("POST", f"/{evidence.id}/claim")):
            answer = await browser.send(method, f"/evidence{path}", headers=headers)
            assert answer.headers["location"].startswith("/console/sign-in")
    assert await looks() == 0


@pytest.mark.parametrize("role", ["officer", "case_officer", "auditor", "admin"])
async def test_another_role_does_not_review(office: Office, role: str) -> None:
    evidence = await submitted()
    officer = await at_work(office, role=role)
    assert (await officer.get(f"/evidence/{evidence.id}")).status_code == 403
    assert (await officer.post(f"/evidence/{evidence.id}/claim")).status_code == 403
    assert (await Evidence.get(id=evidence.id)).claimant_id is None


async def test_another_departments_case_is_told_from_none_by_nothing(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office, "mzj-li", department=WELFARE)
    await officer.get("/evidence")
    assert "都办完了" in officer.page
    for deed in ("", "/claim", "/release", "/reassign", "/approve", "/look", f"/compare/{evidence.id}"):
        path = f"/evidence/{evidence.id}{deed}"
        answer = await (officer.post(path, {"hours": "8"}) if deed else officer.get(path))
        assert answer.status_code == 404, deed
        assert "没有这件证明材料，或者它不归本部门审核。" in officer.page
        assert evidence.number not in officer.page
    assert await looks() == 0


async def test_nobody_decides_her_own_case(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    await own_number(officer, VAULT.digest(CITIZEN.number, "citizen.number"))
    await officer.get("/evidence")
    assert evidence.number not in officer.page
    for answer in (
        await officer.get(f"/evidence/{evidence.id}"),
        await officer.post(f"/evidence/{evidence.id}/claim"),
        await officer.post(f"/evidence/{evidence.id}/approve", {"hours": "8"}),
    ):
        assert answer.status_code == 403
        assert "这是您本人的材料" in officer.page


async def test_who_is_not_known_as_a_citizen_reviews_nothing(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    await own_number(officer, None)
    for path in ("/evidence", f"/evidence/{evidence.id}"):
        assert (await officer.get(path)).status_code == 403
        assert "办理前要登记您本人的身份证号" in officer.page


async def test_a_form_from_elsewhere_claims_nothing(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = f"/evidence/{evidence.id}/claim"
    assert (await officer.send("POST", path)).status_code == 403
    assert (await officer.post(path, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await Evidence.get(id=evidence.id)).claimant_id is None


async def test_before_the_claim_nothing_of_the_citizen_is_shown(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    await officer.get("/evidence")
    queue = officer.page
    answer = await officer.get(f"/evidence/{evidence.id}")
    assert answer.status_code == 200
    for page in (queue, officer.page):
        assert evidence.number in page
        assert f'action="/console/evidence/{evidence.id}/claim"' in page
        assert [each for each in PERSONAL if each in page] == []
    assert await looks() == 0


async def test_the_claim_is_the_look_and_opens_the_case(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    assert [each for each in PERSONAL if each not in officer.page] == []
    (look,) = await AccessLog.all()
    assert (look.purpose, look.about) == ("evidence_review", f"evidence:{evidence.id}")
    until = (await Evidence.get(id=evidence.id)).claimed_until
    await officer.follow(await officer.post(f"{path}/claim"))
    again = (await Evidence.get(id=evidence.id)).claimed_until
    assert until is not None
    assert again is not None
    assert again > until
    assert await looks() == 1


async def test_a_colleagues_case_is_hers_until_the_claim_lapses(office: Office) -> None:
    evidence = await submitted()
    await claims(await at_work(office, "sjj-li"), evidence)
    officer = await at_work(office)
    await officer.get("/evidence")
    assert "sjj-li员（办理中）" in officer.page
    assert f"{evidence.id}/claim" not in officer.page
    assert (await officer.post(f"/evidence/{evidence.id}/claim")).status_code == 409
    assert "同事正在办理这件材料" in officer.page
    assert "办下一件" in officer.page
    await lapse(evidence)
    await claims(officer, evidence)
    assert "鲁小明" in officer.page


async def test_the_queue_has_the_oldest_deadline_first_and_says_what_is_late(office: Office) -> None:
    fresh, late = await submitted(), await submitted(NEIGHBOUR)
    await Evidence.filter(id=late.id).update(review_by=clock.today() - timedelta(days=3))
    officer = await at_work(office)
    await officer.get("/evidence")
    assert officer.page.index(late.number) < officer.page.index(fresh.number)
    assert "2 件待办" in officer.page
    assert "1 件已超期" in officer.page
    assert leads_to(await officer.post("/evidence/next"), late.id)
    assert leads_to(await officer.post("/evidence/next"), late.id), "pressed twice: still the one that she has"
    assert await looks() == 1


async def test_the_queue_is_narrowed_to_hers_and_to_second_reviews(office: Office) -> None:
    hers, second, other = await submitted(), await submitted(NEIGHBOUR), await submitted(COUSIN)
    await Evidence.filter(id=second.id).update(state="second_review", approved_quantity=80)
    officer = await at_work(office)
    await claims(officer, hers)
    for shown, numbers in (("mine", [hers]), ("second", [second]), ("nonsense", [hers, second, other])):
        await officer.get("/evidence", params={"show": shown})
        assert [each for each in (hers, second, other) if each.number in officer.page] == numbers
    assert (await officer.get("/evidence?show=second")).status_code == 200


async def test_an_empty_queue_says_so(office: Office) -> None:
    officer = await at_work(office)
    await officer.follow(await officer.post("/evidence/next"))
    assert "队列里没有您可以办的材料了。" in officer.page
    assert "都办完了" in officer.page


async def test_given_back_it_waits_for_everybody(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    await officer.follow(await officer.post(f"{path}/release"))
    assert "已放回队列。" in officer.page
    await officer.get(path)
    assert "鲁小明" not in officer.page
    await claims(await at_work(office, "sjj-li"), evidence)
    await officer.follow(await officer.post(f"{path}/release"))
    assert (await Evidence.get(id=evidence.id)).claimant_id is not None, "what a colleague holds she cannot give back"


async def test_a_case_goes_to_a_colleague_who_is_at_work(office: Office) -> None:
    evidence = await submitted()
    officer, colleague = await at_work(office), await at_work(office, "sjj-li")
    away = await at_work(office, "sjj-zhao")
    assert away.user is not None
    await StaffUser.filter(id=away.user.id).update(away_until=clock.today())
    path = await claims(officer, evidence)
    assert '<option value="sjj-li">' in officer.page
    assert "sjj-zhao" not in officer.page
    refused = await officer.post(f"{path}/reassign", {"colleague": "sjj-zhao"})
    assert refused.status_code == 409
    assert "请选本部门另一位在岗的审核员" in officer.page
    assert "鲁小明" in officer.page, "the case is still open before her"
    await officer.follow(await officer.post(f"{path}/reassign", {"colleague": "sjj-li"}))
    assert "已转给同事。" in officer.page
    await colleague.get("/evidence?show=mine")
    assert evidence.number in colleague.page


async def test_what_a_colleague_at_work_is_answerable_for_is_handed_over_first(office: Office) -> None:
    evidence = await submitted()
    officer, colleague = await at_work(office), await at_work(office, "sjj-li")
    assert colleague.user is not None
    await Evidence.filter(id=evidence.id).update(assignee_id=colleague.user.id)
    await officer.get("/evidence")
    assert "转办" in officer.page
    assert (await officer.post(f"/evidence/{evidence.id}/claim")).status_code == 409
    await officer.get(f"/evidence/{evidence.id}")
    assert "这件材料由sjj-li员经办" in officer.page
    await officer.follow(await officer.post(f"/evidence/{evidence.id}/reassign", {"colleague": "sjj-wang"}))
    await claims(officer, evidence)
    assert "鲁小明" in officer.page
    assert await AuditEvent.filter(action="evidence.reassign").count() == 1


async def test_to_read_a_page_is_no_look_and_changes_nothing(office: Office) -> None:
    evidence = await submitted()
    decided = await submitted(NEIGHBOUR, starts_at=at(9, days_ago=3), ends_at=at(17, days_ago=3))
    await approves(await reviewer(), decided)
    officer, head = await at_work(office), await at_work(office, "fgw-zhou", "case_officer", WELFARE)
    path = await claims(officer, evidence)

    async def stored() -> list[object]:
        rows = await Evidence.all().order_by("id").values()
        return [rows, await AccessLog.all().count(), await AuditEvent.all().count()]

    before = await stored()
    for way in ("/evidence", "/evidence/decided", path, f"{path}?done=approved", f"/evidence/{decided.id}"):
        assert (await officer.get(way)).status_code == 200, way
    for deed in ("claim", "release", "approve", "reject", "ask", "look", "examine", "reverse", "reassign"):
        assert (await officer.get(f"{path}/{deed}")).status_code in (404, 405), deed
    assert (await head.get("/reversals")).status_code == 200
    assert await stored() == before
