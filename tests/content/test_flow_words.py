"""What an article is called at a moment, to the minute and in the county's time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from backend.content.flow_words import CODES, IN_REVIEW, PASSES, STAGES, STATES, STEPS, in_words, showing_of, status

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine o'clock in the county
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Shown:
    """What is published of an article."""

    publish_at: datetime = NOW - HOUR
    ends_at: datetime | None = None
    retracted_at: datetime | None = None


@pytest.mark.parametrize(
    ("state", "shown", "code", "label", "after"),
    [
        ("draft", None, "draft", "草稿", "写好后送审。"),
        ("first_review", None, "first_review", "待初审", "等一位同事初审。"),
        ("passed", Shown(), "live", "已发布", ""),
        ("passed", Shown(ends_at=NOW + HOUR), "live", "已发布", "2026年11月23日 10:00 停止展示。"),
        ("passed", Shown(publish_at=NOW + HOUR), "scheduled", "待发布", "2026年11月23日 10:00 自动发布。"),
        ("passed", Shown(publish_at=NOW), "live", "已发布", ""),
        ("passed", Shown(ends_at=NOW), "ended", "已结束", "2026年11月23日 09:00 已停止展示。"),
        ("retracted", Shown(retracted_at=NOW), "retracted", "已撤稿", "修改后可以重新送审。"),
        ("draft", Shown(retracted_at=NOW), "draft", "草稿", "写好后送审。"),
        ("draft", Shown(), "draft", "修改稿", "写好后送审。已发布的版本仍在展示。"),
        ("final_review", Shown(), "final_review", "修改稿待终审", "等主编终审。已发布的版本仍在展示。"),
        ("discarded", None, "discarded", "已作废", ""),
    ],
)
def test_each_state_has_its_words(state: str, shown: Shown | None, code: str, label: str, after: str) -> None:
    found = status(state, shown, NOW)
    assert (found.code, found.label, found.next) == (code, label, after)
    assert code in CODES


def test_what_was_sent_back_says_so() -> None:
    assert status("draft", None, NOW, sent_back=True).label == "被退回"
    assert "仍在展示" in status("draft", Shown(), NOW, sent_back=True).next
    assert status("first_review", None, NOW, sent_back=True).label == "待初审"


def test_the_stages_lead_to_each_other() -> None:
    assert [STAGES[state].then for state in IN_REVIEW] == ["second_review", "final_review", "passed"]
    assert tuple(STAGES[state].step for state in IN_REVIEW) == PASSES
    assert set(PASSES) < set(STEPS)
    assert all(len(word) <= 20 for word in (*STATES, *STEPS)), "the columns hold so many"


def test_time_is_the_countys() -> None:
    assert in_words(datetime(2026, 12, 31, 16, 5, tzinfo=UTC)) == "2027年1月1日 00:05"
    assert showing_of(None, NOW) == ""
