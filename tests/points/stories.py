"""Made-up facts, and citizens whose facts live in a dictionary: points without a single record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Account, Citizen
from backend.database import transaction
from backend.points import enrolment
from backend.points.ledger import Ledger, lock_citizens
from backend.points.models import Enrolment, Level, PointEntry, Score
from backend.points.rules import Fact, Rule, Step, Why

BASE = 1000
NEW_YEAR = date(2026, 1, 1)
FOREVER = date(2099, 1, 1)
HOUR = 10  # quantities are in tenths

# Weihai's steps (rules.md): 20 h at 1 an hour, to 80 h at 1 per 2 h, to 200 h at 1 per 3 h, then 1 per 4 h.
WEIHAI = (
    Step(20 * HOUR, 1, 1 * HOUR),
    Step(80 * HOUR, 1, 2 * HOUR),
    Step(200 * HOUR, 1, 3 * HOUR),
    Step(None, 1, 4 * HOUR),
)


def a_rule(points: int = 5, **changes: Any) -> Rule:
    """Five points, without a cap."""
    return Rule(**{"item_code": "VOL-001", "domain": "志愿服务", "points": points, **changes})


def hourly(**changes: Any) -> Rule:
    """Points by the hour, in Weihai's steps."""
    return a_rule(0, **{"steps": WEIHAI, **changes})


def a_fact(
    key: str = "record:1",
    rule: Rule | None = None,
    *,
    on: date = NEW_YEAR,
    counts_from: date | None = None,
    lapses_on: date = FOREVER,
    hours: float | None = None,
    document: str = "鲁文〔2026〕1号",
) -> Fact:
    """A fact that counts from its day on and never lapses."""
    rule = rule or a_rule()
    why = Why(
        item_code=rule.item_code,
        item_name="示范事项",
        catalogue_version="2026.1",
        domain=rule.domain,
        department_code="SJJ",
        department_name="县市场监管局",
        document_number=document,
        document_date=on,
        legal_basis=("《河南省社会信用条例》第十二条",),
        happened_on=on,
        counts_from=counts_from or on,
        lapses_on=lapses_on,
        quantity=None if hours is None else int(hours * HOUR),
        unit=None if hours is None else "hour",
    )
    return Fact(key, rule, why)


class Facts:
    """A source of facts that a test fills: for each citizen her facts by their keys."""

    def __init__(self) -> None:
        self.of: dict[UUID, dict[str, Fact]] = {}

    async def __call__(self, citizen_ids: Sequence[UUID]) -> Mapping[UUID, list[Fact]]:
        return {each: list(self.of[each].values()) for each in citizen_ids if each in self.of}


@dataclass
class Life:
    """One citizen with points: her account, her facts, and what she and the departments do."""

    ledger: Ledger
    account: Account
    citizen: Citizen
    facts: dict[str, Fact]

    async def enrol(self) -> None:
        await enrolment.enrol(self.ledger, self.account, self.citizen, consent.texts()["enrolment"].version)

    async def leave(self) -> None:
        await enrolment.leave(self.account, self.citizen)

    async def happens(self, *facts: Fact, withdrawn: Sequence[str] = ()) -> int:
        """Facts arrive, change or go, and are posted in one transaction; the number of new entries."""
        async with transaction():
            await lock_citizens([self.citizen.id])
            self.facts.update({fact.key: fact for fact in facts})
            for key in withdrawn:
                self.facts.pop(key, None)
            return await self.ledger.refold([self.citizen.id])

    async def score(self) -> Score:
        """The score row as it stands, not settled."""
        return await Score.get(citizen_id=self.citizen.id)

    async def entries(self) -> list[PointEntry]:
        score = await self.score()
        return await PointEntry.filter(enrolment_id=score.enrolment_id).order_by("sequence")


async def publish_levels() -> None:
    """Three levels, from 1000 base points."""
    for code, name, at_least in (("basic", "诚信居民", None), ("good", "诚信良好", 1020), ("model", "诚信示范", 1060)):
        await Level.create(
            catalogue_version="2026.1", in_force_from=date(2020, 1, 1), base_points=BASE,
            code=code, name=name, at_least=at_least, opens="人人都有的，这里一样不少。",
        )  # fmt: skip


async def a_life(facts: Facts, *, adult_on: date = date(2008, 3, 7), enrolled: bool = True) -> Life:
    """A bound adult citizen whose facts are in `facts`, enrolled today."""
    now = clock.now()
    citizen = await Citizen.create(
        number_digest=uuid4().hex, number_hidden=b"", name_hidden=b"", adult_on=adult_on, told_from=now, created_at=now
    )
    account = await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", citizen=citizen, created_at=now)
    life = Life(Ledger([facts]), account, citizen, facts.of.setdefault(citizen.id, {}))
    if enrolled:
        await life.enrol()
    return life


async def forget_everybody() -> None:
    """An empty ledger again: cheaper than another database."""
    await PointEntry.all().delete()
    await Score.all().delete()
    await Enrolment.all().delete()
