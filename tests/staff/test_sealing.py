"""The audit log is sealed each minute, by many workers once; whatever is altered afterwards is named."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from backend.database import transaction
from backend.staff import audit
from backend.staff.models import AuditEvent, AuditSeal
from backend.staff.sealing import seal, verify_audit
from tests.connections import open_all
from tests.running_app import both_databases
from tests.staff.colleagues import Office

OTHER = "0" * 64
Tampering = Callable[[], Awaitable[object]]


async def happen(times: int) -> None:
    for number in range(times):
        await audit.record(None, "audit.read", "seal:1", number=str(number), zone="甲")


async def sealed(*sizes: int) -> None:
    """So many events, sealed each time."""
    for size in sizes:
        await happen(size)
        assert await seal() == size


async def faults() -> list[tuple[int | None, str]]:
    return [(each.seal, each.fault) for each in (await verify_audit()).misfits]


async def second_of(number: int) -> AuditEvent:
    return (await AuditEvent.filter(seal=number).order_by("id"))[1]


@both_databases
async def test_an_untouched_log_fits_and_is_counted(office: Office) -> None:
    staff = await (await office.hire()).at_work()
    await audit.record(staff, "audit.read", long="证" * 200)
    assert await seal() == 4  # added, invited, set up, read
    await sealed(1, 3)
    await happen(2)
    verified = await verify_audit()
    last = await AuditSeal.get(number=3)
    assert (verified.seals, verified.events, verified.head, verified.misfits) == (3, 8, last.hash, [])
    assert (last.events, await seal(), await seal()) == (3, 2, 0)


async def test_an_empty_log_fits(office: Office) -> None:
    assert await seal() == 0
    assert (await verify_audit()).misfits == []


async def test_many_events_take_several_seals(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.staff.sealing._MOST", 3)
    monkeypatch.setattr("backend.staff.sealing._PAGE", 2)
    await happen(10)
    assert await seal() == 10
    assert [row.events for row in await AuditSeal.all().order_by("number")] == [3, 3, 3, 1]
    verified = await verify_audit()
    assert (verified.seals, verified.events, verified.misfits) == (4, 10, [])
    await AuditEvent.filter(seal__in=[1, 4]).update(action="audit.verify")
    assert [number for number, _ in await faults()] == [1, 4]


@both_databases
async def test_workers_who_seal_at_once_seal_each_event_once(office: Office) -> None:
    await happen(40)
    await open_all()
    told = await asyncio.gather(*(seal() for _ in range(6)), happen(20), *(seal() for _ in range(6)))
    total = sum(each or 0 for each in told) + await seal()
    assert total == 60 == sum(row.events for row in await AuditSeal.all())
    assert (await verify_audit()).misfits == []


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_event_that_commits_after_younger_ones_were_sealed_waits_for_the_next_seal(office: Office) -> None:
    written, may_end = asyncio.Event(), asyncio.Event()

    async def slow_deed() -> None:
        async with transaction():
            await happen(1)
            written.set()
            await may_end.wait()

    deed = asyncio.ensure_future(slow_deed())
    await written.wait()
    await sealed(2)
    may_end.set()
    await deed
    assert await seal() == 1
    late = await AuditEvent.get(seal=2)
    assert late.id < (await second_of(1)).id
    assert (await verify_audit()).misfits == []


@pytest.mark.parametrize("change", ["at", "staff_id", "action", "about", "detail", "id"])
@both_databases
async def test_a_changed_event_is_named_by_its_seal(office: Office, change: str) -> None:
    wang = await office.hire()
    await seal()
    await sealed(3, 1)
    event = await second_of(2)
    if change == "id":
        row = dict(event) | {"id": uuid4()}
        await AuditEvent.filter(id=event.id).delete()
        await AuditEvent.create(**row)
    else:
        altered = {
            "at": event.at - timedelta(microseconds=1),
            "staff_id": wang.id,
            "action": "audit.verify",
            "about": "",
            "detail": {"number": "1", "zone": "乙"},
        }
        await AuditEvent.filter(id=event.id).update(**{change: altered[change]})
    assert await faults() == [(2, "it, or one of its 3 events, was changed")]


async def drop_one() -> None:
    await AuditEvent.filter(id=(await second_of(2)).id).delete()


async def put_one_in() -> None:
    await AuditEvent.create(**dict(await second_of(2)) | {"id": uuid4()})


async def move_one() -> None:
    await AuditEvent.filter(id=(await second_of(2)).id).update(seal=3)


async def swap_two() -> None:
    one, other = await second_of(1), await second_of(2)
    await AuditEvent.filter(id=one.id).update(seal=2)
    await AuditEvent.filter(id=other.id).update(seal=1)


async def cut_the_last_seal() -> None:
    await AuditSeal.filter(number=3).delete()


async def cut_a_seal_with_its_events() -> None:
    await AuditSeal.filter(number=2).delete()
    await AuditEvent.filter(seal=2).delete()


async def cut_the_first_seal() -> None:
    await AuditSeal.filter(number=1).delete()


async def hide_one_below() -> None:
    await AuditEvent.create(**dict(await second_of(2)) | {"id": uuid4(), "seal": -1})


async def change_the_count() -> None:
    await drop_one()
    await AuditSeal.filter(number=2).update(events=2)


async def close_the_gap() -> None:
    await cut_a_seal_with_its_events()
    await AuditEvent.filter(seal=3).update(seal=2)
    await AuditSeal.filter(number=3).update(number=2)


STRAY = "it stands under a seal that is not there"
CHANGED = "it, or one of its {} events, was changed"
FOLLOWS = "it does not follow the seal before it"


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (drop_one, [(2, "1 of its 3 events are missing")]),
        (put_one_in, [(2, "1 events were put in among its 3")]),
        (move_one, [(2, "1 of its 3 events are missing"), (3, "1 events were put in among its 2")]),
        (swap_two, [(1, CHANGED.format(2)), (2, CHANGED.format(3))]),
        (cut_the_last_seal, [(3, STRAY), (3, STRAY)]),
        (cut_a_seal_with_its_events, [(2, "the seal is missing"), (3, FOLLOWS)]),
        (cut_the_first_seal, [(1, "the seal is missing"), (2, FOLLOWS), (1, STRAY), (1, STRAY)]),
        (hide_one_below, [(-1, STRAY)]),
        (change_the_count, [(2, CHANGED.format(2))]),
        (close_the_gap, [(2, FOLLOWS)]),
    ],
)
async def test_what_was_dropped_put_in_moved_or_cut_is_named(
    office: Office, tamper: Tampering, named: list[tuple[int, str]]
) -> None:
    await sealed(2, 3, 2)
    await tamper()
    assert await faults() == named


@pytest.mark.parametrize(
    ("change", "seals"),
    [
        ({"hash": OTHER}, [2, 3]),
        ({"previous_hash": OTHER}, [2]),
        ({"events": 9}, [2]),
        ({"number": 9}, [2, 3, 4, 9, 2]),
    ],
)
async def test_a_changed_seal_is_named(office: Office, change: dict[str, object], seals: list[int]) -> None:
    await sealed(2, 1, 2)
    await AuditSeal.filter(number=2).update(**change)
    assert [number for number, _ in await faults()] == seals


async def test_an_event_that_nobody_seals_is_named_after_ten_minutes(office: Office) -> None:
    await sealed(1)
    await happen(1)
    office.clock.forward(minutes=9)
    assert await faults() == []
    office.clock.forward(minutes=2)
    ((number, fault),) = await faults()
    assert (number, "never sealed" in fault) == (None, True)


async def test_the_log_of_the_worker_keeps_the_last_hash(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "backend.staff.sealing")
    await sealed(2)
    assert (await verify_audit()).head in caplog.text
