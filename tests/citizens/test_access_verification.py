"""An access log that was altered by hand names the citizen and the first row that does not fit."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.citizens.access_log import Reader, look
from backend.citizens.access_verification import verify_access_log
from backend.citizens.models import AccessLog, Citizen
from tests import factories
from tests.factories import CITIZEN, NEIGHBOUR
from tests.running_app import both_databases

OTHER = "0" * 64
WANG = Reader(uuid4(), "王审核", "县民政局")

# What is read is compared in Python: one test looks at both databases.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def hers(database: None) -> UUID:
    """A citizen at whom somebody looked four times; at her neighbour, twice."""
    await factories.load_tiny_catalogue()
    _, citizen = await factories.bound_citizen(CITIZEN)
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    for number in range(4):
        about = [citizen.id, neighbour.id] if number < 2 else [citizen.id]
        await look(WANG, about, purpose="evidence_review", about=f"evidence:{number}")
    return citizen.id


async def misfits(hers: UUID) -> list[tuple[int | None, str]]:
    """Where her log does not fit; nobody else's may be named."""
    found = (await verify_access_log()).misfits
    assert {each.citizen_id for each in found} <= {hers}
    return [(each.sequence, each.fault) for each in found]


async def row(hers: UUID, sequence: int) -> AccessLog:
    return await AccessLog.get(citizen_id=hers, sequence=sequence)


async def neighbour_of(hers: UUID) -> Citizen:
    found = await Citizen.exclude(id=hers).first()
    assert found is not None
    return found


@both_databases
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reader_id", uuid4()),
        ("reader_name", "李审核"),
        ("reader_department", "县教体局"),
        ("purpose", "evidence_revisit"),
        ("about", "evidence:9"),
        ("looked_at", timedelta(microseconds=1)),
        ("hash", OTHER),
        ("previous_hash", OTHER),
    ],
)
async def test_a_changed_look_is_named(hers: UUID, column: str, value: Any) -> None:
    third = await row(hers, 3)
    changed = third.looked_at - value if isinstance(value, timedelta) else value
    await AccessLog.filter(id=third.id).update(**{column: changed})
    ((sequence, fault),) = await misfits(hers)
    assert sequence == 3, fault


@on_sqlite
async def test_another_id_is_named(hers: UUID) -> None:
    third = dict(await row(hers, 3))
    await AccessLog.filter(id=third["id"]).delete()
    await AccessLog.create(**third | {"id": uuid4()})
    assert await misfits(hers) == [(3, "its content was changed")]


@on_sqlite
async def test_a_dropped_look_is_named_where_it_is_missing(hers: UUID) -> None:
    await AccessLog.filter(id=(await row(hers, 2)).id).delete()
    assert await misfits(hers) == [(3, "a row before this one is missing")]


@on_sqlite
async def test_a_gap_that_was_closed_again_is_named(hers: UUID) -> None:
    await AccessLog.filter(id=(await row(hers, 3)).id).delete()
    await AccessLog.filter(citizen_id=hers, sequence=4).update(sequence=3)
    assert await misfits(hers) == [(3, "it does not follow the row before it")]


@on_sqlite
@pytest.mark.parametrize("count", [1, 3, 4])
async def test_a_tail_that_was_cut_is_missed(hers: UUID, count: int) -> None:
    await AccessLog.filter(citizen_id=hers, sequence__gt=4 - count).delete()
    assert await misfits(hers) == [(5 - count, "rows are missing at the end")]


@on_sqlite
@pytest.mark.parametrize("sequence", [5, 0, -1])
async def test_a_look_that_was_put_in_is_named(hers: UUID, sequence: int) -> None:
    await AccessLog.create(**dict(await row(hers, 4)) | {"id": uuid4(), "sequence": sequence})
    assert await misfits(hers) == [(sequence, "it was put in")]


@on_sqlite
async def test_two_swapped_looks_are_named(hers: UUID) -> None:
    one, other = await row(hers, 2), await row(hers, 3)
    for moved, place in ((one, 99), (other, 2), (one, 3)):
        await AccessLog.filter(id=moved.id).update(sequence=place)
    assert await misfits(hers) == [(2, "it does not follow the row before it")]


@on_sqlite
async def test_a_look_moved_to_the_neighbour_is_named_in_both(hers: UUID) -> None:
    neighbour = await neighbour_of(hers)
    await AccessLog.filter(id=(await row(hers, 4)).id).update(citizen_id=neighbour.id, sequence=3)
    found = {each.citizen_id: (each.sequence, each.fault) for each in (await verify_access_log()).misfits}
    assert found == {hers: (4, "rows are missing at the end"), neighbour.id: (3, "it was put in")}


@on_sqlite
@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ({"access_count": 3}, (4, "it was put in")),
        ({"access_count": 5}, (5, "rows are missing at the end")),
        ({"access_head": OTHER}, (None, "the log does not end where the citizen's row says")),
        ({"access_head": None}, (None, "the log does not end where the citizen's row says")),
        ({"access_count": 0, "access_head": None}, (1, "it was put in")),
    ],
)
async def test_a_citizens_row_that_points_elsewhere_is_named(
    hers: UUID, change: dict[str, Any], misfit: tuple[int | None, str]
) -> None:
    await Citizen.filter(id=hers).update(**change)
    assert await misfits(hers) == [misfit]


@on_sqlite
async def test_every_altered_log_is_named_though_there_are_several_pages(
    hers: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.citizens.access_verification._PAGE", 1)
    await AccessLog.filter(sequence=2).update(reader_name="李审核")
    verified = await verify_access_log()
    assert (verified.citizens, verified.looks) == (2, 6)
    assert [each.sequence for each in verified.misfits] == [2, 2]
    await Citizen.all().update(access_count=0, access_head=None)
    assert [each.sequence for each in (await verify_access_log()).misfits] == [1, 1]


@on_sqlite
async def test_a_misfit_says_nothing_of_who_looked_at_what(hers: UUID) -> None:
    await AccessLog.filter(citizen_id=hers, sequence=1).update(reader_name="李审核")
    (misfit,) = (await verify_access_log()).misfits
    assert "审核" not in str(misfit)
    assert "evidence" not in str(misfit)
