"""Pure: two years of life in the demo county, as a plan of what happened to whom."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from backend.demo.department_files import Happening, workday_from
from backend.demo.people import Person
from backend.workdays import months_after

MONTHS = 24
COUNTY = 300  # the number of people for whom the tables below count

_SERVICES = (
    "敬老院陪护",
    "社区环境清洁",
    "景区文明引导",
    "留守儿童课业辅导",
    "义务植树护林",
    "汛期河道巡查",
    "助残出行",
)
_VOLUNTEERS = 0.45  # of the grown-up, and how often in a month each of them serves:
_SERVES = 0.35
_OLD_ENOUGH = 20  # for a trade, an honour or a fine


class _Reward(NamedTuple):
    """What comes once a year, in `month`, to `people` people."""

    item_code: str
    department: str
    month: int
    people: int
    summary: str


class _Deduction(NamedTuple):
    """What a department filed `months_ago`."""

    months_ago: int
    item_code: str
    department: str
    summary: str


_REWARDS = (
    _Reward("TAX-001", "SHW", 4, 24, "年度纳税信用评价为A级。"),
    _Reward("FDA-001", "SJJ", 6, 6, "经现场核查和公示，评为食品安全规范经营示范户。"),
    _Reward("PRO-001", "SJJ", 9, 6, "经评选和公示，评为诚信经营示范户。"),
    _Reward("ECO-001", "SWJ", 9, 4, "网店评为电子商务诚信经营者。"),
    _Reward("LAB-001", "RSJ", 12, 3, "用工守法诚信等级评价为优秀。"),
    _Reward("LAB-002", "RSJ", 7, 5, "县职业技能竞赛获奖。"),
    _Reward("MED-001", "HSZ", 5, 14, "参加应急救护培训，考核合格。"),
    _Reward("VOL-002", "HSZ", 9, 18, "向依法登记的慈善组织捐赠一次。"),
    _Reward("VOL-003", "MZJ", 12, 4, "累计服务时长达到标准，评为五星级志愿者。"),
    _Reward("FIR-001", "XFD", 11, 3, "担任村微型消防站队员，受到表彰。"),
    _Reward("TRA-001", "JTY", 12, 4, "连续安全行车，评为示范驾驶员。"),
    _Reward("ENV-001", "HBJ", 6, 3, "义务护水巡河，受到表彰。"),
    _Reward("BIO-001", "NYJ", 3, 3, "村级动物防疫工作受到表彰。"),
    _Reward("JUD-001", "SFJ", 10, 4, "评为优秀人民调解员。"),
    _Reward("ENG-002", "ZJJ", 8, 2, "评为优秀乡村建设工匠。"),
    _Reward("FIN-001", "JRJ", 6, 3, "防范非法集资宣传受到表彰。"),
    _Reward("MED-002", "WJW", 8, 2, "评为优秀乡村医生。"),
    _Reward("HON-008", "ZGH", 4, 2, "获得县劳动模范称号。"),
    _Reward("HON-009", "WMB", 9, 3, "评为“诚信之星”。"),
    _Reward("HON-010", "TXW", 5, 1, "获得青年五四奖章。"),
    _Reward("HON-012", "WXB", 10, 2, "评为“好网民”。"),
    _Reward("HON-014", "FLH", 3, 2, "评为巾帼建功标兵。"),
    _Reward("HON-015", "WMB", 10, 5, "评为“身边好人”。"),
)

_DEDUCTIONS = (
    _Deduction(23, "FDA-101", "SJJ", "未按规定查验进货，受到警告。"),
    _Deduction(22, "TRA-101", "GAJ", "饮酒后驾驶机动车，受到处罚。"),
    _Deduction(21, "JUD-101", "FYU", "有履行能力而不履行生效法律文书确定的义务。"),
    _Deduction(20, "FIR-101", "XFD", "占用消防车通道，受到警告。"),
    _Deduction(19, "ENV-101", "HBJ", "擅自倾倒建筑垃圾，受到处罚。"),
    _Deduction(18, "FDA-101", "SJJ", "未按规定查验进货，受到警告。"),
    _Deduction(16, "PRO-102", "SJJ", "使用不合格的计量器具，受到处罚。"),
    _Deduction(15, "LAB-102", "RSJ", "拖欠农民工工资情节严重，列入名单。"),
    _Deduction(14, "ECO-101", "SJJ", "虚构交易，受到处罚。"),
    _Deduction(13, "FIR-101", "XFD", "占用疏散通道，受到警告。"),
    _Deduction(12, "TRA-102", "GAJ", "使用伪造的机动车号牌，受到处罚。"),
    _Deduction(11, "BIO-101", "NYJ", "运输未经检疫的动物，受到处罚。"),
    _Deduction(10, "MED-101", "WJW", "未按规定履行告知义务，受到警告。"),
    _Deduction(9, "TAX-103", "SHW", "确定为重大税收违法失信主体。"),
    _Deduction(8, "FDA-102", "SJJ", "未取得许可从事食品经营，受到处罚。"),
    _Deduction(7, "FDA-101", "SJJ", "未按规定查验进货，受到警告。"),
    _Deduction(6, "FIR-102", "XFD", "擅自停用消防设施，受到处罚。"),
    _Deduction(5, "TRA-101", "GAJ", "饮酒后驾驶机动车，受到处罚。"),
    _Deduction(4, "FIN-103", "GAJ", "出租支付账户，受到处罚。"),
    _Deduction(3, "FIR-101", "XFD", "占用消防车通道，受到警告。"),
    _Deduction(2, "PRO-101", "SJJ", "产品以次充好，受到处罚。"),
    _Deduction(1, "FDA-101", "SJJ", "未按规定查验进货，受到警告。"),
)
_MINOR = frozenset({"FDA-101", "FIR-101", "MED-101"})  # published nowhere, and over after three months


def happenings_of(random: Random, people: Sequence[Person], today: date) -> list[Happening]:
    """What happened to `people` in the two years before `today`."""
    grown_up = [person for person in people if person.age_on(today) >= _OLD_ENOUGH]
    share = len(people) / COUNTY
    return [
        *_services(random, people, today),
        *_rewards(random, grown_up, share, today),
        *_deductions(random, grown_up, share, today),
    ]


def deduction(
    person: Person, item_code: str, department: str, summary: str, filed_on: date, conduct_end: date | None = None
) -> Happening:
    """A negative record of a department's document, final by `filed_on`; minor ones are quick and published nowhere."""
    minor = item_code in _MINOR
    written, final = (35, 5) if minor else (100, 10)
    document_date = filed_on - timedelta(days=written)
    return Happening(
        person,
        item_code,
        department,
        conduct_end=conduct_end or document_date - timedelta(days=20),
        document_date=document_date,
        summary=summary,
        finality_date=filed_on - timedelta(days=final),
        publication_place="" if minor else "信用中国（河南平顶山）",
        filed_on=filed_on,
    )


def service(person: Person, department: str, served_on: date, hours: float, what: str) -> Happening:
    """Volunteer hours, written down at the end of their month."""
    written_on = months_after(served_on.replace(day=1), 1) - timedelta(days=1)
    return Happening(
        person, "VOL-001", department, served_on, written_on, f"参加{what}志愿服务 {hours:g} 小时。", quantity=hours
    )


def reward(person: Person, item_code: str, department: str, day: date, summary: str) -> Happening:
    """An honour or a good standing of one day."""
    return Happening(person, item_code, department, day, day, summary)


def _services(random: Random, people: Sequence[Person], today: date) -> Iterator[Happening]:
    for person in people:
        if person.age_on(today) < 16 or random.random() > _VOLUNTEERS:
            continue
        department = random.choice(("MZJ", "MZJ", "WMB", "TXW"))
        for month in _months(today):
            if random.random() < _SERVES:
                served_on = month + timedelta(days=random.randrange(28))
                hours = random.randrange(4, 25) / 2
                yield service(person, department, served_on, hours, random.choice(_SERVICES))


def _rewards(random: Random, people: Sequence[Person], share: float, today: date) -> Iterator[Happening]:
    for each in _REWARDS:
        for month in _months(today):
            if month.month == each.month:
                for person in random.sample(people, min(len(people), _scaled(each.people, share))):
                    day = month + timedelta(days=random.randrange(28))
                    yield reward(person, each.item_code, each.department, day, each.summary)


def _deductions(random: Random, people: Sequence[Person], share: float, today: date) -> Iterator[Happening]:
    for each in _DEDUCTIONS:
        if random.random() < max(share, 0.5):
            filed_on = workday_from(months_after(today, -each.months_ago))
            person = random.choice(people)
            yield deduction(person, each.item_code, each.department, each.summary, filed_on)


def _scaled(people: int, share: float) -> int:
    return max(1, round(people * share))


def _months(today: date) -> list[date]:
    """The first days of the last two years' months and this one."""
    this_month = today.replace(day=1)
    return [months_after(this_month, -back) for back in range(MONTHS, -1, -1)]
