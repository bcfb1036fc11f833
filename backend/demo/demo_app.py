"""The demo as it runs: the same application with the demo's pages, a stand-in for WeChat beside it, and what to try."""

import signal
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sanic import Sanic

from backend import clock
from backend.app import create_app
from backend.demo import by_hand
from backend.demo.county import folder_by_hand
from backend.demo.handed_in import FIRST
from backend.demo.pages import all_pages
from backend.demo.staff import CHIEF_EDITOR, EDITORS, PASSWORD, usernames
from backend.demo.stories import wechat_user
from backend.demo.wechat_stand_in import Address, serve
from backend.settings import ROOT, Settings, SettingsError
from miniprogram_api.wechat_pushes import PUSHES

STAND_IN = "wechat"
_ENDS = (signal.SIGINT, signal.SIGTERM)


def create_demo_app(settings: Settings) -> Sanic[Any, Any]:
    """The web application of one process, with the demo's pages. Raises SettingsError outside demo mode."""
    if not settings.demo:
        raise SettingsError("the demo's pages exist in demo mode only")
    app = create_app(settings)
    app.blueprint(all_pages.blueprint(app.ctx.tools))
    return app


def stand_in_process(settings: Settings) -> dict[str, Callable[[], None]]:
    """The process that is WeChat here, by its name."""
    pushes = Address(f"{settings.public_url}{PUSHES}", settings.wechat_push_token, settings.wechat_push_key)
    run = partial(run_stand_in, *_stand_in_address(settings), pushes, settings.demo_clock_shift_days)
    return {STAND_IN: run}


def run_stand_in(host: str, port: int, pushes: Address | None = None, shift_days: int = 0) -> None:
    """Be WeChat in a process of its own, until SIGINT or SIGTERM, on a clock that runs so many days ahead."""
    for number in _ENDS:
        signal.signal(number, _end)
    clock.shift(timedelta(days=shift_days))  # the server believes no push of another day
    serve(host, port, pushes=pushes)


def _end(*_: object) -> None:
    """End at the first signal; Ctrl+C sends a second one through the manager while the first still works."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def announce(settings: Settings) -> None:
    """Say what is where, and what to try. Raises SettingsError when a port that the demo needs is taken."""
    for host, port in ((settings.host, settings.port), _stand_in_address(settings)):
        _refuse_taken(host, port)
    sys.stdout.write(_announcement(settings))
    sys.stdout.flush()


def _stand_in_address(settings: Settings) -> tuple[str, int]:
    address = urlsplit(settings.wechat_api_url)
    return address.hostname or "", address.port or 80


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: an ended one's port is free
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):  # the latter where PORT is the last one there is
            raise SettingsError(
                f"port {port} is taken or not ours: choose another PORT (it needs the next one too)"
            ) from None


def _announcement(settings: Settings) -> str:
    here = f"http://{settings.host}:{settings.port}"
    folder = folder_by_hand(settings)
    if folder.is_relative_to(ROOT):
        folder = folder.relative_to(ROOT)
    command = "DEMO=1 .venv/bin/python run.py"
    department = by_hand.PENALTIES_DEPARTMENT
    first, second = usernames(department)
    return f"""
诚信鲁山 · 演示（人和记录全部是编造的）
  首页      {here}/
            选一个人进去看：鲁小梅（老志愿者）、鲁志强（个体户）、鲁新（刚满十八岁，没有参加积分）
  阅读      {here}/demo/reading    不用登录
  控制台    {here}/console    账号 {FIRST}（审核员）、{EDITORS[0]}（编辑）、{CHIEF_EDITOR}（主编）等，密码 {PASSWORD}
            动态验证码（另开一个终端）{command} demo-code {FIRST}
  接口      {here}/docs    运行状况 {here}/health
  用接口登录 curl -s {settings.wechat_api_url}/stand-in/codes -d '{{"user": "{wechat_user("xiaomei")}"}}'
            把得到的 code 交给 POST /api/v1/sessions
  动手报送（另开一个终端）
    {command} import-register {folder / by_hand.REGISTER}
    {command} import-records --department {by_hand.HOURS_DEPARTMENT} {folder / by_hand.HOURS}
    {command} import-records --department {department} --officer {first} {folder / by_hand.PENALTIES}
    {command} approve-import 批次号 --officer {second}
    {command} verify-ledger
  重新生成   停下（Ctrl+C），删除 var/demo.sqlite3，再启动

"""
