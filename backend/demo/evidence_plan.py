"""Pure: what the neighbours hand in: months of decided cases, and a queue that is worth working through."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random

from backend import clock
from backend.demo.evidence_kinds import Maker
from backend.demo.handed_in import FIRST, SECOND, HandedIn, Turn, office_hour, reversal, reviewer
from backend.demo.joining import Joining
from backend.demo.photos.camera import Photo

OPEN, DECIDED = 40, 28  # cases in a county of 300
FEWEST_OPEN, FEWEST_DECIDED = 11, 8
_COUNTY = 300
_LONGEST_OPEN = 21  # days
# How many days ago the open ones were handed in, over and over: some today, some past their five working days, whatever
# holidays lie between.
_AGES = (0, 19, 1, 2, 3, 0, 1, 4, 2, 5, 6, 3, 1, 7, 0, 2, 4, 8, 1, 5, 3, 9, 0, 2, 6, 12, 1)
_LATEST_DECIDED, _APART = 16, 5  # days ago, and between two of them
_PART = "与签到表核对，只认定到场的时间。"


def evidence_of_neighbours(
    random: Random, neighbours: Sequence[Joining], citizens: int, now: datetime
) -> list[HandedIn]:
    """What those of `neighbours` who had an account by then have handed in, in a county of so many `citizens`."""
    joined = [each for each in neighbours if each.moment < now - timedelta(days=_LONGEST_OPEN + 20)]
    if not joined:
        return []
    maker, share = Maker(random), citizens / _COUNTY
    decided = _decided(maker, joined, max(FEWEST_DECIDED, round(DECIDED * share)), now)
    opened = _open(maker, joined, max(FEWEST_OPEN, round(OPEN * share)), now)
    return [*decided, *opened]


def _open(maker: Maker, people: Sequence[Joining], wanted: int, now: datetime) -> Iterator[HandedIn]:
    """The special ones first, then as many ordinary ones as are still `wanted`."""
    whose = _one_after_another(people)
    special = [
        *_same_picture(maker, next(whose), next(whose), now),
        *_same_receipt(maker, next(whose), next(whose), now),
        *_same_time(maker, next(whose), now),
        _large(maker, next(whose), now),
        _answered(maker, next(whose), now),
    ]
    yield from special
    for place in range(wanted - len(special)):
        person, moment = next(whose), _ago(now, _AGES[place % len(_AGES)], place)
        yield _ordinary(maker, person, moment, place)


def _ordinary(maker: Maker, one: Joining, moment: datetime, place: int) -> HandedIn:
    if place % 4 == 3:
        donation, photos = maker.donation(moment)
        return HandedIn(one.user, donation, photos, moment)
    service, photos = maker.service(moment, one.person.township, certified=place % 7 == 5)
    return HandedIn(one.user, service, photos, moment)


def _same_picture(maker: Maker, one: Joining, other: Joining, now: datetime) -> Iterator[HandedIn]:
    """Two people, one photo: the second has it from a chat."""
    first, later = _ago(now, 5, 1), _ago(now, 4, 2)
    content, photos = maker.service(first, one.person.township)
    yield HandedIn(one.user, content, photos[:1], first)
    again = Photo(photos[0].scene, photos[0].seed, sent_on=True)
    yield HandedIn(other.user, maker.service(later, other.person.township)[0], (again,), later)


def _same_receipt(maker: Maker, one: Joining, other: Joining, now: datetime) -> Iterator[HandedIn]:
    """Two people name the receipt of one donation."""
    number = maker.receipt_number(now)
    for each, days in ((one, 6), (other, 3)):
        moment = _ago(now, days, days)
        content, photos = maker.donation(moment, number)
        yield HandedIn(each.user, content, photos, moment)


def _same_time(maker: Maker, one: Joining, now: datetime) -> Iterator[HandedIn]:
    """Somebody was in two places at once."""
    moment = _ago(now, 3, 4)
    served_on = clock.local_date(moment) - timedelta(days=2)
    for place, hour in enumerate((8, 10)):
        content, photos = maker.service_on(served_on, hour, 5.0, one.person.township)
        yield HandedIn(one.user, content, photos, moment + timedelta(minutes=20 * place))


def _large(maker: Maker, one: Joining, now: datetime) -> HandedIn:
    """Over sixteen hours: the first reviewer's yes waits for the second's."""
    moment = _ago(now, 7, 5)
    served_on = clock.local_date(moment) - timedelta(days=4)
    content, photos = maker.service_on(served_on, 7, 20.0, one.person.township, days=3)
    approve = Turn(office_hour(clock.local_date(moment) + timedelta(days=1), 1), "approve", FIRST, 18.0, words=_PART)
    return HandedIn(one.user, content, photos, moment, (approve,))


def _answered(maker: Maker, one: Joining, now: datetime) -> HandedIn:
    """Asked for more, and answered: back on the desk of who asked."""
    moment = _ago(now, 8, 6)
    content, photos = maker.service(moment, one.person.township)
    asked = office_hour(clock.local_date(moment) + timedelta(days=1), 2)
    answer = Turn(asked + timedelta(hours=9), "answer", photos=(maker.photo("sign_in_sheet"),))
    ask = Turn(asked, "ask", SECOND, reason="more_photos", words="请补一张签到表的照片。")
    return HandedIn(one.user, content, photos, moment, (ask, answer))


def _decided(maker: Maker, people: Sequence[Joining], wanted: int, now: datetime) -> Iterator[HandedIn]:
    for place in range(wanted):
        moment = _ago(now, _LATEST_DECIDED + place * _APART, place)
        joined = [each for each in people if each.moment < moment]
        if not joined:
            continue
        person = joined[place % len(joined)]
        if place % 5 == 4:
            content, photos = maker.donation(moment)
            turns: tuple[Turn, ...] = (Turn(_decision(moment, place), "approve", reviewer(place)),)
            yield HandedIn(person.user, content, photos, moment, turns)
        else:
            service, photos = maker.service(moment, person.person.township, certified=place % 2 == 1)
            yield HandedIn(person.user, service, photos, moment, _endings(service.hours or 0, moment, place))


def _endings(hours: float, moment: datetime, place: int) -> tuple[Turn, ...]:
    """What becomes of one that claims so many hours: most are approved whole."""
    decided, who = _decision(moment, place), reviewer(place)
    approve = Turn(decided, "approve", who, hours)
    match place % 14:
        case 1 | 8:
            return (Turn(decided, "approve", who, max(1.0, hours - 1.5), words=_PART),)
        case 2 | 10:
            reason = "photos_unclear" if place % 4 else "not_voluntary"
            return (Turn(decided, "reject", who, reason=reason),)
        case 3:
            ask = Turn(decided, "ask", who, reason="times_missing")
            answer = Turn(decided + timedelta(hours=8), "answer")
            return ask, answer, Turn(office_hour((decided + timedelta(days=2)).date(), place), "approve", who, hours)
        case 5:
            return (Turn(moment + timedelta(hours=3), "withdraw"),)
        case 6:
            return approve, reversal(decided, place)
        case _:
            return (approve,)


def _decision(moment: datetime, place: int) -> datetime:
    return office_hour(clock.local_date(moment) + timedelta(days=1 + place % 4), place)


def _ago(now: datetime, days: int, place: int) -> datetime:
    """So many days before now, at an hour of its own; today's, in the hours just gone."""
    return now - timedelta(days=days, minutes=7 + 23 * (place % 8))


def _one_after_another(people: Sequence[Joining]) -> Iterator[Joining]:
    return (people[place % len(people)] for place in count())
