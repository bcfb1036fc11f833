"""A measure's code may leave the official list: what was reported stays readable, and the record can be put right."""

from datetime import date

import pytest

from backend.citizens.models import Citizen
from backend.records import correction_views
from backend.records.measures import MEASURES, Measure, hide
from backend.records.models import CreditRecord
from backend.records.reading import whole_record_of
from backend.staff.departments import offices
from miniprogram_api.record_shown import shown
from tests import factories
from tests.factories import VAULT
from tests.records.correcting import amend, amended, approve, at_desk, code_of, withdraw

RETIRED = Measure("QG-99", "县人民法院", date(2027, 1, 31), "履行后申请解除。")
OTHER = Measure("QG-99", "县公安局", date(2027, 1, 31), "履行后申请解除。")


@pytest.fixture
async def record(county: None) -> CreditRecord:
    """A record with a measure whose code was listed when it was filed."""
    filed = await factories.penalty()
    await CreditRecord.filter(id=filed.id).update(measures_hidden=hide(VAULT, [RETIRED]))
    return filed


async def test_she_and_the_desk_can_open_it(record: CreditRecord) -> None:
    citizen = await Citizen.get(id=record.citizen_id)
    page = shown(await whole_record_of(VAULT, citizen, record.id), await offices(), frozenset())
    (measure,) = page.measures
    assert (measure.name, measure.list) == ("QG-99", "现在的清单里已经没有这一项")
    opened = await correction_views.open_record(VAULT, await at_desk(), record.id)
    assert opened.measures == (RETIRED,)


async def test_a_code_that_left_the_list_while_it_waited_is_not_agreed_to(
    record: CreditRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Measure("QG-03", "县人民法院", date(2027, 1, 31), "履行后申请解除。")
    change = await amend(record, measures=(RETIRED, listed))
    with monkeypatch.context() as retired:
        retired.delitem(MEASURES, "QG-03")
        assert await code_of(approve(change)) == "measures:measure_unknown"
    assert (await approve(change)).state == "done", "what stood on the record may stay"


async def test_it_can_be_amended_with_the_measure_or_without_and_withdrawn(record: CreditRecord) -> None:
    assert await code_of(amend(record, measures=(RETIRED, OTHER))) == "measures:measure_unknown"
    assert (await amended(record, summary="另一句。")).version == 2
    assert (await amended(record, measures=())).version == 3
    opened = await correction_views.open_record(VAULT, await at_desk(), record.id)
    assert "现在的清单里已经没有这一项" in opened.history[0].differences[0].before
    assert await code_of(amend(record, measures=(RETIRED,))) == "measures:measure_unknown"
    assert (await withdraw(record)).state == "done"
