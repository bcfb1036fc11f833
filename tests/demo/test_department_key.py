"""The demo's department key: what is printed can be typed, and the example client sends its file with it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend import clock
from backend.database import close_database, open_database
from backend.demo import by_hand, county, department_key
from backend.secrets import open_vault
from backend.settings import ROOT, Settings
from backend.staff.models import DepartmentKey
from backend.tables import MODEL_MODULES
from tests import servers
from tests.demo.conftest import copy_of, settings_of

pytestmark = pytest.mark.slow


@pytest.fixture
def typed(county_file: Path, tmp_path: Path) -> str:
    """What is told of a key of a county of its own, whose server runs elsewhere."""
    by_hand.write_files(tmp_path / "demo-files", clock.today())
    return asyncio.run(told_key(settings_of(copy_of(county_file, tmp_path)), tmp_path / "demo-files"))


async def told_key(settings: Settings, folder: Path) -> str:
    await open_database(settings, MODEL_MODULES)
    try:
        assert await DepartmentKey.all().count() == 1, "the county has one, and nobody can read its secret any more"
        issued = await department_key.issue(open_vault(settings))
        assert issued.secret not in repr(issued)
        return department_key.told(issued, "http://elsewhere", folder / by_hand.PUSHED)
    finally:
        await close_database()


def test_the_printed_lines_push_the_printed_file(
    typed: str, tmp_path: Path, wechat_stand_in: object, county_file: Path
) -> None:
    settings = settings_of(tmp_path / county_file.name, wechat_api_url=wechat_stand_in.url)  # type: ignore[attr-defined]
    exported = next(line for line in typed.splitlines() if "export " in line).split()[1:]
    names = dict(word.split("=", 1) for word in exported)
    server = servers.RunningServer(settings, tmp_path / "server.log")
    server.start()
    try:
        command = [sys.executable, "docs/department_client.py", "push", typed.split(" push ")[1].split()[0]]
        environment = {**os.environ, **names, "LUSHAN_URL": server.url}
        first, again = [
            subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
            for _ in range(2)
        ]
    finally:
        server.stop()
    answer = json.loads(first.stdout)
    assert [each["state"] for each in answer["results"]] == ["accepted", "waiting", "rejected"]
    assert answer == json.loads(again.stdout)
    assert (tmp_path / "server.log").read_text().count(names["LUSHAN_SECRET"]) == 0


def test_nothing_of_a_secret_is_left_in_the_county(county_file: Path, tmp_path: Path, typed: str) -> None:
    secret = typed.split("LUSHAN_SECRET=")[1].split()[0]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file.name
    assert county.edition_of(county_file) == county.EDITION
