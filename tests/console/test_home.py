"""The first page: what waits, how much of it is late, and nothing of what is somebody else's."""

import re

import pytest

from backend.staff import people
from backend.staff.models import StaffUser
from tests import evidence_factories, factories
from tests.console.conftest import Office, Officer
from tests.factories import CITIZEN, NEIGHBOUR, PENALTY, row
from tests.running_app import CountyClock, both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def counts(officer: Officer) -> dict[str, int]:
    """Each card's number by its title."""
    return {
        title: int(number)
        for title, number in re.findall(r"<h2>([^<]+)</h2>\s*<p class=\"big\">(\d+)<small>", officer.page)
    }


@both_databases
async def test_a_reviewer_sees_how_much_waits_and_how_much_is_late(office: Office) -> None:
    time = CountyClock()
    time.set("2026-11-23 09:00")
    await evidence_factories.submitted(CITIZEN)
    await evidence_factories.submitted(NEIGHBOUR)
    reviewer = await office.signed_in("sjj-wang", roles=["reviewer"])
    await reviewer.get()
    assert counts(reviewer) == {"证明材料": 2}
    assert "已超期" not in reviewer.page
    time.forward(days=30)
    later = await office.again(reviewer)
    await later.get()
    assert "2 件已超期" in later.page


@on_sqlite
async def test_her_own_evidence_is_not_in_her_count(office: Office) -> None:
    await evidence_factories.submitted(CITIZEN)
    herself = await office.signed_in("sjj-ming", roles=["reviewer"], own_number=CITIZEN.number)
    await herself.get()
    assert counts(herself) == {"证明材料": 0}


@on_sqlite
async def test_a_batch_waits_for_the_colleague_and_not_for_who_filed_it(office: Office) -> None:
    await factories.register()
    await factories.file_records(row(item=PENALTY), approved=False)
    colleague = await office.signed_in("sjj-second", roles=["officer"])
    await colleague.get()
    assert counts(colleague) == {"待我复核": 1, "我报送的": 0}
    user = await factories.officer()
    await StaffUser.filter(id=user.id).update(password_hash="set up")
    await people.set_roles(None, user.id, ["officer"])
    filer = await office.again(Officer(office.stranger().browser, user))
    await filer.get()
    assert counts(filer) == {"待我复核": 0, "我报送的": 1}


@on_sqlite
async def test_she_reads_what_her_roles_may_and_whom_to_ask_for_more(office: Office) -> None:
    auditor = await office.signed_in("sjj-audit", roles=["auditor"])
    await auditor.get()
    assert counts(auditor) == {}
    assert "查看审计日志和检验结果" in auditor.page
    await auditor.get("/account")
    assert "县市场监管局" in auditor.page
    assert "审计员" in auditor.page


@on_sqlite
async def test_a_reviewer_whose_own_number_is_not_known_is_told_why_she_cannot_begin(office: Office) -> None:
    reviewer = await office.signed_in("sjj-wang", roles=["reviewer", "officer"])
    assert reviewer.user is not None
    await StaffUser.filter(id=reviewer.user.id).update(own_number_digest=None)
    answer = await reviewer.get()
    assert answer.status_code == 200
    assert "办理前要登记您本人的身份证号" in reviewer.page
    assert counts(reviewer) == {"待我复核": 0, "我报送的": 0}
