"""The corrections desk: a department puts its own records right, each look seen, each negative change by two."""

from backend.citizens.models import AccessLog
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent
from tests import factories
from tests.console.conftest import Office
from tests.console.corrections_desk import AT, amends, an_officer, asks_to_amend, looks, now, opened, withdraws
from tests.console.evidence_desk import at_work, check_policy
from tests.console.forms import fields_of
from tests.factories import CITIZEN, NEIGHBOUR, PENALTY

NUMBER = "鲁市监罚〔2026〕7号"
ELSEWHERE = "信用中国（河南）"


async def test_a_record_is_found_by_its_document_and_nobody_is_named_before_it_is_opened(office: Office) -> None:
    wang = await an_officer(office)
    both = [factories.row(each, PENALTY, document_number=NUMBER) for each in (CITIZEN, NEIGHBOUR)]
    await factories.file_records(*both)
    await wang.get("/corrections")
    assert "先用文书号找到" in wang.page
    answer = await wang.post("/corrections", {"document_number": "鲁市监罚[2026]7号"})
    assert "找到 2 条" in wang.page
    assert not [each for each in ("鲁小明", "鲁小红", "0017", "0022") if each in answer.text]
    await wang.post("/corrections", {"document_number": NUMBER, "identity_number": NEIGHBOUR.number})
    assert "找到 1 条" in wang.page
    assert await looks() == 1, "who was named by her number reads of it"
    assert await AuditEvent.filter(action="record.search").count() == 2


async def test_opening_is_a_look_that_the_citizen_can_read_of(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.penalty()
    answer = await opened(wang, record)
    assert "鲁小明" in wang.page
    assert "4104**********0017" in wang.page
    assert CITIZEN.number not in wang.page
    (look,) = await AccessLog.filter(citizen_id=record.citizen_id, purpose="record_correction")
    assert look.reader_name == "sjj-wang员"
    check_policy(answer.text)


async def test_a_good_record_is_put_right_at_once(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.file_record()
    await wang.follow(await amends(wang, record, summary="诚信经营示范店，县市场监管局评定。"))
    assert "已更正" in wang.page
    assert (await now(record)).version == 2
    assert await Notice.filter(kind="record_amended", citizen_id=record.citizen_id).count() == 1
    await opened(wang, record)
    assert "改过的地方" in wang.page
    assert "第 2 版（现在）" in wang.page
    assert "由县市场监管局作出。" in wang.page, "what stood before"


async def test_a_negative_one_waits_for_a_colleague_who_sees_what_is_to_change(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.penalty()
    change = await asks_to_amend(wang, record, publication_place=ELSEWHERE, words="公示的网站写错了。")
    assert (await now(record)).version == 1
    await opened(wang, record)
    assert "有一项更正等同事复核" in wang.page
    assert "打开这项更正" not in wang.page
    assert (await wang.post(f"/corrections/changes/{change.id}/approve")).status_code == 403
    li = await an_officer(office, "sjj-li")
    await li.get()
    assert "待我复核的更正" in li.page
    await li.get("/corrections")
    assert "等您复核的更正" in li.page
    assert "鲁小明" not in li.page
    answer = await li.post(f"/corrections/changes/{change.id}")
    check_policy(answer.text)
    for said in ("公示地点", "信用中国（河南鲁山）", ELSEWHERE, "sjj-wang员", "报送时有内容写错了", "公示的网站写错了"):
        assert said in li.page, said
    assert await looks("correction_approval") == 1
    await li.follow(await li.post(f"/corrections/changes/{change.id}/approve"))
    assert "已同意更正" in li.page
    assert (await now(record)).publication_place == ELSEWHERE
    await li.follow(await li.post(f"/corrections/changes/{change.id}/approve"))
    assert "已同意更正" in li.page, "pressed twice, it is done, and once"
    assert (await li.post(f"/corrections/changes/{change.id}/refuse")).status_code == 409
    assert await Notice.filter(kind="record_amended").count() == 1
    await li.get()
    assert "待我复核的更正" not in li.page


async def test_a_refused_change_leaves_the_record_as_it_is_and_may_be_asked_for_again(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.penalty()
    change = await asks_to_amend(wang, record, publication_place=ELSEWHERE)
    li = await an_officer(office, "sjj-li")
    await li.follow(await li.post(f"/corrections/changes/{change.id}/refuse"))
    assert "已退回这项更正" in li.page
    await li.follow(await li.post(f"/corrections/changes/{change.id}/refuse"))
    assert "已退回这项更正" in li.page, "pressed twice"
    stands = await now(record)
    assert (stands.version, stands.publication_place) == (1, "信用中国（河南鲁山）")
    assert (await asks_to_amend(wang, record, publication_place=ELSEWHERE)).id != change.id


async def test_a_withdrawn_record_is_gone_and_its_page_offers_nothing_more(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.penalty(document_number=NUMBER)
    await asks_to_amend(wang, record, publication_place=ELSEWHERE)
    await wang.follow(await withdraws(wang, record, reason="document_revoked", words="县政府撤销了原决定。"))
    assert "已撤回" in wang.page
    assert (await now(record)).state == "withdrawn"
    assert await Notice.filter(kind="record_withdrawn", citizen_id=record.citizen_id).count() == 1
    await wang.post("/corrections", {"document_number": NUMBER})
    assert "已撤回" in wang.page
    answer = await opened(wang, record)
    assert "这条记录已经撤回" in wang.page
    for said in ("为什么撤回了", "sjj-wang员", "原来的文书已经被撤销", "县政府撤销了原决定。"):
        assert said in wang.page, said
    assert "/amend" not in answer.text
    assert "/withdraw" not in answer.text
    assert (await withdraws(wang, record)).status_code == 303, "twice is once"
    assert await Notice.filter(kind="record_withdrawn").count() == 1
    li = await an_officer(office, "sjj-li")
    await li.get("/corrections")
    assert "等您复核的更正" not in li.page, "what waited is overtaken"


async def test_measures_are_rows_that_can_be_added_changed_and_deleted(office: Office) -> None:
    wang, li = await an_officer(office), await an_officer(office, "sjj-li")
    record = await factories.penalty()
    first = {"code": "QG-03", "authority": "鲁山县人民法院", "until": "2079-06-30", "way_out": "履行完毕后解除。"}
    rows = {f"measure-1-{name}": value for name, value in first.items()}
    change = await asks_to_amend(wang, record, reason="measures_changed", **rows)
    await li.post(f"/corrections/changes/{change.id}")
    assert "限制消费（鲁山县人民法院，到 2079 年 6 月 30 日，履行完毕后解除。）" in li.page
    await li.post(f"/corrections/changes/{change.id}/approve")
    fields = fields_of((await opened(wang, record)).text, f"{AT}/{record.id}/amend")
    assert {name: fields[f"measure-1-{name}"] for name in first} == first
    again = await asks_to_amend(wang, record, **{"measure-1-gone": "yes", "reason": "measures_changed"})
    await li.post(f"/corrections/changes/{again.id}/approve")
    await opened(wang, record)
    assert "第 3 版（现在）" in wang.page
    assert (await now(record)).measures_hidden is None


async def test_an_auditor_reads_who_searched_looked_and_amended_and_nothing_of_the_citizen(office: Office) -> None:
    wang = await an_officer(office)
    record = await factories.file_record(document_number=NUMBER)
    await wang.post("/corrections", {"document_number": NUMBER})
    await amends(wang, record, summary="诚信经营示范店，县市场监管局评定。")
    auditor = await at_work(office, "sjj-audit", "auditor")
    await auditor.get("/audit")
    for said in (
        "按文书号查找本部门的记录",
        "找到条数",
        "查看本部门的一条记录",
        "更正记录",
        "更正编号",
        f"记录 {str(record.id)[-12:]}",
    ):
        assert said in auditor.page, said
    assert not [each for each in ("鲁小明", NUMBER, "诚信经营示范店") if each in auditor.page]
