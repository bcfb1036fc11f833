"""What the corrections desk does not do, and for whom: it says why beside the field, and keeps what was typed."""

import pytest

from backend.records.models import RecordChange
from tests import factories
from tests.console.conftest import Office, Officer
from tests.console.corrections_desk import AT, amends, an_officer, asks_to_amend, looks, now, opened, withdraws
from tests.console.evidence_desk import at_work
from tests.console.forms import fields_of
from tests.factories import CITIZEN, COUSIN, PENALTY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NUMBER = "鲁市监罚〔2026〕7号"


@pytest.fixture
async def wang(office: Office) -> Officer:
    """An officer of the department that files."""
    return await an_officer(office)


async def test_another_departments_officer_finds_nothing_and_opens_nothing(wang: Officer, office: Office) -> None:
    record = await factories.penalty(document_number=NUMBER)
    stranger = await at_work(office, "mzj-li", "officer", "MZJ")
    await stranger.post("/corrections", {"document_number": NUMBER})
    assert "本部门没有这个文书号的记录" in stranger.page
    change = await asks_to_amend(wang, record, summary="由县市场监管局重新写明。")
    before = await looks()
    for path in ("", "/amend", "/withdraw"):
        answer = await stranger.post(f"{AT}/{record.id}{path}", {"sure": "yes", "reason": "filed_twice"})
        assert answer.status_code == 404, path
        assert "鲁小明" not in stranger.page
    for deed in ("", "/approve", "/refuse"):
        assert (await stranger.post(f"/corrections/changes/{change.id}{deed}")).status_code == 404, deed
    assert await looks() == before
    stands = await now(record)
    assert (stands.version, stands.state) == (1, "live")


async def test_nobody_corrects_a_record_about_herself(wang: Officer, office: Office) -> None:
    record = await factories.penalty(COUSIN)
    change = await asks_to_amend(wang, record, summary="由县市场监管局重新写明。")
    herself = await office.signed_in("sjj-fang", roles=["officer"], own_number=COUSIN.number)
    await herself.get("/corrections")
    assert "等您复核的更正" not in herself.page
    for path in (f"{AT}/{record.id}", f"{AT}/{record.id}/amend", f"/corrections/changes/{change.id}/approve"):
        assert (await herself.post(path)).status_code == 403, path
        assert "与您本人有关" in herself.page
    assert (await withdraws(herself, record)).status_code == 403
    stands = await now(record)
    assert (stands.version, stands.state) == (1, "live")


@pytest.mark.parametrize(
    ("document", "identity", "said"),
    [
        ("", "", "请填写文书号"),
        ("4.10423E+17", "", "文书号被 Excel 当成数值"),
        (NUMBER, "410423199003070018", "身份证号"),
        ("从来没有的文书", "", "本部门没有这个文书号的记录"),
        ('"><script>alert(1)</script>', "", "本部门没有这个文书号的记录"),
    ],
)
async def test_a_search_that_finds_nothing_says_why(wang: Officer, document: str, identity: str, said: str) -> None:
    answer = await wang.post("/corrections", {"document_number": document, "identity_number": identity})
    assert answer.status_code in {200, 422}
    assert said in wang.page
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("document_number", "", "“文书号”没有填写"),
        ("document_date", "明天", "日期请写成"),
        ("document_date", "2099-01-01", "文书日期晚于今天"),
        ("document_date", "9999-12-31", "文书日期晚于今天"),
        ("conduct_end", "9999-12-31", "行为结束日期晚于文书日期"),
        ("conduct_end", "1949-01-01", "日期早于"),
        ("conduct_end", "0001-01-01", "日期早于"),
        ("finality_date", "", "决定还没有最终生效"),
        ("quantity", "一件", "数量请只填数字"),
        ("summary", "", "“摘要”没有填写"),
        ("occupation", "网红", "职业请填"),
        ("capacity", "亲戚", "资格身份请填"),
        ("item_code", "NO-001", "没有这个事项"),
        ("publication_place", f"联系 {CITIZEN.phone}", "不能写身份证号或手机号"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    wang: Officer, field: str, value: str, said: str
) -> None:
    record = await factories.penalty()
    answer = await amends(wang, record, words="公示的网站写错了。", **{"summary": "改过的摘要。", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-fault">' in wang.page
    assert said in wang.page.split(f'id="{field}-fault">')[1].split("</p>")[0]
    fields = fields_of(answer.text, f"{AT}/{record.id}/amend")
    assert fields["words"] == "公示的网站写错了。"
    assert fields["summary"] == (value if field == "summary" else "改过的摘要。")
    assert not await RecordChange.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"code": "QG-03"}, "决定机关、截止日期和怎样解除都要填"),
        ({"code": "", "authority": "鲁山县人民法院"}, "决定机关、截止日期和怎样解除都要填"),
        ({"code": "QG-03", "authority": "法院", "until": "明年", "way_out": "履行后。"}, "日期请写成"),
        ({"code": "LS-01", "authority": "县里", "until": "2099-01-01", "way_out": "履行后。"}, "不在全国失信惩戒措施"),
        ({"code": "QG-03", "authority": "法院", "until": "2020-01-01", "way_out": "履行后。"}, "截止日期已经过了"),
    ],
)
async def test_a_measure_that_no_list_has_or_that_is_half_written(
    wang: Officer, row: dict[str, str], said: str
) -> None:
    record = await factories.penalty()
    answer = await amends(wang, record, **{f"measure-1-{name}": value for name, value in row.items()})
    assert answer.status_code == 422
    assert said in wang.page
    fields = fields_of(answer.text, f"{AT}/{record.id}/amend")
    assert fields["measure-1-authority"] == row.get("authority", "")
    assert not await RecordChange.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "请从列出的原因里选一项"),
        ({"reason": "because"}, "请从列出的原因里选一项"),
        ({"reason": "other", "words": "错了"}, "至少 5 个字"),
        ({"words": "字" * 201}, "说明最多 200 个字"),
        ({"words": f"请打 {CITIZEN.phone}"}, "说明里不能写身份证号或手机号"),
        ({"sure": ""}, "请先勾选"),
    ],
)
async def test_nothing_is_withdrawn_without_a_reason_and_a_yes(
    wang: Officer, fields: dict[str, str], said: str
) -> None:
    record = await factories.penalty()
    answer = await withdraws(wang, record, **fields)
    assert answer.status_code == 422
    assert said in wang.page
    assert '<details class="refuse" open>' in answer.text
    assert fields_of(answer.text, f"{AT}/{record.id}/withdraw")["words"] == fields.get("words", "")
    assert fields_of(answer.text, f"{AT}/{record.id}/amend")["words"] == "", "not in the other form"
    assert (await now(record)).state == "live"


async def test_nothing_changed_is_said(wang: Officer) -> None:
    record = await factories.file_record(item=factories.VOLUNTEER_HOURS, quantity="6.5")
    answer = await amends(wang, record)
    assert answer.status_code == 422
    assert "内容和现在的记录一样" in wang.page


async def test_a_record_that_a_colleague_just_changed_is_not_written_over(wang: Officer, office: Office) -> None:
    record = await factories.file_record()
    mine = fields_of((await opened(wang, record)).text, f"{AT}/{record.id}/amend")
    li = await an_officer(office, "sjj-li")
    await amends(li, record, summary="同事改过的摘要。")
    mine |= {"publication_place": "信用中国（河南）", "reason": "written_wrong", "words": "公示的网站写错了。"}
    answer = await wang.post(f"{AT}/{record.id}/amend", mine)
    assert answer.status_code == 409
    assert "刚刚有了变化" in wang.page
    fields = fields_of(answer.text, f"{AT}/{record.id}/amend")
    assert (fields["summary"], fields["from_version"]) == ("同事改过的摘要。", "2")
    assert fields["words"] == "公示的网站写错了。"
    for version in ("", "0", "-1", "9" * 30, "一"):
        assert (await wang.post(f"{AT}/{record.id}/amend", mine | {"from_version": version})).status_code == 409


async def test_a_reviewer_and_an_auditor_have_no_way_there(wang: Officer, office: Office) -> None:
    record = await factories.file_record(item=PENALTY)
    for role in ("reviewer", "auditor", "admin", "case_officer"):
        other = await at_work(office, f"sjj-{role.replace('_', '-')}", role)
        await other.get()
        assert "更正撤回" not in other.page
        for path in ("", "/amend", "/withdraw"):
            assert (await other.post(f"{AT}/{record.id}{path}")).status_code == 403, (role, path)
    assert await looks() == 0
