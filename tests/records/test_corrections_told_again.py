"""Charter 3: amended for the worse, a record costs nothing before ten working days; for the better it goes on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import msgspec
import pytest

from backend.citizens.models import Citizen
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records.measures import Measure
from backend.records.models import CreditRecord
from tests import factories
from tests.factories import HONEST_SHOP, LEDGER, PENALTY
from tests.records.correcting import amended, ledger_fits
from tests.records.county import MINOR_PENALTY

ClockAt = Callable[[str], AbstractContextManager[None]]
DAY = date(2026, 11, 2)
SPENDING = Measure("QG-03", "县人民法院", date(2027, 1, 31), "履行后申请解除。")


@pytest.fixture
async def citizen(county: None) -> Citizen:
    return (await factories.enrolled_citizen())[1]


async def a_penalty(**cells: Any) -> CreditRecord:
    return await factories.penalty(
        **{"document_date": DAY, "conduct_end": DAY, "finality_date": DAY, "item_code": PENALTY, **cells}
    )


async def points_today(citizen: Citizen) -> int:
    await LEDGER.refold([citizen.id])
    return (await Score.get(citizen_id=citizen.id)).points


@pytest.mark.parametrize(
    "changes",
    [
        {"document_date": date(2026, 11, 20), "finality_date": date(2026, 11, 20)},
        {"measures": (SPENDING,)},
    ],
    ids=["lapses later", "a measure"],
)
async def test_for_the_worse_she_is_told_again_and_it_costs_nothing_meanwhile(
    citizen: Citizen, clock_at: ClockAt, changes: dict[str, Any]
) -> None:
    record = await a_penalty()
    with clock_at("2026-12-08 09:00"):
        assert await points_today(citizen) == 960
        record = await amended(record, **changes)
        assert record.told_again_at is not None
        assert await points_today(citizen) == 1000
        assert "10 个工作日" in (await Notice.get(kind="record_amended")).body
        await ledger_fits()
    with clock_at("2026-12-22 09:00"):
        assert await points_today(citizen) == 1000
    with clock_at("2026-12-23 09:00"):
        assert await points_today(citizen) == 960
        await ledger_fits()


async def test_for_the_better_it_goes_on_as_it_was(citizen: Citizen, clock_at: ClockAt) -> None:
    record = await a_penalty()
    with clock_at("2026-12-08 09:00"):
        assert await points_today(citizen) == 960
        record = await amended(
            record, document_date=date(2026, 10, 30), conduct_end=date(2026, 10, 20), summary="另写。"
        )
        assert (record.told_again_at, record.lapses_on) == (None, date(2027, 10, 30))
        assert await points_today(citizen) == 960
        assert "工作日" not in (await Notice.get(kind="record_amended")).body
        await ledger_fits()


async def test_a_measure_less_or_a_shorter_one_is_for_the_better(citizen: Citizen, clock_at: ClockAt) -> None:
    record = await amended(await a_penalty(), measures=(SPENDING,))
    told = record.told_again_at
    with clock_at("2026-12-08 09:00"):
        shorter = msgspec.structs.replace(SPENDING, until=date(2026, 12, 31))
        assert (await amended(record, measures=(shorter,))).told_again_at == told
        assert (await amended(record, measures=())).told_again_at == told
        longer = (await amended(record, measures=(SPENDING,))).told_again_at
        assert told is not None
        assert longer is not None
        assert longer > told


async def test_a_graver_item_costs_its_points_only_after_the_days(citizen: Citizen, clock_at: ClockAt) -> None:
    record = await a_penalty(item_code=MINOR_PENALTY)
    with clock_at("2026-12-08 09:00"):
        assert await points_today(citizen) == 990
        record = await amended(record, item_code=PENALTY)
        assert await points_today(citizen) == 1000
    with clock_at("2026-12-23 09:00"):
        assert await points_today(citizen) == 960
        assert (await amended(record, item_code=HONEST_SHOP)).told_again_at == record.told_again_at
        assert await points_today(citizen) == 1030
        await ledger_fits()
