"""The plan of evidence: a queue worth working through, on any day and in a county of any size."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest

from backend import clock
from backend.demo.evidence_plan import DECIDED, OPEN, evidence_of_neighbours
from backend.demo.evidence_stories import evidence_of_stories
from backend.demo.handed_in import HandedIn, photos_of
from backend.demo.joining import at, joinings
from backend.demo.people import make_people
from backend.demo.stories import stories
from backend.repairs.content import DonationContent, ServiceContent, kind_of
from backend.repairs.content_faults import needed_fields

TODAY = date(2026, 11, 22)


def plan(today: date = TODAY, citizens: int = 300) -> list[HandedIn]:
    told = [story.person for story in stories(today)]
    people = make_people(Random(1), citizens - 3, today, told)  # noqa: S311 (made-up people)
    neighbours = list(joinings(Random(2), people, today))  # noqa: S311
    now = at(today, 15)
    return evidence_of_neighbours(Random(3), neighbours, citizens, now)  # noqa: S311


def still_open(each: HandedIn) -> bool:
    """Nobody decided it yet; over sixteen hours, the first yes is no decision."""
    deeds = {turn.deed for turn in each.turns}
    waits_for_second = isinstance(each.content, ServiceContent) and (each.content.hours or 0) > 16
    return deeds <= {"ask", "answer"} or waits_for_second


def test_forty_wait_of_both_kinds_and_as_many_months_are_decided() -> None:
    handed_in = plan()
    waiting = [each for each in handed_in if still_open(each)]
    kinds = Counter(kind_of(each.content) for each in waiting)
    assert len(waiting) == OPEN
    assert kinds["service"] > kinds["donation"] >= 8
    assert len(handed_in) - OPEN == DECIDED
    ages = sorted((at(TODAY, 15) - each.moment).days for each in waiting)
    assert (ages[0], ages[-1]) == (0, 19)
    assert sum(age >= 8 for age in ages) >= 3


def test_each_ending_occurs_among_the_decided() -> None:
    deeds = Counter(turn.deed for each in plan() for turn in each.turns)
    assert deeds["approve"] > 15
    assert min(deeds[each] for each in ("reject", "ask", "answer", "withdraw", "reverse")) >= 1


def test_what_is_handed_in_is_whole_and_was_over_before() -> None:
    for each in [*plan(), *evidence_of_stories(TODAY)]:
        if each.draft:
            continue
        missing = [name for name in needed_fields(each.content) if getattr(each.content, name) is None]
        assert missing == []
        happened = each.content.donated_on if isinstance(each.content, DonationContent) else ended(each.content)
        assert happened is not None
        assert happened <= clock.local_date(each.moment)
        assert all(each.moment < turn.moment for turn in each.turns)


def ended(content: object) -> date | None:
    assert isinstance(content, ServiceContent)
    return clock.local_date(content.ends_at) if content.ends_at else content.served_on


def test_no_photo_is_sent_twice() -> None:
    photos = photos_of([*plan(), *evidence_of_stories(TODAY)])
    assert len(photos) > 60
    assert len(set(photos)) == len(photos)
    assert sum(photo.sent_on for photo in photos) == 1


@pytest.mark.parametrize("citizens", [8, 12, 24, 60])
def test_a_small_county_has_a_small_queue(citizens: int) -> None:
    assert len(plan(citizens=citizens)) <= 30


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 2, 20), date(2026, 10, 8), date(2028, 2, 29)])
def test_it_can_be_made_on_any_day(day: date) -> None:
    asked = next(each for each in evidence_of_stories(day) if any(turn.deed == "ask" for turn in each.turns))
    noon = datetime.combine(day, datetime.min.time(), clock.SHANGHAI)
    assert asked.moment < asked.turns[0].moment < noon + timedelta(days=1)
    assert len(plan(day)) > OPEN
