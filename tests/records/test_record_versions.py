"""What a record says, kept and compared in words."""

from datetime import date

import msgspec

from backend.records.columns import TITLES, FiledRow
from backend.records.measures import Measure
from backend.records.record_versions import (
    Difference,
    RecordContent,
    differences,
    filed_row,
    hide_content,
    reveal_content,
    said_of,
)
from tests.factories import CITIZEN, VAULT

CONTENT = RecordContent(
    item_code="PRO-101",
    document_number="鲁市监罚〔2026〕12号",
    document_date=date(2026, 3, 2),
    conduct_end=date(2026, 1, 31),
    finality_date=date(2026, 9, 5),
    publication_place="信用中国",
    quantity=65,
    summary="掺杂掺假。",
    occupation="导游",
    capacity="person_in_charge",
    measures=(Measure("QG-03", "县人民法院", date(2027, 1, 31), "履行后解除"),),
)


def changed(**fields: object) -> RecordContent:
    return msgspec.structs.replace(CONTENT, **fields)


def test_the_same_content_does_not_differ() -> None:
    assert differences(CONTENT, changed()) == []


def test_each_field_that_changed_is_said_in_words_in_a_files_order() -> None:
    after = changed(
        item_code="PRO-102",
        document_date=date(2026, 3, 12),
        finality_date=None,
        quantity=60,
        capacity=None,
        measures=(),
    )
    assert differences(CONTENT, after, {"PRO-101": "掺杂掺假"}) == [
        Difference("目录事项", "掺杂掺假", "PRO-102"),
        Difference("文书日期", "2026 年 3 月 2 日", "2026 年 3 月 12 日"),
        Difference("生效日期", "2026 年 9 月 5 日", ""),
        Difference("数量", "6.5", "6"),
        Difference("资格身份", "主要负责人", ""),
        Difference("措施", "限制消费（县人民法院，到 2027 年 1 月 31 日，履行后解除）", ""),
    ]


def test_every_field_that_an_amendment_may_change_has_a_title_and_can_be_a_row_again() -> None:
    assert set(said_of(CONTENT)) == set(TITLES.values()) - {"姓名", "身份证号"}
    row = filed_row(CONTENT, CITIZEN.name, CITIZEN.number)
    assert (row.name, row.identity_number, row.measures) == (CITIZEN.name, CITIZEN.number, CONTENT.measures)
    assert set(RecordContent.__struct_fields__) == set(FiledRow.__struct_fields__) - {
        "row_number",
        "name",
        "identity_number",
    }


def test_what_is_kept_is_hidden_and_comes_back_whole() -> None:
    hidden = hide_content(VAULT, CONTENT)
    assert "掺杂".encode() not in hidden
    assert reveal_content(VAULT, hidden) == CONTENT
    assert repr(CONTENT) == "RecordContent(PRO-101)"
