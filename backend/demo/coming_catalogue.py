"""A coming version of the catalogue, made from the sample by a few changes, and what made-up people say to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from backend.citizens.models import Account
from backend.demo.joining import Joining, at
from backend.demo.life import Event
from backend.demo.staff import ADMIN, at_work
from backend.records import catalogue_comments, catalogue_publishing
from backend.records.catalogue import SAMPLE_CATALOGUE
from backend.records.catalogue_publishing import COMMENT_DAYS
from backend.secrets import Vault

PUBLISHED_AGO = timedelta(days=10)
_FORCE_AFTER = timedelta(days=COMMENT_DAYS + 15)  # its publication

NAME = "鲁山县个人诚信积分目录（演示用的编造新版）"
_ITEM = "[[items]]\n"
# Inside of one item: what stands, and what stands there instead.
_CHANGES = (
    ("VOL-004", "points_per_year = 40", "points_per_year = 60"),
    ("TRA-001", "points = 15", "points = 20"),
)
# A new item in the likeness of another: its code, and what is otherwise.
_LIKENESS = "FIR-001"
_ADDED = (
    ("FIR-001", "FIR-002"),
    ("消防工作先进个人", "家庭消防安全示范户"),
    (
        "志愿消防员、微型消防站队员、消防宣传员等在防火灭火中有突出贡献，受到表彰。",
        "家里配齐灭火器和感烟报警器，经消防部门上门核查、公示无异议，评为示范户。自愿申报，不收费。",
    ),
    ("points = 20", "points = 10"),
)
_SAID = (
    "应急志愿服务的上限提高，我赞成：去年汛期巡河，干到一半就加满了。",
    "家庭消防安全示范户怎么评？希望写清楚谁来看、看几次、不合格能不能改好再报。",
    "都看得懂，没有意见。",
    "开大车的分加到二十，和安全生产先进个人一样，是不是高了些？",
)


@dataclass
class ComingCatalogue:
    """Published by the demo's administrator; those of `accounts` speak who had one by then."""

    vault: Vault
    accounts: Mapping[str, Account]

    def events(self, today: date, neighbours: Sequence[Joining]) -> Iterator[Event]:
        """Its publication, and a comment every other evening."""
        day = today - PUBLISHED_AGO
        published_at = at(day, 9, 30)
        text = coming(SAMPLE_CATALOGUE.read_text("utf-8"), day + _FORCE_AFTER)
        yield Event(published_at, partial(self._publish, text.encode()))
        for place, (one, said) in enumerate(zip(_speakers(neighbours, published_at), _SAID, strict=False)):
            moment = at(day + timedelta(days=1 + 2 * place), 19 + place % 2, 15 * place)
            yield Event(moment, partial(self._say, one.user, version_of(day + _FORCE_AFTER), said))

    async def _publish(self, data: bytes) -> None:
        await catalogue_publishing.publish(await at_work(ADMIN), data)

    async def _say(self, user: str, version: str, said: str) -> None:
        await catalogue_comments.say(self.vault, self.accounts[user], version, said)


def version_of(in_force_from: date) -> str:
    """The number of the version that is in force from this day; no real one ends like it."""
    return f"{in_force_from:%Y.%m}-demo"


def coming(sample: str, in_force_from: date) -> str:
    """The sample's text as a coming version, plainly named as made up.

    Raises ValueError when the sample no longer says what is changed here.
    """
    head, *items = sample.split(_ITEM)
    known = {_line(head, each): each for each in ("version", "name", "in_force_from")}
    said = {"version": f'"{version_of(in_force_from)}"', "name": f'"{NAME}"', "in_force_from": f"{in_force_from}"}
    for line, key in known.items():
        head = _instead(head, line, f"{key} = {said[key]}")
    changed = [_changed(item) for item in items]
    place = next(place for place, item in enumerate(items) if _code(item) == _LIKENESS)
    added = items[place]
    for old, new in _ADDED:
        added = _instead(added, old, new)
    return _ITEM.join([head, *changed[: place + 1], added, *changed[place + 1 :]])


def _changed(item: str) -> str:
    for code, old, new in _CHANGES:
        if _code(item) == code:
            item = _instead(item, old, new)
    return item


def _code(item: str) -> str:
    return item.split('"', 2)[1]  # it is what an item says first


def _line(text: str, key: str) -> str:
    """The first line that gives this key: those of the levels come later."""
    return next(line for line in text.splitlines() if line.startswith(f"{key} = "))


def _instead(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"the sample catalogue no longer says: {old}")
    return text.replace(old, new, 1)


def _speakers(neighbours: Sequence[Joining], moment: datetime) -> Iterator[Joining]:
    """Grown-ups who were there in time, not those who hand evidence in first."""
    there = [each for each in neighbours if each.moment < moment and each.enrols_at]
    return reversed(there)
