"""What may be written in evidence: every fault at once, each where it is."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import clock
from backend.records.catalogue import EvidenceRule
from backend.repairs.content import (
    CONTENTS,
    LABELS,
    Content,
    DonationContent,
    FulfilmentContent,
    Kind,
    ServiceContent,
    StudyContent,
    found_by,
    one_spelling,
    read,
    tidied,
    title_of,
    write,
)
from backend.repairs.content_faults import faults, needed_fields, unkeepable

NOW = datetime(2026, 11, 23, 9, tzinfo=clock.SHANGHAI)
RULE = EvidenceRule(kind="service", departments=("SJJ",), months_back=12, review_workdays=5)


def county(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.SHANGHAI)


def service(**changes: Any) -> ServiceContent:
    usual = {
        "organisation": "鲁山县志愿者协会",
        "activity": "敬老院陪护",
        "place": "下汤镇敬老院",
        "starts_at": county(21, 9),
        "ends_at": county(21, 17),
        "hours": 8.0,
    }
    return ServiceContent(**usual | changes)


def certificate(**changes: Any) -> ServiceContent:
    usual = {"certificate_number": "HN-2026-1", "certificate_issuer": "河南志愿服务", "hours": 6.5}
    return ServiceContent(**{**usual, "served_on": date(2026, 11, 21)} | changes)


def donation(**changes: Any) -> DonationContent:
    usual: dict[str, Any] = {"recipient": "鲁山县慈善会", "receipt_number": "A1", "donated_on": date(2026, 11, 21)}
    return DonationContent(**usual | changes)


def codes(content: Content, pictures: int = 1, **asked: Any) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in faults(content, NOW, RULE, pictures, **asked)]


@pytest.mark.parametrize(
    "content",
    [
        service(),
        service(hours=0.1),
        service(starts_at=county(21, 18), ends_at=county(22, 2)),
        service(starts_at=county(20, 8), ends_at=county(22, 20), hours=60.0),
        certificate(),
        certificate(served_on=None, starts_at=county(1, 0), ends_at=county(22, 0), hours=300.0),
        donation(),
        donation(amount_fen=1),
        FulfilmentContent(document_number="鲁市监罚〔2026〕1号", department="SJJ", fulfilled_on=date(2026, 11, 23)),
        StudyContent(course="信用知识", provider="县委党校", finished_on=date(2026, 11, 1)),
        StudyContent(course="信用知识", provider="县委党校", finished_on=date(2026, 11, 1), hours=40.0),
    ],
)
def test_what_is_whole_has_no_fault(content: Content) -> None:
    assert codes(content) == []


def test_an_empty_one_names_all_that_is_missing_at_once() -> None:
    wanted = ["organisation", "activity", "place", "starts_at", "ends_at", "hours"]
    assert codes(ServiceContent(), pictures=0) == [
        *((name, "required") for name in wanted),
        ("pictures", "picture_needed"),
    ]


@pytest.mark.parametrize("kind", list(CONTENTS))
def test_each_kind_needs_a_picture_and_its_fields(kind: Kind) -> None:
    empty = CONTENTS[kind]()
    assert codes(empty, pictures=0) == [
        *((name, "required") for name in needed_fields(empty)),
        ("pictures", "picture_needed"),
    ]


def test_a_certificate_needs_no_picture_and_no_second_writing_down_of_what_stands_on_it() -> None:
    assert codes(certificate(), pictures=0) == []
    bare = ServiceContent(certificate_number="HN-2026-1")
    wanted = ["certificate_issuer", "hours", "served_on"]
    assert codes(bare, pictures=0) == [(name, "required") for name in wanted]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (service(hours=25.0), ("hours", "more_than_a_day")),
        (certificate(hours=25.0), ("hours", "more_than_a_day")),
        (service(hours=8.1), ("hours", "more_than_the_time")),
        (service(starts_at=county(21, 9, 30)), ("hours", "more_than_the_time")),
        (service(hours=0.0), ("hours", "not_positive")),
        (service(hours=-1.0), ("hours", "not_positive")),
        (service(hours=6.55), ("hours", "too_many_decimals")),
        (
            StudyContent(course="课", provider="党校", finished_on=date(2026, 11, 1), hours=1000.1),
            ("hours", "too_many_hours"),
        ),
        (service(ends_at=county(21, 8)), ("ends_at", "ends_before_start")),
        (service(ends_at=county(21, 9)), ("ends_at", "ends_before_start")),
        (service(starts_at=county(23, 1), ends_at=county(23, 9, 1)), ("ends_at", "in_future")),
        (donation(donated_on=date(2026, 11, 24)), ("donated_on", "in_future")),
        (donation(donated_on=date(2025, 11, 22)), ("donated_on", "too_old")),
        (certificate(served_on=date(2025, 11, 22)), ("served_on", "too_old")),
        (donation(amount_fen=0), ("amount_fen", "not_positive")),
        (certificate(starts_at=county(21, 1), ends_at=county(22, 1)), ("served_on", "not_the_last_day")),
    ],
)
def test_each_fault_stands_at_its_field_with_a_sentence_to_act_on(content: Content, fault: tuple[str, str]) -> None:
    (found,) = faults(content, NOW, RULE, 1)
    assert (found.field, found.code) == fault
    assert len(found.detail) >= 6


def test_faults_of_several_fields_come_together() -> None:
    wrong = service(place=None, starts_at=county(30, 9), ends_at=county(29, 9), hours=-1.55)
    assert codes(wrong, pictures=0) == [
        ("place", "required"),
        ("ends_at", "in_future"),
        ("ends_at", "ends_before_start"),
        ("hours", "not_positive"),
        ("hours", "too_many_decimals"),
        ("pictures", "picture_needed"),
    ]


def test_the_last_day_of_the_months_back_is_still_taken() -> None:
    assert codes(donation(donated_on=date(2025, 11, 23))) == []


def test_an_answer_is_measured_from_the_day_it_was_handed_in() -> None:
    old = donation(donated_on=date(2025, 10, 1))
    assert codes(old) == [("donated_on", "too_old")]
    assert codes(old, handed_in_on=date(2026, 9, 30)) == []


def test_it_happened_on_the_county_day_of_its_end() -> None:
    late = service(starts_at=county(21, 20), ends_at=datetime(2026, 11, 21, 16, 30, tzinfo=clock.UTC))
    assert found_by(late).happened_on == date(2026, 11, 22)
    assert found_by(late).quantity == 80


@pytest.mark.parametrize("year", [1, 1949, 3000, 9999])
def test_a_year_of_no_calendar_is_kept_not_even_in_a_draft(year: int) -> None:
    moment = datetime(year, 1, 1, tzinfo=clock.SHANGHAI)
    wrong = ServiceContent(ends_at=moment, served_on=moment.date())
    assert [(each.field, each.code) for each in unkeepable(wrong)] == [
        ("ends_at", "wrong_year"),
        ("served_on", "wrong_year"),
    ]
    assert unkeepable(service()) == []


@pytest.mark.parametrize("typed", ["hn-2026-001", " HN-2026 -001", "ＨＮ－２０２６－００１"])
def test_a_number_is_known_again_however_it_was_typed(typed: str) -> None:
    assert one_spelling(typed) == "HN-2026-001"
    assert found_by(donation(receipt_number=typed)).number == found_by(certificate(certificate_number=typed)).number


def test_blank_is_nothing() -> None:
    assert tidied(service(place="  ", words=" 谢谢 \n", activity="\t")) == service(
        place=None, words="谢谢", activity=None
    )


def test_each_kind_has_a_title_and_every_field_a_name() -> None:
    assert title_of(service()) == "敬老院陪护"
    assert title_of(certificate()) == "河南志愿服务"
    assert title_of(donation()) == "鲁山县慈善会"
    assert title_of(FulfilmentContent(document_number="鲁文〔2026〕1号")) == "鲁文〔2026〕1号"
    assert title_of(StudyContent(course="信用知识")) == "信用知识"
    assert {title_of(each()) for each in CONTENTS.values()} == {""}
    assert {name for each in CONTENTS.values() for name in each.__struct_fields__} == LABELS.keys()


@given(st.sampled_from(list(CONTENTS)), st.text(max_size=50), st.integers(0, 10_000))
def test_what_was_written_is_read_again(kind: Kind, words: str, tenths: int) -> None:
    hours = {"hours": tenths / 10} if kind in {"service", "study"} else {}
    content = CONTENTS[kind](words=words, **hours)
    assert read(kind, write(content)) == content
    assert found_by(content).quantity == (tenths if hours else None)


def test_no_other_kind_is_read() -> None:
    with pytest.raises(ValueError, match="no such kind"):
        read("rumour", "{}")


@given(st.dates(date(1950, 1, 2), date(2999, 12, 30)), st.integers(-5000, 5000), st.floats(-1e6, 1e6))
def test_any_times_and_hours_give_faults_and_never_a_crash(day: date, minutes: int, hours: float) -> None:
    starts_at = clock.start_of(day)
    content = service(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), hours=hours)
    if not faults(content, NOW, RULE, 1):
        assert 0 < hours * 60 <= minutes + 0.01
        assert date(2025, 11, 23) <= clock.local_date(starts_at + timedelta(minutes=minutes)) <= date(2026, 11, 23)
