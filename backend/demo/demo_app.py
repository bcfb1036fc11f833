"""The demo as it runs: the same application with the demo's pages, a stand-in for WeChat beside it, and what to try."""

import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sanic import Sanic

from backend.app import create_app
from backend.demo import by_hand
from backend.demo.county import folder_by_hand
from backend.demo.life import usernames
from backend.demo.pages import all_pages
from backend.demo.stories import wechat_user
from backend.demo.wechat_stand_in import serve
from backend.settings import ROOT, Settings, SettingsError

STAND_IN = "wechat"


def create_demo_app(settings: Settings) -> Sanic[Any, Any]:
    """The web application of one process, with the demo's pages. Raises SettingsError outside demo mode."""
    if not settings.demo:
        raise SettingsError("the demo's pages exist in demo mode only")
    app = create_app(settings)
    app.blueprint(all_pages.blueprint(app.ctx.tools))
    return app


def stand_in_process(settings: Settings) -> dict[str, Callable[[], None]]:
    """The process that is WeChat here, by its name. Raises SettingsError when its port is taken."""
    address = urlsplit(settings.wechat_api_url)
    host, port = address.hostname or "", address.port or 80
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise SettingsError(f"port {port}, which WeChat's stand-in needs, is taken: choose another PORT") from None
    return {STAND_IN: partial(run_stand_in, host, port)}


def run_stand_in(host: str, port: int) -> None:
    """Be WeChat in a process of its own, until SIGINT or SIGTERM."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serve(host, port)


def announce(settings: Settings) -> None:
    """Say what is where, and what to try."""
    sys.stdout.write(_announcement(settings))
    sys.stdout.flush()


def _announcement(settings: Settings) -> str:
    here = f"http://{settings.host}:{settings.port}"
    folder = folder_by_hand(settings)
    if folder.is_relative_to(ROOT):
        folder = folder.relative_to(ROOT)
    command = "DEMO=1 .venv/bin/python run.py"
    _, second = usernames(by_hand.PENALTIES_DEPARTMENT)
    return f"""
诚信鲁山 · 演示（人和记录全部是编造的）
  首页      {here}/
            选一个人进去看：鲁小梅（老志愿者）、鲁志强（个体户）、鲁新（刚满十八岁，没有参加积分）
  接口      {here}/docs    运行状况 {here}/health
  用接口登录 curl -s {settings.wechat_api_url}/stand-in/codes -d '{{"user": "{wechat_user("xiaomei")}"}}'
            把得到的 code 交给 POST /api/v1/sessions
  动手报送（另开一个终端）
    {command} import-register {folder / by_hand.REGISTER}
    {command} import-records --department {by_hand.HOURS_DEPARTMENT} {folder / by_hand.HOURS}
    {command} import-records --department {by_hand.PENALTIES_DEPARTMENT} {folder / by_hand.PENALTIES}
    {command} approve-import 批次号 --officer {second}
    {command} verify-ledger
  重新生成   停下（Ctrl+C），删除 var/demo.sqlite3，再启动

"""
