"""A later version: published in time to be spoken to, taken back only before it is in force, and never twice."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from backend.errors import Conflict, DomainError, Forbidden, NotFound
from backend.points.levels import levels_in_force
from backend.points.models import Level
from backend.records.catalogue_publishing import COMMENT_DAYS, publish, withdraw
from backend.records.catalogue_versions import version_named, versions
from backend.records.items import load_index, version_in_force
from backend.records.models import CatalogueItem, CatalogueVersion
from backend.records.strict_toml import CatalogueRefused
from backend.staff.models import AuditEvent, Department
from backend.staff.people import add_staff
from backend.staff.permissions import Staff, staff_of
from tests import factories
from tests.connections import open_all
from tests.factories import DEPARTMENT, HONEST_SHOP, load_tiny_catalogue
from tests.on_sqlite import pytest_generate_tests
from tests.records.catalogue_files import a_catalogue, an_honest_shop, toml
from tests.running_app import both_databases

__all__ = ["pytest_generate_tests"]

ClockAt = Callable[[str], AbstractContextManager[None]]
TODAY = date(2026, 11, 23)
IN_TIME = TODAY + timedelta(days=COMMENT_DAYS)

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.fixture
async def tiny(monday: None, database: None) -> None:
    """The tiny catalogue is in force."""
    await load_tiny_catalogue()


async def staff(username: str = "sjj-admin", role: str = "admin") -> Staff:
    return await staff_of(await add_staff(username, "王办事", DEPARTMENT, [role]))


def a_version(version: str = "2027.1", day: date = IN_TIME, **changes: Any) -> bytes:
    return toml(a_catalogue(version=version, in_force_from=day, **changes))


async def refused(who: Staff, data: bytes) -> set[str]:
    with pytest.raises(CatalogueRefused) as refusal:
        await publish(who, data)
    return {each.code for each in refusal.value.faults}


async def tried(deed: Any) -> str:
    try:
        await deed
    except DomainError as error:
        return error.code
    return "done"


@both_databases
async def test_a_later_version_is_published_to_be_spoken_to_until_the_day_before_it_is_in_force() -> None:
    admin = await staff()
    checked = await publish(admin, a_version())
    assert (checked.stands, checked.comments_until) == (False, IN_TIME - timedelta(days=1))
    coming, current = await versions()
    assert [(each.name, each.state, each.open) for each in (coming, current)] == [
        ("2027.1", "coming", True),
        ("2026.1-sample", "in_force", False),
    ]
    assert (current.until, current.row.comments_until) == (IN_TIME - timedelta(days=1), None)
    assert await AuditEvent.filter(action="catalogue.publish", about="catalogue:2027.1", staff_id=admin.id).count() == 1
    assert (await version_in_force(TODAY)).version == "2026.1-sample"
    assert (await version_in_force(IN_TIME)).version == "2027.1"


@both_databases
@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2023, 12, 31), "backwards"),
        (date(2024, 1, 1), "backwards"),
        (TODAY, "backwards"),
        (TODAY + timedelta(days=1), "too_soon"),
        (IN_TIME - timedelta(days=1), "too_soon"),
    ],
)
async def test_never_backwards_and_never_without_thirty_days_to_speak(day: date, code: str) -> None:
    assert await refused(await staff(), a_version(day=day)) == {code}
    assert await CatalogueVersion.all().count() == 1
    assert not await AuditEvent.filter(action="catalogue.publish").exists()


async def test_the_command_keeps_the_same_rules() -> None:
    for day in (TODAY + timedelta(days=1), IN_TIME - timedelta(days=1)):
        with pytest.raises(CatalogueRefused):
            await load_tiny_catalogue(version="2027.1", in_force_from=day)
    await load_tiny_catalogue(version="2027.1", in_force_from=IN_TIME)
    assert (await version_named("2027.1")).open


async def test_not_before_one_that_is_coming_already() -> None:
    admin = await staff()
    await publish(admin, a_version(day=IN_TIME + timedelta(days=9)))
    assert await refused(admin, a_version("2027.2")) == {"backwards"}


async def test_only_an_administrator_publishes_and_withdraws() -> None:
    officer = await staff("sjj-officer", "officer")
    with pytest.raises(Forbidden):
        await publish(officer, a_version())
    await publish(await staff(), a_version())
    with pytest.raises(Forbidden):
        await withdraw(officer, "2027.1")
    assert (await version_named("2027.1")).state == "coming"


async def test_the_same_file_again_changes_nothing_and_another_file_under_its_number_is_refused() -> None:
    admin = await staff()
    await publish(admin, a_version())
    before = await CatalogueItem.all().values()
    again = await publish(admin, a_version())
    assert (again.stands, again.comments_until) == (True, IN_TIME - timedelta(days=1))
    assert await refused(admin, a_version(name="另一个名字")) == {"changed_version"}
    assert await CatalogueItem.all().values() == before
    assert await AuditEvent.filter(action="catalogue.publish").count() == 1


async def test_departments_are_those_of_the_county_and_must_stand_when_it_begins() -> None:
    admin = await staff()
    await Department.filter(code=DEPARTMENT).update(until_day=IN_TIME - timedelta(days=1))
    assert await refused(admin, a_version()) == {"expired_department"}
    shop = an_honest_shop(departments=["NOBODY"])
    assert await refused(admin, a_version(items=[shop], domain_caps=[], evidence=[])) == {"unknown_department"}


@pytest.mark.parametrize("version", ["2027/1", "二〇二七", "20 27", "../2027", ".", "2027.1?x"])
async def test_a_number_that_no_address_can_hold_is_refused(version: str) -> None:
    assert await refused(await staff(), a_version(version)) == {"version_form"}


@both_databases
async def test_withdrawn_before_it_is_in_force_it_never_is_and_its_number_is_gone(clock_at: ClockAt) -> None:
    admin = await staff()
    levels = [{"code": "only", "name": "只有一级", "opens": "人人都有的，这里一样不少。"}]
    await publish(admin, a_version(levels=levels, items=[an_honest_shop(points=30)], domain_caps=[], evidence=[]))
    await withdraw(admin, "2027.1")
    assert await AuditEvent.filter(action="catalogue.withdraw", about="catalogue:2027.1").count() == 1
    assert not await Level.filter(catalogue_version="2027.1").exists()
    with clock_at("2027-06-01 09:00"):
        day = date(2027, 6, 1)
        assert [level.code for level in await levels_in_force(day)] == ["basic", "good", "model"]
        assert (await version_in_force(day)).version == "2026.1-sample"
        item = (await load_index()).in_force(HONEST_SHOP, day)
        assert item is not None
        assert (item.version, item.rule.points) == ("2026.1-sample", 20)
        assert [each.name for each in await versions()] == ["2026.1-sample"]
        assert [each.state for each in await versions(withdrawn=True)] == ["withdrawn", "in_force"]
        with pytest.raises(NotFound):
            await version_named("2027.1")
    assert await refused(admin, a_version()) == {"version_withdrawn", "day_taken"}
    assert await refused(admin, a_version(day=IN_TIME + timedelta(days=1))) == {"version_withdrawn"}
    assert await refused(admin, a_version("2027.2")) == {"day_taken"}
    await publish(admin, a_version("2027.2", IN_TIME + timedelta(days=1)))


@pytest.mark.parametrize(("version", "code"), [("2026.1-sample", "version_in_force"), ("nothing", "version_not_found")])
async def test_what_is_in_force_or_never_was_is_not_withdrawn(version: str, code: str) -> None:
    assert await tried(withdraw(await staff(), version)) == code


async def test_on_its_first_day_it_can_no_longer_be_withdrawn(clock_at: ClockAt) -> None:
    admin = await staff()
    await publish(admin, a_version())
    with clock_at(f"{IN_TIME} 00:00"), pytest.raises(Conflict) as refusal:
        await withdraw(admin, "2027.1")
    assert refusal.value.code == "version_in_force"
    await withdraw(admin, "2027.1")
    assert await tried(withdraw(admin, "2027.1")) == "version_withdrawn"


@both_databases
async def test_two_administrators_at_once_publish_one_version_once() -> None:
    one, other = await staff(), await staff("sjj-other")
    await open_all()
    assert await asyncio.gather(*(tried(publish(who, a_version())) for who in (one, other, one))) == ["done"] * 3
    assert await CatalogueVersion.filter(version="2027.1").count() == 1
    assert await Level.filter(catalogue_version="2027.1").count() == 3
    assert await AuditEvent.filter(action="catalogue.publish").count() == 1


@both_databases
async def test_two_different_versions_at_once_stay_in_order() -> None:
    one, other = await staff(), await staff("sjj-other")
    await open_all()
    later = a_version("2027.2", IN_TIME + timedelta(days=1))
    told = await asyncio.gather(tried(publish(one, later)), tried(publish(other, a_version())))
    in_order = [each.name for each in await versions()]
    if told == ["done", "done"]:
        assert in_order == ["2027.2", "2027.1", "2026.1-sample"]
        loaded = await CatalogueVersion.exclude(version="2026.1-sample").order_by("loaded_at")
        assert [each.version for each in loaded] == ["2027.1", "2027.2"], "the earlier day was published first"
    else:
        assert told == ["done", "catalogue_refused"]
        assert in_order == ["2027.2", "2026.1-sample"]


@both_databases
async def test_withdrawn_twice_at_once_it_is_withdrawn_once() -> None:
    one, other = await staff(), await staff("sjj-other")
    await publish(one, a_version())
    await open_all()
    told = await asyncio.gather(*(tried(withdraw(who, "2027.1")) for who in (one, other)))
    assert sorted(told) == ["done", "version_withdrawn"]
    assert await AuditEvent.filter(action="catalogue.withdraw").count() == 1


@both_databases
async def test_the_first_version_has_no_days_for_comments_and_may_be_in_force_already() -> None:
    await Level.all().delete()
    await CatalogueItem.all().delete()
    await CatalogueVersion.all().delete()
    admin = await staff()
    assert (await publish(admin, a_version(day=date(2024, 1, 1)))).comments_until is None
    (only,) = await versions()
    assert (only.state, only.open, only.until) == ("in_force", False, None)


async def test_a_record_that_was_filed_keeps_the_rule_of_its_day(clock_at: ClockAt) -> None:
    await factories.register()
    _, citizen = await factories.enrolled_citizen()
    record = await factories.file_record()
    await publish(await staff(), a_version(items=[an_honest_shop(points=60)], domain_caps=[], evidence=[]))
    with clock_at(f"{IN_TIME} 09:00"):
        later = await factories.file_record()
        items = {row.id: row.catalogue_id for row in await CatalogueItem.all()}
        assert [items[each.item_id] for each in (record, later)] == ["2026.1-sample", "2027.1"]
        points = await factories.LEDGER.facts([citizen.id])
        assert sorted(each.rule.points for each in points[citizen.id]) == [20, 60]
