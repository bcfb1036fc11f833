"""Commands about the people who work here, and the code that a counter hands out."""

import argparse
import getpass
import sys

from backend import clock
from backend.citizens.identity import issue_counter_code
from backend.citizens.identity_number import parse_identity_number
from backend.commands.setting_up import with_database
from backend.records.importing import check_may_file
from backend.secrets import open_vault
from backend.settings import Settings
from backend.staff.people import add_staff, staff_named


def add(settings: Settings, arguments: argparse.Namespace) -> int:
    """`add-staff USERNAME --name NAME --department CODE`."""
    with_database(settings, lambda: add_staff(arguments.username, arguments.name, arguments.department))
    return 0


def counter_code(settings: Settings, arguments: argparse.Namespace) -> int:
    """`counter-code --officer USERNAME`; the number is typed, never an argument that a process list shows."""
    typed = getpass.getpass("身份证号：") if sys.stdin.isatty() else sys.stdin.readline()
    number = parse_identity_number(typed, clock.today())

    async def deed() -> str:
        officer = await staff_named(arguments.officer)
        await check_may_file(officer)
        return await issue_counter_code(open_vault(settings), number, officer.id)

    print(f"验证码（三十分钟内有效，只能用一次）：{with_database(settings, deed)}")
    return 0
