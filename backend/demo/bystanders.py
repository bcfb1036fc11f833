"""Two made-up citizens who show what the three on the start page cannot; nobody chooses them there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from backend.demo.corrected import Correction
from backend.demo.department_files import Happening, workday_from
from backend.demo.handed_in import office_hour, workday_before
from backend.demo.history import deduction, reward, service
from backend.demo.people import Person, identity_of, phone_of
from backend.demo.stories import Story
from backend.records.measures import Measure
from backend.workdays import months_after

PAUSED, BEING_CORRECTED = "paused", "corrected"  # the keys of their stories

PAUSED_FOR = timedelta(days=20)  # of the ninety in which a yes brings the points back
_MARKET = "SJJ"


def bystanders(today: date) -> tuple[Story, ...]:
    """The two, with lives that reach `today`."""
    return _paused(today), _being_corrected(today)


def _paused(today: date) -> Story:
    """She helped out for years, and did not answer when her yes ran out: told three times, and nothing erased yet."""
    person = Person("鲁示暂停", identity_of(date(today.year - 52, 9, 14), 998), phone_of(4), "张良镇")
    happenings = (
        *_hours(person, today),
        reward(person, "MED-001", "HSZ", months_after(today, -16), "参加应急救护培训，考核合格。"),
    )
    joined_on = months_after(today - PAUSED_FOR, -12)
    return Story(PAUSED, person, happenings, joined_on, enrols=True, renews=False)


def _hours(person: Person, today: date) -> Iterator[Happening]:
    """From fifteen months ago until last month: what came in the pause is kept, and counts once she says yes again."""
    for back, hours in ((15, 6), (12, 4.5), (9, 8), (6, 5), (3, 6.5), (1, 4)):
        yield service(person, "MZJ", months_after(today, -back), hours, "敬老院陪护")


def _being_corrected(today: date) -> Story:
    """A trader whose department found that its record lacks something: that waits for the second officer's yes."""
    person = Person("鲁示更正", identity_of(date(today.year - 39, 4, 11), 997), phone_of(5), "梁洼镇")
    said = "门店的电子秤用了作弊装置，受到处罚。"
    filed_on = workday_from(months_after(today, -2))
    number = f"鲁示市场〔{today.year}〕正1号"
    happenings = (
        reward(person, "PRO-001", _MARKET, months_after(today, -14), "经评选和公示，评为诚信经营示范户。"),
        replace(deduction(person, "PRO-102", _MARKET, said, filed_on), document_number=number),
    )
    measure = Measure("HN-03", "县市场监管局", months_after(today, 6), "整改后连续两次检查合格，由县市场监管局解除。")
    changes = {"summary": "门店的两台电子秤用了作弊装置，受到罚款处罚。", "measures": (measure,)}
    asked_at = office_hour(workday_before(today), 1)
    words = "摘要按决定书补全，漏报的一项措施一并补上。"
    correction = Correction(_MARKET, number, asked_at, "something_missing", words, changes)
    joined_on = months_after(today, -8)
    return Story(BEING_CORRECTED, person, happenings, joined_on, enrols=True, corrections=(correction,))
