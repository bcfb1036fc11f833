"""Pure: the people and records of a county for measuring, always the same ones. Nobody has such a number or name."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.identity_number import IdentityNumber, birthday
from backend.records.facts import FiledFact
from backend.records.items import Item
from backend.workdays import months_after

# GB 11643 knows no division 99: the check digit is right, and yet no living person has the number.
_DIVISION = 990000
_A_DIVISION = 500_000  # people
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_YOUNGEST = date(2004, 12, 31)
_BIRTHDAYS = 19_000  # days, back to the fifties
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
_FIRST_CONDUCT = date(2024, 1, 1)  # the sample catalogue's first day


class Person(NamedTuple):
    """One of them."""

    name: str
    number: IdentityNumber
    phone: str
    openid: str


def person(serial: int) -> Person:
    """The grown-up of that number, from 0."""
    division, place = divmod(serial, _A_DIVISION)
    sequence, day = divmod(place, _BIRTHDAYS)
    born_on = _YOUNGEST - timedelta(days=day)
    body = f"{_DIVISION + division}{born_on:%Y%m%d}{sequence + 1:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
    number = IdentityNumber(body + check, born_on, birthday(born_on, 18), birthday(born_on, 14))
    return Person("示" + f"{serial:07d}".translate(_NUMERALS), number, f"199{serial:08d}", f"bench-{serial}")


def a_record(
    random: Random, item: Item, citizen_id: UUID, who: Person, told_from: datetime, today: date, serial: int
) -> FiledFact:
    """One record under the item, some day since the catalogue began, filed within four weeks."""
    conduct_end = _FIRST_CONDUCT + timedelta(days=random.randrange((today - _FIRST_CONDUCT).days - 30))
    filed_on = conduct_end + timedelta(days=random.randrange(1, 28))
    department = random.choice(item.said.departments)
    return FiledFact(
        id=uuid7(),
        citizen_id=citizen_id,
        department_id=department,
        item_id=item.id,
        document_number=f"鲁{department}〔{conduct_end.year}〕{serial}号",
        document_date=conduct_end,
        conduct_end=conduct_end,
        quantity=random.randrange(5, 120) if item.said.rate else None,
        lapses_on=months_after(conduct_end, item.said.term_months),
        filed_at=datetime.combine(filed_on, time(9), clock.SHANGHAI).astimezone(UTC),
        told_again_at=None,
        adult_on=who.number.adult_on,
        told_from=told_from,
    )
