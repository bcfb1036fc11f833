"""At the corrections desk, what waits says until when, who asked may take it back, and reads what was not agreed to."""

import pytest

from backend.records.models import RecordChange
from tests import factories
from tests.console.conftest import Office
from tests.console.corrections_desk import amends, an_officer, asks_to_amend, now, opened
from tests.console.evidence_desk import check_policy
from tests.factories import CITIZEN
from tests.running_app import CountyClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ELSEWHERE = "信用中国（河南）"


async def test_what_waits_too_long_is_late_on_every_page_of_the_second_officer(office: Office) -> None:
    time = CountyClock()
    time.set("2026-11-23 09:00")
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    change = await asks_to_amend(wang, await factories.penalty(), publication_place=ELSEWHERE)
    for path, method in (("/corrections", li.get), (f"/corrections/changes/{change.id}", li.post)):
        await method(path)
        assert "2026年11月30日" in li.page
        assert "还有 5 个工作日" in li.page
    await li.get()
    assert "已超期" not in li.page
    time.set("2026-12-02 09:00")
    later = await office.again(li)
    for path, method in (("/corrections", later.get), (f"/corrections/changes/{change.id}", later.post)):
        await method(path)
        assert "已超 2 个工作日" in later.page
    await later.get()
    assert "1 件已超期" in later.page


async def test_who_asked_takes_it_back_and_asks_again(office: Office) -> None:
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    record = await factories.penalty()
    change = await asks_to_amend(wang, record, publication_place=ELSEWHERE)
    answer = await opened(wang, record)
    assert "最迟" in wang.page
    assert f"/corrections/changes/{change.id}/take-back" in answer.text
    assert "take-back" not in (await opened(li, record)).text
    assert (await li.post(f"/corrections/changes/{change.id}/take-back")).status_code == 404
    check_policy((await wang.get("/corrections")).text)
    assert "我提出的" in wang.page
    for _ in range(2):
        await wang.follow(await wang.post(f"/corrections/changes/{change.id}/take-back"))
        assert "已收回，记录照旧" in wang.page
    assert "我提出的" not in wang.page
    assert (await amends(wang, record, publication_place=ELSEWHERE)).status_code == 303
    again = await RecordChange.get(state="waiting")
    await li.post(f"/corrections/changes/{again.id}/approve")
    assert (await now(record)).version == 2
    assert (await wang.post(f"/corrections/changes/{again.id}/take-back")).status_code == 409


async def test_who_asked_reads_that_a_colleague_did_not_agree(office: Office) -> None:
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    record = await factories.penalty()
    change = await asks_to_amend(
        wang, record, publication_place=ELSEWHERE, reason="document_amended", words="网站换了。"
    )
    await li.post(f"/corrections/changes/{change.id}/refuse")
    await wang.get("/corrections")
    assert "同事没有同意" in wang.page
    assert "原来的文书已经由作出的机关更正" in wang.page
    assert not [each for each in ("鲁小明", "网站换了") if each in wang.page], "the list names nobody"
    await li.get("/corrections")
    assert "同事没有同意" not in li.page


async def test_by_a_former_number_a_record_is_found_with_its_citizens(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.file_record(document_number="鲁旧1号")
    await amends(wang, record, document_number="鲁新1号")
    await wang.post("/corrections", {"document_number": "鲁旧1号"})
    assert "只知道原来的，请加上身份证号" in wang.page
    await wang.post("/corrections", {"document_number": "鲁旧1号", "identity_number": CITIZEN.number})
    assert "找到 1 条" in wang.page
