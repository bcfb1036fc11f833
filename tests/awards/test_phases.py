"""A season's phase, worked out when it is read: day by day, at midnight in the county, over holidays."""

from datetime import date, timedelta

import pytest

from backend import clock
from backend.awards.phases import PHASES, Dates, Standing, notice_end, phase_of
from backend.awards.season_line import line_of
from backend.awards.season_words import actions_of, coming_of, label_of, standing
from backend.workdays import is_workday, workdays_left
from tests.test_charter import ClockAt

DATES = Dates(
    nominate_from=date(2026, 9, 1),
    nominate_until=date(2026, 9, 14),
    judge_from=date(2026, 9, 21),
    judge_until=date(2026, 9, 27),
    notice_from=date(2026, 9, 30),
    notice_until=date(2026, 10, 13),
)
LEAD = Dates(date(2026, 9, 1), date(2026, 9, 14), None, None, None, None)
OPEN, DECIDED, ANNOUNCED = (
    Standing("published", False, False),
    Standing("published", True, False),
    Standing("published", True, True),
)


@pytest.mark.parametrize(
    ("day", "done", "phase"),
    [
        ("2026-08-31", OPEN, "coming"),
        ("2026-09-01", OPEN, "nominating"),
        ("2026-09-14", OPEN, "nominating"),
        ("2026-09-15", OPEN, "checking"),
        ("2026-09-20", OPEN, "checking"),
        ("2026-09-21", OPEN, "judging"),
        ("2026-09-27", OPEN, "judging"),
        ("2026-09-28", OPEN, "deciding"),
        ("2026-10-30", OPEN, "deciding"),
        ("2026-09-28", DECIDED, "decided"),
        ("2026-09-30", DECIDED, "notice"),
        ("2026-10-13", DECIDED, "notice"),
        ("2026-10-14", DECIDED, "closing"),
        ("2027-10-14", DECIDED, "closing"),
        ("2026-10-15", ANNOUNCED, "result"),
        ("2026-09-10", Standing("draft", False, False), "draft"),
        ("2026-09-10", Standing("cancelled", False, False), "cancelled"),
    ],
)
def test_a_season_goes_its_way_by_its_dates_and_by_what_people_decided(day: str, done: Standing, phase: str) -> None:
    assert phase_of(DATES, done, date.fromisoformat(day)) == phase


@pytest.mark.parametrize(("day", "phase"), [("2026-09-14", "nominating"), ("2026-09-15", "checking")])
def test_a_lead_is_checked_until_it_is_handed_over(day: str, phase: str) -> None:
    assert phase_of(LEAD, OPEN, date.fromisoformat(day)) == phase
    assert phase_of(LEAD, OPEN, date(2027, 9, 1)) == "checking", "nobody handed it over because a day had come"
    assert label_of(phase_of(LEAD, ANNOUNCED, date(2026, 9, 20)), "referred") == "已移交主办单位"


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-08-31 23:59", "coming"),
        ("2026-09-01 00:00", "nominating"),
        ("2026-09-14 23:59", "nominating"),
        ("2026-09-15 00:00", "checking"),
    ],
)
def test_the_last_day_lasts_until_midnight_in_the_county(clock_at: ClockAt, moment: str, phase: str) -> None:
    with clock_at(moment):
        assert phase_of(DATES, OPEN, clock.today()) == phase


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 9)),  # a Monday: the first day is not counted
        (date(2026, 9, 24), date(2026, 10, 9)),  # 中秋 and 国庆 lie between
        (date(2026, 9, 30), date(2026, 10, 13)),  # 8, 9, Saturday the 10th, 12, 13
        (date(2026, 10, 1), date(2026, 10, 13)),  # begun on a holiday
        (date(2026, 10, 7), date(2026, 10, 13)),
    ],
)
def test_a_notice_is_five_whole_working_days_over_a_holiday_and_a_worked_saturday(first: date, last: date) -> None:
    assert notice_end(first) == last
    assert workdays_left(first, last) == 5
    assert is_workday(date(2026, 10, 10)), "a Saturday that is worked"


def test_every_phase_has_a_sentence_and_offers_only_what_it_takes() -> None:
    offered: dict[str, set[str]] = {}
    for phase in PHASES:
        for mode, dates in (("judged", DATES), ("referred", LEAD)):
            assert standing(phase, dates, mode, "县文明办").endswith("。"), phase
            coming = coming_of(phase, dates, mode)
            assert coming is None or coming.sentence.endswith("。"), phase
            for each in actions_of(phase, dates, mode):
                assert each.sentence.endswith("。"), phase
                offered.setdefault(each.action, set()).add(phase)
    assert offered == {
        "nominate": {"nominating"},
        "endorse": {"nominating", "checking"},
        "read_notice": {"notice"},
        "object": {"notice"},
        "read_honours": {"result"},
    }


def test_what_is_offered_until_a_day_still_works_on_that_day_and_no_longer() -> None:
    day = DATES.nominate_from
    while day <= date(2026, 10, 15):
        done = DECIDED if day >= date(2026, 9, 28) else OPEN
        for each in actions_of(phase_of(DATES, done, day), DATES, "judged"):
            assert each.until is not None
            assert day <= each.until
            assert each in actions_of(phase_of(DATES, done, each.until), DATES, "judged")
            following = phase_of(DATES, done, each.until + timedelta(days=1))
            assert each.action not in {later.action for later in actions_of(following, DATES, "judged")}
        day += timedelta(days=1)


def test_the_line_has_one_step_now_and_none_before_it_is_ahead() -> None:
    for phase in ("nominating", "checking", "judging", "deciding", "decided", "notice", "closing"):
        places = [each.place for each in line_of(phase, DATES, "judged")]
        assert places.count("now") == 1, phase
        assert places == sorted(places, key=["over", "now", "ahead"].index), phase
    assert {each.place for each in line_of("result", DATES, "judged")} == {"over"}
    assert {each.place for each in line_of("coming", DATES, "judged")} == {"ahead"}
    assert [each.name for each in line_of("checking", LEAD, "referred") if each.place == "now"] == [
        "核实、征求本人意见"
    ]
