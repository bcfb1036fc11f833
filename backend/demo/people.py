"""Pure: the made-up people of the demo county. No name, number or phone here belongs to anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from backend.citizens.identity_number import IdentityNumber, parse_identity_number
from backend.errors import Invalid

DIVISION = "410423"  # 鲁山县

TOWNSHIPS = (
    *("露峰街道", "琴台街道", "鲁阳街道", "汇源街道"),
    *("下汤镇", "梁洼镇", "张官营镇", "张良镇", "尧山镇", "瓦屋镇", "赵村镇"),
    *("四棵树乡", "团城乡", "熊背乡", "瀼河乡", "观音寺乡", "昭平台库区乡", "背孜乡", "仓头乡", "董周乡"),
    *("张店乡", "辛集乡", "磙子营乡", "马楼乡"),
)

# Each name says in its second character that it is an example: 示, 例, 样, 演, 范.
_MARKS = "示例样演范"
_LAST = (
    "春兰秋菊梅竹松柏荷莲桂杏桃李山川河海江林森田原野云霞星月晨曦"
    "安康宁和平顺诚信义礼勤俭实朴明亮清正刚强勇毅文武学思敏慧志远"
)
MOST_PEOPLE = len(_MARKS) * len(_LAST)

# GB 11643-1989 kept sequences 996 to 999 for centenarians, and no county counts that many births on one day since:
# a younger person with such a number, though its check digit is right, does not exist.
_SEQUENCES_OF_MEN, _SEQUENCES_OF_WOMEN = (997, 999), (996, 998)

# Shares of the county by age: a few children, a few of 16 and 17, most from 25 to 75.
_AGES = ((3, (2, 13)), (4, (16, 17)), (8, (19, 24)), (80, (25, 75)), (5, (76, 88)))


@dataclass(frozen=True)
class Person:
    """One made-up person as the county register names them."""

    name: str
    identity: IdentityNumber
    phone: str
    township: str

    def age_on(self, day: date) -> int:
        """Whole years on `day`."""
        born = self.identity.born_on
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def identity_of(born_on: date, sequence: int) -> IdentityNumber:
    """The number of a birthday and a sequence, with the one check character that fits."""
    body = f"{DIVISION}{born_on:%Y%m%d}{sequence:03d}"
    for check in "0123456789X":
        try:
            return parse_identity_number(body + check, born_on)
        except Invalid:
            continue
    raise ValueError("no check character fits")  # of eleven, one always does


def phone_of(place: int) -> str:
    """A phone of the county: 1380000 and four digits."""
    return f"1380000{place:04d}"


def make_people(random: Random, count: int, today: date, already: Sequence[Person] = ()) -> list[Person]:
    """`count` people of every township, besides those `already` there. The same `random` and day make the same people.

    Raises ValueError when there are not so many made-up names.
    """
    if count > MOST_PEOPLE:
        raise ValueError(f"there are {MOST_PEOPLE} made-up names")
    names = ["鲁" + mark + last for last, mark in product(_LAST, _MARKS)]
    random.shuffle(names)
    taken = {person.identity.number for person in already}
    people = []
    for place, name in enumerate(names[:count]):
        identity = _new_identity(random, today, taken)
        taken.add(identity.number)
        phone = phone_of(len(already) + place + 1)
        people.append(Person(name, identity, phone, TOWNSHIPS[place % len(TOWNSHIPS)]))
    return people


def _new_identity(random: Random, today: date, taken: set[str]) -> IdentityNumber:
    while True:
        (youngest, oldest) = random.choices([ages for _, ages in _AGES], [share for share, _ in _AGES])[0]
        born_on = today - timedelta(days=int(random.uniform(youngest, oldest + 0.99) * 365.25))
        sequence = random.choice(_SEQUENCES_OF_MEN + _SEQUENCES_OF_WOMEN)
        identity = identity_of(born_on, sequence)
        if identity.number not in taken:
            return identity
