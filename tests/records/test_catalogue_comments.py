"""What people say to a coming catalogue: one comment each, while it is open, and nobody learns whose it is."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend.citizens.models import Account
from backend.errors import DomainError, Forbidden
from backend.records.catalogue_comments import comments_by_version, read_comments, say
from backend.records.catalogue_publishing import publish, withdraw
from backend.records.models import CatalogueComment
from backend.staff.models import AuditEvent
from backend.staff.people import add_staff
from backend.staff.permissions import Staff, staff_of
from tests import factories
from tests.connections import open_all
from tests.factories import CITIZEN, COUSIN, DEPARTMENT, NEIGHBOUR, VAULT
from tests.on_sqlite import pytest_generate_tests
from tests.records.catalogue_files import a_catalogue, toml
from tests.running_app import both_databases

__all__ = ["pytest_generate_tests"]

ClockAt = Callable[[str], AbstractContextManager[None]]
COMING = "2027.1"


@pytest.fixture
async def admin(monday: None, database: None) -> Staff:
    """An administrator who published a version that is in force from 2027-01-01."""
    await factories.load_tiny_catalogue()
    admin = await staff_of(await add_staff("sjj-admin", "王办事", DEPARTMENT, ["admin"]))
    await publish(admin, toml(a_catalogue(version=COMING, in_force_from=date(2027, 1, 1))))
    return admin


async def tried(account: Account, text: str, version: str = COMING) -> str:
    try:
        await say(VAULT, account, version, text)
    except DomainError as error:
        return error.code
    return "done"


async def read(admin: Staff) -> list[str]:
    return [each.text for each in await read_comments(VAULT, admin, COMING)]


@both_databases
async def test_one_comment_each_and_said_again_it_takes_the_place_of_the_first(admin: Staff) -> None:
    hers, his = await factories.guest(CITIZEN), await factories.guest(NEIGHBOUR)
    assert await tried(hers, "  把山区支教也算上。 ") == "done"
    assert await tried(his, "一年五十分太少。") == "done"
    assert await tried(hers, "山区支教应当算志愿服务。") == "done"
    assert await read(admin) == ["一年五十分太少。", "山区支教应当算志愿服务。"]
    assert await comments_by_version() == {COMING: 2}


@both_databases
async def test_a_double_tap_makes_no_second_comment(admin: Staff) -> None:
    account = await factories.guest()
    await open_all()
    assert await asyncio.gather(*(tried(account, f"第 {number} 次") for number in range(4))) == ["done"] * 4
    assert await CatalogueComment.all().count() == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("好", "comment_length"), ("  好  ", "comment_length"), ("长" * 501, "comment_length"), ("长" * 500, "done")],
)
async def test_two_to_five_hundred_characters(admin: Staff, text: str, code: str) -> None:
    assert await tried(await factories.guest(), text) == code


async def test_only_while_it_is_open(admin: Staff, clock_at: ClockAt) -> None:
    account = await factories.guest()
    assert await tried(account, "说说看", "2026.1-sample") == "comments_closed"
    assert await tried(account, "说说看", "nothing") == "version_not_found"
    with clock_at("2026-12-31 23:59"):
        assert await tried(account, "最后一天") == "done"
    with clock_at("2027-01-01 00:00"):
        assert await tried(account, "晚了一步") == "comments_closed"
    assert await read(admin) == ["最后一天"]


async def test_a_withdrawn_version_takes_no_more_and_keeps_what_was_said(admin: Staff) -> None:
    account = await factories.guest()
    assert await tried(account, "这一条不妥。") == "done"
    await withdraw(admin, COMING)
    assert await tried(account, "还有一句。") == "version_not_found"
    assert await read(admin) == ["这一条不妥。"]


async def test_staff_read_what_was_said_and_not_by_whom_and_that_they_did_is_written_down(admin: Staff) -> None:
    await tried(await factories.guest(COUSIN), "一年五十分太少。")
    (comment,) = await read_comments(VAULT, admin, COMING)
    assert set(vars(comment)) == {"id", "text", "said_at"}
    row = await CatalogueComment.get()
    assert "五十分".encode() not in row.text_hidden
    read = AuditEvent.filter(action="catalogue.comments", about=f"catalogue:{COMING}", staff_id=admin.id)
    assert await read.count() == 1
    assert "五十分" not in str((await read.get()).detail)


async def test_who_does_not_manage_the_catalogue_reads_no_comments(admin: Staff) -> None:
    officer = await staff_of(await add_staff("sjj-wang", "王办事", DEPARTMENT, ["officer", "auditor", "reviewer"]))
    with pytest.raises(Forbidden):
        await read_comments(VAULT, officer, COMING)
    assert not await AuditEvent.filter(action="catalogue.comments").exists()


async def test_a_page_begins_below_the_last_one(admin: Staff) -> None:
    for person in (CITIZEN, NEIGHBOUR, COUSIN):
        await tried(await factories.guest(person), f"{person.name[-1]}的意见")
    first = await read_comments(VAULT, admin, COMING, limit=2)
    rest = await read_comments(VAULT, admin, COMING, before=first[-1].id)
    assert [each.text for each in (*first, *rest)] == ["芳的意见", "红的意见", "明的意见"]


async def test_a_closed_account_takes_its_comment_along(admin: Staff) -> None:
    account = await factories.guest()
    await tried(account, "说过就算。")
    await Account.filter(id=account.id).delete()
    assert await CatalogueComment.all().count() == 0
