"""恢复 at the corrections desk: a withdrawal is undone by two officers, each of whom sees why it was withdrawn."""

import httpx

from backend.notifications.models import Notice
from backend.records.models import CreditRecord, RecordChange
from backend.staff.models import StaffUser
from tests import factories
from tests.console.conftest import Office, Officer
from tests.console.corrections_desk import AT, an_officer, looks, now, opened, withdraws
from tests.console.evidence_desk import at_work, check_policy

RESTORE = "要恢复这条记录"


async def restores(officer: Officer, record: CreditRecord, **fields: str) -> httpx.Response:
    """She asks for it to come back."""
    sent = {"reason": "withdrawn_by_mistake", "words": "核对以后，只报送了一次。", **fields}
    return await officer.post(f"{AT}/{record.id}/restore", sent)


async def test_without_the_role_or_in_another_department_nothing_comes_back(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.penalty()
    await withdraws(wang, record)
    reviewer = await at_work(office, "sjj-zhao", "reviewer")
    assert (await restores(reviewer, record)).status_code == 403
    assert wang.user is not None
    await StaffUser.filter(id=wang.user.id).update(own_number_digest=None)
    assert (await restores(wang, record)).status_code == 403
    assert "办理前要登记您本人的身份证号" in wang.page
    assert await RecordChange.filter(kind="restore").count() == 0


async def test_a_record_withdrawn_by_mistake_comes_back_by_two_officers(office: Office) -> None:
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    record = await factories.penalty()
    await opened(wang, record)
    assert "撤回错了，可以提出恢复" in wang.page
    assert RESTORE not in wang.page
    await withdraws(wang, record, words="以为报送了两次。")
    await opened(wang, record)
    assert RESTORE in wang.page
    await wang.follow(await restores(wang, record))
    assert "恢复已提出" in wang.page
    change = await RecordChange.get(kind="restore")
    await opened(wang, record)
    assert "恢复已经提出，等同事复核" in wang.page
    assert "/restore" not in wang.page
    assert (await wang.post(f"/corrections/changes/{change.id}/approve")).status_code == 403

    await li.get("/corrections")
    assert "恢复" in li.page
    answer = await li.post(f"/corrections/changes/{change.id}")
    check_policy(answer.text)
    for said in ("复核恢复", "以为报送了两次。", "核对以后，只报送了一次。", "这条记录先前撤回错了", "sjj-wang员"):
        assert said in li.page, said
    assert "要改的地方" not in li.page
    assert await looks("correction_approval") == 1
    await li.follow(await li.post(f"/corrections/changes/{change.id}/approve"))
    assert "已同意恢复" in li.page
    assert ((await now(record)).state, (await now(record)).version) == ("live", 2)
    assert await Notice.filter(kind="record_restored", citizen_id=record.citizen_id).count() == 1


async def test_what_a_colleague_refuses_stays_withdrawn(office: Office) -> None:
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    record = await factories.file_record()
    await withdraws(wang, record)
    await restores(wang, record)
    change = await RecordChange.get(kind="restore")
    await li.follow(await li.post(f"/corrections/changes/{change.id}/refuse"))
    assert "记录仍然不显示" in li.page
    assert (await now(record)).state == "withdrawn"


async def test_a_wrong_reason_is_said_at_its_form_with_what_was_typed(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.file_record()
    assert (await restores(wang, record)).status_code == 409, "it was not withdrawn"
    await withdraws(wang, record)
    answer = await restores(wang, record, reason="other", words="错")
    assert answer.status_code == 422
    assert "请写明原因" in wang.page
    assert (await now(record)).state == "withdrawn"
