"""Files that a newcomer imports by hand: good rows, and the mistakes that files from departments have."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from backend.demo.department_files import (
    RECORD_HEADER,
    REGISTER_HEADER,
    Happening,
    workday_from,
    write_csv,
    write_workbook,
)
from backend.demo.history import deduction, reward, service
from backend.demo.people import Person, identity_of, phone_of
from backend.demo.stories import stories
from backend.workdays import months_after

REGISTER = "register.csv"
HOURS, HOURS_DEPARTMENT = "volunteer-hours.xlsx", "MZJ"
PENALTIES, PENALTIES_DEPARTMENT = "penalties-gb18030.csv", "SJJ"
PUSHED = "push.json"

_NEWCOMERS = ("鲁示来甲", "鲁示来乙", "鲁示来丙", "鲁示来丁", "鲁示来戊", "鲁示来己")
_FIRST_PLACE = 901  # of their phones: the county's own come before


def write_files(folder: Path, today: date) -> None:
    """Write a register with newcomers, 县民政局's volunteer hours, and 县市场监管局's records: a file, and what its
    system pushes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people = newcomers(today)
    register = [[each.name, each.identity.number, each.phone, each.township] for each in people]
    mistyped = ["鲁示来庚", _mistyped(people[0].identity.number), phone_of(_FIRST_PLACE + len(people)), "马楼乡"]
    write_csv(folder / REGISTER, REGISTER_HEADER, [*register, mistyped])
    write_workbook(folder / HOURS, RECORD_HEADER, _hours(people, today))
    write_csv(folder / PENALTIES, RECORD_HEADER, _penalties(people, today), "gb18030")
    rows = {"rows": list(_pushed(today))}
    (folder / PUSHED).write_text(json.dumps(rows, ensure_ascii=False, indent=2), "utf-8")


def newcomers(today: date) -> list[Person]:
    """People whom the county's register does not name yet."""
    born_on = months_after(today, -32 * 12)
    townships = ("尧山镇", "赵村镇", "团城乡", "背孜乡", "张店乡", "仓头乡")
    return [
        Person(
            name=name,
            identity=identity_of(born_on - timedelta(days=place), 996 + place % 4),
            phone=phone_of(_FIRST_PLACE + place),
            township=township,
        )
        for place, (name, township) in enumerate(zip(_NEWCOMERS, townships, strict=True))
    ]


def _hours(people: list[Person], today: date) -> Iterator[list[str]]:
    """Three good rows, one of them twice, one that contradicts another, and four that are wrong."""
    xiaomei, zhiqiang, _ = (story.person for story in stories(today))
    written_on = today - timedelta(days=1)

    def row(person: Person, place: int, hours: float, what: str) -> Happening:
        number = f"鲁示民政〔{written_on.year}〕试{place}号"
        served = service(person, HOURS_DEPARTMENT, written_on - timedelta(days=place), hours, what)
        return replace(served, document_date=written_on, document_number=number)

    first, second = row(xiaomei, 1, 8, "敬老院陪护"), row(zhiqiang, 2, 3, "景区文明引导")
    yield first.cells()
    yield second.cells()
    yield row(people[0], 3, 4, "社区环境清洁").cells()
    yield first.cells()  # a duplicate
    yield replace(second, quantity=30).cells()  # a conflict with the second row
    mistyped = row(people[1], 4, 4, "助残出行").cells()
    mistyped[1] = _mistyped(mistyped[1])
    yield mistyped
    yield replace(row(people[2], 5, 4, "助残出行"), quantity=None).cells()
    yield replace(row(xiaomei, 6, 4, "助残出行"), person=replace(xiaomei, name=zhiqiang.name)).cells()
    yield replace(row(xiaomei, 7, 4, "助残出行"), item_code="VOL-999").cells()


def _penalties(people: list[Person], today: date) -> Iterator[list[str]]:
    """One reward, one deduction that a second officer has to look at, one not final, one not this department's."""
    filed_on = workday_from(today)
    said = "未取得许可从事食品经营，受到处罚。"
    place = f"鲁示市场〔{today.year}〕试"
    good = reward(people[3], "PRO-001", PENALTIES_DEPARTMENT, today - timedelta(days=20), "评为诚信经营示范户。")
    yield replace(good, document_number=f"{place}1号").cells()
    bad = replace(deduction(people[4], "FDA-102", PENALTIES_DEPARTMENT, said, filed_on), document_number=f"{place}2号")
    yield bad.cells()
    yield replace(bad, person=people[5], document_number=f"{place}3号", finality_date=None).cells()
    yield replace(bad, person=people[5], item_code="TAX-101", document_number=f"{place}4号").cells()


def _pushed(today: date) -> Iterator[dict[str, str]]:
    """What the market's system sends: a reward, a deduction that waits, and a row with a mistyped number."""
    zhiqiang = next(story.person for story in stories(today) if story.key == "zhiqiang")
    document = f"鲁示市场〔{today.year}〕推"
    good = reward(zhiqiang, "FDA-001", PENALTIES_DEPARTMENT, today - timedelta(days=6), "评为食品安全规范经营示范户。")
    yield replace(good, document_number=f"{document}1号").pushed()
    said = "使用装了作弊装置的电子秤，受到罚款处罚。"
    bad = deduction(zhiqiang, "PRO-102", PENALTIES_DEPARTMENT, said, workday_from(today))
    yield replace(bad, document_number=f"{document}2号").pushed()
    mistyped = replace(good, document_number=f"{document}3号").pushed()
    yield {**mistyped, "identity_number": _mistyped(mistyped["identity_number"])}


def _mistyped(number: str) -> str:
    """The number with its check character one too high, as a slip of the finger makes it."""
    return number[:-1] + "0123456789X0"["0123456789X".index(number[-1]) + 1]
