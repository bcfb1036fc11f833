"""Commands about the people who work here, and the code that a counter hands out."""

import argparse
import getpass
import sys

from backend import clock
from backend.citizens.identity import issue_counter_code
from backend.citizens.identity_number import parse_identity_number
from backend.commands.setting_up import with_database
from backend.database import transaction
from backend.errors import Conflict, Forbidden
from backend.records.importing import check_may_file
from backend.secrets import open_vault
from backend.settings import Settings, demo_settings
from backend.staff import audit, invitations, one_time_codes
from backend.staff.people import add_staff, reset, staff_named


def demo_only() -> Forbidden:
    return Forbidden("demo_only", "只有演示模式能代替手机给出动态验证码。")


def not_set_up() -> Conflict:
    return Conflict("not_set_up", "这个账号还没有设置密码和动态验证码。")


def add(settings: Settings, arguments: argparse.Namespace) -> int:
    """`add-staff USERNAME --name NAME --department CODE [--role ROLE …]`."""

    async def deed() -> str:
        async with transaction():
            user = await add_staff(arguments.username, arguments.name, arguments.department, arguments.role)
            return await invitations.invite(user.id)

    _print_address(with_database(settings, deed))
    return 0


def reset_staff(settings: Settings, arguments: argparse.Namespace) -> int:
    """`reset-staff USERNAME`."""

    async def deed() -> str:
        return await reset(None, (await staff_named(arguments.username)).id)

    _print_address(with_database(settings, deed))
    return 0


def demo_code(settings: Settings, arguments: argparse.Namespace) -> int:
    """`demo-code USERNAME`: beside a demo started by `demo`, which needs no environment, this needs none either."""
    if not settings.demo:
        if settings.field_keys or settings.digest_key:  # the environment of a real server
            raise demo_only()
        settings = demo_settings()

    async def deed() -> tuple[str, int]:
        user = await staff_named(arguments.username)
        if user.password_hash is None or user.totp_hidden is None:
            raise not_set_up()
        secret = one_time_codes.open_secret(open_vault(settings), user.totp_hidden)
        return one_time_codes.unused_code(secret, user.totp_last)

    code, seconds = with_database(settings, deed)
    print(f"{code}（{seconds} 秒内有效，只能用一次）")
    return 0


def counter_code(settings: Settings, arguments: argparse.Namespace) -> int:
    """`counter-code --officer USERNAME`; the number is typed, never an argument that a process list shows."""
    typed = getpass.getpass("身份证号：") if sys.stdin.isatty() else sys.stdin.readline()
    number = parse_identity_number(typed, clock.today())

    async def deed() -> str:
        officer = await staff_named(arguments.officer)
        await check_may_file(officer)
        async with transaction():
            await audit.record(officer, "counter.code")
            return await issue_counter_code(open_vault(settings), number, officer.id)

    print(f"验证码（三十分钟内有效，只能用一次）：{with_database(settings, deed)}")
    return 0


def _print_address(token: str) -> None:
    hours = invitations.LASTS.total_seconds() // 3600
    print(f"请本人在 {hours:.0f} 小时内打开本站的这个地址设置密码和动态验证码，只显示这一次：/console/set-up/{token}")
