"""The command line of staff and proofs: an address told once, a demo's phone, and exit codes that a script can read."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from backend import clock, database
from backend.settings import Settings
from backend.staff import invitations
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.people import all_staff
from backend.staff.sealing import seal
from backend.tables import MODEL_MODULES
from tests import factories
from tests.factories import VAULT
from tests.journeys.office import Office
from tests.staff.colleagues import OWN_NUMBER, PASSWORD

ADDRESS = re.compile(r"/console/set-up/([\w-]{43})$")
CODE = re.compile(r"^(\d{6})（(\d+) 秒内有效，只能用一次）$")


@pytest.fixture
async def county(settings: Settings) -> None:
    """A database with one department; closed again, for commands open it themselves."""
    await database.open_database(settings, MODEL_MODULES)
    await factories.load_tiny_catalogue()
    await database.close_database()


def token_in(printed: str) -> str:
    found = ADDRESS.search(printed.strip())
    assert found, printed
    assert len(printed.strip().splitlines()) == 1
    return found[1]


def add(office: Office, name: str, *roles: str, code: int = 0) -> str:
    given = [word for role in roles for word in ("--role", role)]
    return office.run("add-staff", name, "--name", "王办事", "--department", "SJJ", *given, code=code)


@pytest.mark.slow
async def test_a_colleague_is_added_invited_reset_and_her_code_shown(
    county: None, settings: Settings, tmp_path: Path
) -> None:
    office = Office(settings, tmp_path)
    first = token_in(add(office, "wang", "reviewer", "admin"))
    second = token_in(office.run("reset-staff", "wang"))
    assert first != second
    assert "还没有设置" in office.run("demo-code", "wang", code=1)
    assert "没有这个工作人员" in office.run("demo-code", "nobody", code=1)
    await database.open_database(settings, MODEL_MODULES)
    try:
        (wang,) = await all_staff()
        assert (wang.user.username, wang.roles) == ("wang", {"reviewer", "admin"})
        secret = (await invitations.begin(VAULT, second)).secret
        await invitations.finish(VAULT, second, PASSWORD, pyotp.TOTP(secret).at(clock.now()), OWN_NUMBER)
        # She set it up a while ago: no code of now is used.
        await StaffUser.all().update(totp_last=0)
        told = await AuditEvent.all().order_by("id")
        assert [row.action for row in told if row.staff_id is None] == [
            "staff.add",
            "staff.invite",
            "staff.reset",
            "staff.invite",
        ]
    finally:
        await database.close_database()
    printed = CODE.search(office.run("demo-code", "wang").strip())
    assert printed
    assert 30 < int(printed[2]) <= 60
    around = {pyotp.TOTP(secret).at(clock.now(), counter_offset=step) for step in (-1, 0)}
    assert printed[1] in around


@pytest.mark.slow
async def test_what_is_wrong_is_said_and_leaves_nothing(county: None, settings: Settings, tmp_path: Path) -> None:
    office = Office(settings, tmp_path)
    assert "invalid choice" in add(office, "wang", "king", code=2)
    assert "账号名" in add(office, "Wang!", code=1)
    assert "没有这个工作人员" in office.run("reset-staff", "wang", code=1)
    real = Office(replace(settings, demo=False), tmp_path)
    assert "演示模式" in real.run("demo-code", "wang", code=1)


@pytest.mark.slow
async def test_proofs_say_what_they_walked_and_end_with_one_when_something_was_altered(
    county: None, settings: Settings, tmp_path: Path
) -> None:
    office = Office(settings, tmp_path)
    add(office, "wang")
    await database.open_database(settings, MODEL_MODULES)
    assert await seal() == 2
    await database.close_database()
    assert office.run("verify-access-log") == "0 citizens, 0 looks: all fit\n"
    assert re.fullmatch(r"1 seals up to [0-9a-f]{64}, 2 events: all fit\n", office.run("verify-audit"))
    with sqlite3.connect(settings.sqlite_path or "") as altered:
        altered.execute("UPDATE audit_event SET action = 'audit.read' WHERE action = 'staff.add'")
        altered.execute("UPDATE staff_user SET active = 0")
    altered.close()
    printed = office.run("verify-audit", code=1)
    assert "1 do not fit" in printed
    assert "seal 1: it, or one of its 2 events, was changed" in printed
