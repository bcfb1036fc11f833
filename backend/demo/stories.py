"""The three made-up citizens as whom a visitor of the demo signs in, and what happened to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from backend.demo.corrected import Correction
from backend.demo.department_files import Happening, workday_from
from backend.demo.handed_in import office_hour
from backend.demo.history import deduction, reward, service
from backend.demo.people import Person, identity_of, phone_of
from backend.records.measures import Measure
from backend.workdays import is_workday, months_after, workdays_between

KEYS = ("xiaomei", "zhiqiang", "xin")
TOLD_BEFORE = 3  # working days ago that 鲁志强 was told of his new record
ENDS_IN = timedelta(days=27)  # that is when 鲁小梅's yes to points ends; she was told three days ago

_LAST_YEAR = ((1, 9), (2, 10), (3, 12), (4, 8), (5, 12), (6, 9), (7, 9), (8, 14), (9, 10), (10, 12), (11, 8))  # hours
_THIS_YEAR = 5.5  # hours in each month
_WHERE = ("敬老院陪护", "社区环境清洁", "景区文明引导", "留守儿童课业辅导")


@dataclass(frozen=True)
class Story:
    """One demo citizen; `key` is what the start page sends."""

    key: str
    person: Person
    happenings: tuple[Happening, ...]
    joined_on: date
    enrols: bool
    renews: bool = True
    corrections: tuple[Correction, ...] = ()


def wechat_user(key: str) -> str:
    """The stand-in's name for the WeChat of a demo citizen's phone."""
    return f"demo-{key}"


def stories(today: date) -> tuple[Story, ...]:
    """The three, in the order of KEYS, with lives that reach `today`."""
    return _xiaomei(today), _zhiqiang(today), _xin(today)


def _xiaomei(today: date) -> Story:
    """Wherever help is wanted: her hours meet the diminishing steps and last year's cap, and the oldest lapse soon.

    Whatever the season, there are more than twenty entries: the list has an earlier page.
    """
    person = _person("鲁小梅", date(today.year - 64, 3, 7), 996, 1, "下汤镇")
    last_year = today.year - 1
    before = ((month, 3.5) for month in range(2, 11) if date(last_year - 1, month, 1) >= months_after(today, -22))
    happenings = (
        *_hours(person, last_year - 1, (*before, (11, 8), (12, 6))),
        *_hours(person, last_year, _LAST_YEAR),
        *_hours(person, today.year, ((month, _THIS_YEAR) for month in range(1, today.month))),
        reward(person, "MED-001", "HSZ", date(last_year, 5, 12), "参加应急救护培训，考核合格。"),
        reward(person, "VOL-002", "HSZ", months_after(today, -9), "向依法登记的慈善组织捐赠一次。"),
        reward(person, "HON-015", "WMB", date(last_year, 10, 20), "评为“身边好人”。"),
        reward(person, "VOL-003", "MZJ", date(last_year, 12, 5), "累计服务时长达到标准，评为五星级志愿者。"),
        reward(person, "HON-009", "WMB", months_after(today, -4), "评为“诚信之星”。"),
    )
    joined_on = months_after(today + ENDS_IN, -12)
    return Story("xiaomei", person, happenings, joined_on, enrols=True, renews=False)


def _zhiqiang(today: date) -> Story:
    """A farmer with a small shop: an old slip that has lapsed, and a new record that he may still contest.

    Between them one that its department corrected in his favour, with two measures, and one that was taken back.
    """
    person = _person("鲁志强", date(today.year - 46, 8, 21), 997, 2, "辛集乡")
    slip = "小卖部有两种食品没有留存供货者的合格证明，受到警告。"
    happenings = (
        reward(person, "TAX-001", "SHW", months_after(today, -18), "年度纳税信用评价为A级。"),
        reward(person, "TAX-001", "SHW", months_after(today, -6), "年度纳税信用评价为A级。"),
        reward(person, "PRO-001", "SJJ", months_after(today, -9), "经评选和公示，评为诚信经营示范户。"),
        service(person, "WMB", months_after(today, -8), 6, "景区文明引导"),
        service(person, "WMB", months_after(today, -3), 8, "义务植树护林"),
        reward(person, "MED-001", "HSZ", months_after(today, -5), "参加应急救护培训，考核合格。"),
        deduction(person, "FDA-101", "SJJ", slip, workday_from(months_after(today, -8))),
        deduction(person, "FIR-102", "XFD", "小卖部仓库擅自停用灭火设施，受到罚款处罚。", told_on(today)),
        reward(person, "ECO-001", "SWJ", months_after(today, -7), "网店评为电子商务诚信经营者。"),
        unlicensed := _unlicensed(person, today),
        dumping := _dumping(person, today),
    )
    corrections = (_in_his_favour(unlicensed, today), _taken_back(dumping, today))
    return Story("zhiqiang", person, happenings, months_after(today, -10), enrols=True, corrections=corrections)


def _unlicensed(person: Person, today: date) -> Happening:
    filed = deduction(person, "FDA-102", "SJJ", "没有取得许可自制凉菜出售，受到罚款处罚。", _filed(today, -3))
    measures = (
        Measure("QG-10", "县市场监管局", months_after(today, 4), "公示满三个月，可以到“信用中国”网站申请修复。"),
        Measure("QG-11", "县市场监管局", months_after(today, 7), "整改后连续两次检查合格，由县市场监管局解除。"),
    )
    return replace(filed, document_number=f"鲁示市场〔{filed.document_date.year}〕凉1号", measures=measures)


def _dumping(person: Person, today: date) -> Happening:
    filed = deduction(person, "ENV-101", "HBJ", "在路边倾倒装修垃圾，受到罚款处罚。", _filed(today, -6))
    return replace(filed, document_number=f"鲁示生态〔{filed.document_date.year}〕倒1号")


def _in_his_favour(filed: Happening, today: date) -> Correction:
    """The document is older than was filed, so all of it ends sooner."""
    asked_on = workday_from(today - timedelta(days=30))
    return Correction(
        filed.department,
        filed.document_number,
        office_hour(asked_on, 2),
        "objection_upheld",
        "文书日期误写成了送达日期，现在按决定书更正，期限也随着提前。",
        {"document_date": filed.document_date - timedelta(days=15)},
        approved_at=office_hour(asked_on + timedelta(days=1), 3),
    )


def _taken_back(filed: Happening, today: date) -> Correction:
    asked_at = office_hour(months_after(today, -4), 4)
    words = "县人民政府复议认定倾倒的人不是您。"
    return Correction(filed.department, filed.document_number, asked_at, "review_revoked", words)


def _filed(today: date, months: int) -> date:
    return workday_from(months_after(today, months))


def _xin(today: date) -> Story:
    """Eighteen for six weeks and not enrolled: what he did before gives no points, what he did since would."""
    eighteen_on = today - timedelta(days=44)
    person = _person("鲁新", months_after(eighteen_on, -18 * 12), 999, 3, "琴台街道")
    filed_on = workday_from(today - timedelta(days=12))
    happenings = (
        service(person, "TXW", months_after(today, -8), 8, "留守儿童课业辅导"),
        service(person, "TXW", months_after(today, -4), 12, "汛期河道巡查"),
        replace(
            service(person, "TXW", eighteen_on + timedelta(days=9), 6, "社区环境清洁"),
            document_date=eighteen_on + timedelta(days=20),
            filed_on=filed_on,
        ),
    )
    return Story("xin", person, happenings, months_after(today, -5), enrols=False)


def told_on(today: date) -> date:
    """The working day from which TOLD_BEFORE working days have passed, `today` counted."""
    day = today
    while not (is_workday(day) and workdays_between(day, today + timedelta(days=1)) == TOLD_BEFORE):
        day -= timedelta(days=1)
    return day


def _person(name: str, born_on: date, sequence: int, place: int, township: str) -> Person:
    return Person(name, identity_of(born_on, sequence), phone_of(place), township)


def _hours(person: Person, year: int, served: Iterable[tuple[int, float]]) -> Iterator[Happening]:
    for month, hours in served:
        yield service(person, "MZJ", date(year, month, 16), hours, _WHERE[month % len(_WHERE)])
