"""The demo's first start and the next ones: all of the county or none of it, and never near real people."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sanic import Sanic

from backend.app import create_app
from backend.demo import by_hand, county, demo_app
from backend.settings import ROOT, Settings, SettingsError, demo_settings
from tests import servers
from tests.demo.conftest import copy_of, settings_of

REAL = Settings(
    field_keys="1:ffeeddccbbaa99887766554433221100",
    digest_key="ab" * 32,
    wechat_app_id="wx0000000000000000",
    wechat_app_secret="made-up",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"wechat_app_id": "wx0000000000000000"},
        {"wechat_api_url": "https://api.weixin.qq.com"},
        {"database_url": "postgres://lushan:x@db.example/lushan"},
        {"redis_url": "redis://cache.example:6379/0"},
    ],
)
def test_the_demo_refuses_what_real_people_use(changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        county.prepare(demo_settings(**changes))


def test_no_county_is_made_outside_demo_mode_or_on_postgresql(tmp_path: Path) -> None:
    path = tmp_path / "real.sqlite3"
    with pytest.raises(SettingsError):
        county.prepare(replace(REAL, database_url=f"sqlite://{path}"))
    with pytest.raises(SettingsError):
        county.prepare(demo_settings(database_url="postgres://postgres@127.0.0.1:1/lushan"))
    assert not path.exists()


def test_the_pages_of_the_demo_exist_in_demo_mode_only() -> None:
    with pytest.raises(SettingsError):
        demo_app.create_demo_app(REAL)
    app = create_app(REAL)
    try:
        paths = {route.path for route in app.router.routes}
    finally:
        Sanic.unregister_app(app)
    assert "health" in paths
    assert [path for path in paths if path.startswith("demo")] == []


def test_what_is_announced_can_be_typed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    port = servers.free_port()
    settings = demo_settings(
        port=port, database_url=f"sqlite://{tmp_path}/demo.sqlite3", wechat_api_url=f"http://127.0.0.1:{port}"
    )
    demo_app.announce(settings)
    said = capsys.readouterr().out
    assert f"http://127.0.0.1:{port}/" in said
    assert f"import-records --department MZJ {tmp_path}/demo-files/{by_hand.HOURS}" in said
    assert "approve-import" in said
    for words in (f"http://127.0.0.1:{port}/demo/reading", "bj-1（编辑）", "zb-1（主编）"):
        assert words in said


def test_a_taken_port_is_said_before_anything_is_announced(
    capsys: pytest.CaptureFixture[str], wechat_stand_in: object
) -> None:
    settings = demo_settings(port=servers.free_port(), wechat_api_url=wechat_stand_in.url)  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="taken"):
        demo_app.announce(settings)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_killed_build_leaves_nothing_and_the_next_start_makes_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path / "demo.sqlite3")
    imports = "from backend.demo import county; from backend.settings import demo_settings"
    where = f"database_url={settings.database_url!r}, media_store={settings.media_store!r}"
    code = f"{imports}; county.prepare(demo_settings({where}), 60)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "demo.sqlite3.building").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    while not list((tmp_path / "media").rglob("*.webp")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (tmp_path / "demo.sqlite3.building").exists()
    assert not (tmp_path / "demo.sqlite3").exists()

    county.prepare(settings, 8)
    made = (tmp_path / "demo.sqlite3").stat()
    assert not list(tmp_path.glob("*.building*"))
    assert sorted(path.name for path in (tmp_path / "demo-files").iterdir()) == sorted(
        [by_hand.REGISTER, by_hand.HOURS, by_hand.PENALTIES, by_hand.PUSHED]
    )
    assert capsys.readouterr().out.count("LUSHAN_SECRET=") == 1
    began = time.monotonic()
    county.prepare(settings, 8)
    assert capsys.readouterr().out == "", "the key's secret is told once"
    assert time.monotonic() - began < 2
    assert (tmp_path / "demo.sqlite3").stat().st_ino == made.st_ino
    assert pictures_kept(tmp_path) == pictures_known(tmp_path / "demo.sqlite3")


@pytest.mark.slow
def test_a_county_of_another_edition_is_set_aside_and_made_anew(
    county_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy_of(county_file, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
    assert county.edition_of(path) == 0
    county.prepare(settings_of(path), 8)
    said = [line for line in capsys.readouterr().err.splitlines() if "旧版本" in line]
    assert said == [f"演示数据是旧版本做的，已移到 {tmp_path / 'demo.edition-0.sqlite3'}，现在重新生成。"]
    assert county.edition_of(path) == county.EDITION
    assert county.edition_of(tmp_path / "demo.edition-0.sqlite3") == 0
    assert pictures_kept(tmp_path) == pictures_known(path)


def pictures_kept(folder: Path) -> set[str]:
    """The ids of the pictures and of articles' files that lie there."""
    return {path.name[:36] for path in (folder / "media").rglob("*.*") if path.is_file()}


def pictures_known(path: Path) -> set[str]:
    """The ids of the pictures and files of which the county has a row."""
    known = "SELECT id FROM picture UNION SELECT id FROM published_media"
    with closing(sqlite3.connect(path)) as connection:
        return {str(UUID(text)) for (text,) in connection.execute(known)}


@pytest.mark.slow
def test_the_stand_in_ends_at_either_signal_and_can_be_started_again(tmp_path: Path) -> None:
    port = servers.free_port()
    code = f"from backend.demo.demo_app import run_stand_in; run_stand_in('127.0.0.1', {port})"
    for number in (signal.SIGTERM, signal.SIGINT):
        with (tmp_path / "said").open("wb") as said:
            process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=said, stderr=said)
        wait_until_open(port, process)
        process.send_signal(number)
        assert process.wait(10) == 0
        assert (tmp_path / "said").read_bytes() == b""


def wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    from backend.demo.wechat_stand_in import StandIn

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            assert StandIn(f"http://127.0.0.1:{port}").code("demo-xin")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the stand-in did not start")
