"""Decisions at the evidence desk: each once, with the next case behind it, and a refusal that takes nothing away."""

import pytest

from backend.repairs import submitting
from backend.repairs.models import Evidence, EvidenceStep
from tests.console.conftest import Office
from tests.console.evidence_desk import at_work, claims, lapse, leads_to, looks
from tests.evidence_factories import at, citizen_of, submitted
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT, Person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def state_of(evidence: Evidence) -> tuple[str, int | None]:
    found = await Evidence.get(id=evidence.id)
    return found.state, found.approved_quantity


async def twenty_hours(person: Person = CITIZEN) -> Evidence:
    """More than one reviewer alone may approve."""
    return await submitted(person, starts_at=at(9, days_ago=2), ends_at=at(17), hours=20.0)


async def test_six_of_eight_hours_and_straight_to_the_next(office: Office) -> None:
    evidence, following = await submitted(), await submitted(NEIGHBOUR)
    officer = await at_work(office)
    path = await claims(officer, evidence)
    assert 'value="8"' in officer.page
    answer = await officer.post(f"{path}/approve", {"hours": "6", "words": "扣除午休两小时。"})
    assert leads_to(answer, following.id)
    await officer.follow(answer)
    assert "上一件已通过" in officer.page
    assert "鲁小红" in officer.page
    assert await state_of(evidence) == ("approved", 60)
    assert await looks() == 2


async def test_the_last_one_leads_to_the_empty_queue(office: Office) -> None:
    officer = await at_work(office)
    path = await claims(officer, await submitted())
    await officer.follow(await officer.post(f"{path}/approve", {"hours": "8"}))
    assert "上一件已通过" in officer.page
    assert "都办完了" in officer.page


async def test_what_has_no_hours_is_approved_as_it_is(office: Office) -> None:
    evidence = await submitted(kind="fulfilment")
    officer = await at_work(office)
    path = await claims(officer, evidence)
    assert 'name="hours"' not in officer.page
    refused = await officer.post(f"{path}/approve", {"hours": "3"})
    assert refused.status_code == 422
    assert "请不要填写时长" in officer.page
    await officer.post(f"{path}/approve")
    assert await state_of(evidence) == ("approved", None)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("0", "请填写认定的时长，至少 0.1 小时"),
        ("", "请填写认定的时长"),
        ("8.1", "认定的时长不能超过申请人填写的时长"),
        ("六小时", "时长请填数字"),
        ("-2", "时长请填数字"),
        ("6.25", "时长请填数字"),
        ("1e1", "时长请填数字"),
        ("9" * 400, "时长请填数字"),
        ('"><script>alert(1)</script>', "时长请填数字"),
    ],
)
async def test_hours_that_cannot_be_come_back_with_everything_typed(office: Office, hours: str, said: str) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    answer = await officer.post(f"{path}/approve", {"hours": hours, "words": "扣除午休。"})
    assert answer.status_code == 422
    assert said in officer.page
    assert ">扣除午休。</textarea>" in officer.page
    assert f'value="{hours or 8}"' in officer.page
    assert "<script>alert" not in answer.text
    assert await state_of(evidence) == ("submitted", None)


@pytest.mark.parametrize("deed", ["approve", "ask", "reject"])
async def test_words_are_kept_over_a_lapsed_claim_in_the_form_where_they_were_typed(office: Office, deed: str) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    await lapse(evidence)
    typed = {"words": "签到表上没有日期。", **({"hours": "6"} if deed == "approve" else {"reason": "other"})}
    answer = await officer.post(f"{path}/{deed}", typed)
    assert answer.status_code == 409
    assert "请重新领取后再办理" in officer.page
    assert "鲁小明" not in officer.page
    again = await officer.post(f"{path}/claim", {**typed, "deed": deed})
    assert again.status_code == 200
    assert officer.page.count(">签到表上没有日期。</textarea>") == 1
    form = officer.page.partition(f'action="/console{path}/{deed}"')[2].partition("</form>")[0]
    assert "签到表上没有日期。" in form
    assert ('value="6"' if deed == "approve" else 'value="other" required checked') in form
    await officer.post(f"{path}/{deed}", typed)
    assert (await state_of(evidence))[0] == {"approve": "approved", "ask": "asked", "reject": "rejected"}[deed]


async def test_words_are_kept_when_a_colleague_has_taken_the_case_over(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    await lapse(evidence)
    await claims(await at_work(office, "sjj-li"), evidence)
    for deed in ("reject", "claim"):
        answer = await officer.post(f"{path}/{deed}", {"reason": "other", "words": "看不出是本人。"})
        assert answer.status_code == 409
        assert ">看不出是本人。</textarea>" in officer.page


async def test_sent_twice_it_is_done_once(office: Office) -> None:
    evidence, following, third = await submitted(), await submitted(NEIGHBOUR), await submitted(COUSIN)
    officer = await at_work(office)
    path = await claims(officer, evidence)
    for _ in range(2):
        assert leads_to(await officer.post(f"{path}/approve", {"hours": "6"}), following.id)
    assert await EvidenceStep.filter(evidence_id=evidence.id, kind="approved").count() == 1
    assert (await officer.post(f"{path}/approve", {"hours": "8"})).status_code == 409
    assert "已经办结" in officer.page
    assert await state_of(evidence) == ("approved", 60)
    assert (await Evidence.get(id=third.id)).claimant_id is None


@pytest.mark.parametrize(("deed", "state"), [("reject", "rejected"), ("ask", "asked")])
async def test_sent_back_with_a_reason_from_the_list(office: Office, deed: str, state: str) -> None:
    evidence, following = await submitted(), await submitted(NEIGHBOUR)
    officer = await at_work(office)
    path = await claims(officer, evidence)
    for typed, said in (
        ({"words": "请看清楚。"}, "请从列出的原因里选一项"),
        ({"reason": "nonsense"}, "请从列出的原因里选一项"),
        ({"reason": "other", "words": "不行"}, "请写明原因，至少 5 个字"),
        ({"reason": "other", "words": "长" * 301}, "说明最多 300 个字"),
    ):
        assert (await officer.post(f"{path}/{deed}", typed)).status_code == 422
        assert said in officer.page
        assert typed.get("words", "") in officer.page
    answer = await officer.post(f"{path}/{deed}", {"reason": "other", "words": "签到表上没有您的姓名。"})
    assert leads_to(answer, following.id)
    assert await state_of(evidence) == (state, None)
    await officer.get(path)
    assert "领取</button>" not in officer.page


async def test_more_is_asked_for_once(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    await officer.post(f"{path}/ask", {"reason": "clearer_photo"})
    await submitting.submit(VAULT, await citizen_of(), evidence.id)
    await claims(officer, evidence)
    assert "办理经过" in officer.page
    assert f"{path}/ask" not in officer.page
    assert (await officer.post(f"{path}/ask", {"reason": "more_photos"})).status_code == 409
    assert "只能要求补充一次" in officer.page
    assert "鲁小明" in officer.page


async def test_what_she_withdrew_meanwhile_is_not_decided(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    path = await claims(officer, evidence)
    await submitting.withdraw(await citizen_of(), evidence.id)
    assert (await officer.post(f"{path}/approve", {"hours": "8"})).status_code == 409
    assert "申请人已经撤回这件材料" in officer.page
    assert await state_of(evidence) == ("withdrawn", None)


async def test_a_second_reviewer_may_lower_and_never_raise(office: Office) -> None:
    evidence = await twenty_hours()
    first, second = await at_work(office), await at_work(office, "sjj-li")
    path = await claims(first, evidence)
    assert "超过 16 小时的，要另一位审核员复核" in first.page
    await first.follow(await first.post(f"{path}/approve", {"hours": "18"}))
    assert "上一件已初审通过" in first.page
    assert await state_of(evidence) == ("second_review", 180)
    assert (await first.post(f"{path}/claim")).status_code == 403
    assert "复核要由另一位审核员办理" in first.page

    await claims(second, evidence)
    assert "初审认定 18 小时" in second.page
    assert "sjj-wang" not in second.page.partition("由谁经办")[2], "the first reviewer is no second one"
    assert (await second.post(f"{path}/approve", {"hours": "19"})).status_code == 422
    assert "不能比初审认定的多" in second.page
    assert (await second.post(f"{path}/ask", {"reason": "clearer_photo"})).status_code == 409
    await second.post(f"{path}/approve", {"hours": "17.5"})
    assert await state_of(evidence) == ("approved", 175)
