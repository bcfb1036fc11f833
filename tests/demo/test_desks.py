"""The demo's staff and what waits for them: everybody can sign in, and the queue has what a reviewer should meet."""

import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from backend import clock
from backend.cache import Cache
from backend.citizens.access_log import looks_of
from backend.citizens.models import Citizen
from backend.demo.staff import ADMIN, AUDITOR, CASE_OFFICER, CHIEF_EDITOR, EDITORS, PASSWORD, at_work
from backend.repairs import queue
from backend.repairs.facts import spent_as
from backend.repairs.flags import flags_of
from backend.repairs.models import Evidence
from backend.repairs.reasons import REASONS
from backend.secrets import open_vault
from backend.settings import ROOT, Settings
from backend.staff.models import StaffUser
from backend.staff.passwords import password_fault
from backend.staff.sign_in import sign_in
from media.intake import file_key
from media.models import Picture
from media.storage import open_storage
from tests.demo.conftest import Demo
from tests.demo.test_county import citizen
from tests.servers import environment

pytestmark = pytest.mark.slow

WORKERS = {
    "mzj-1": {"officer", "reviewer"},
    "mzj-2": {"officer", "reviewer"},
    "sjj-1": {"officer"},
    CASE_OFFICER: {"officer", "case_officer"},
    **{username: {"editor"} for username in EDITORS},
    CHIEF_EDITOR: {"chief_editor"},
    AUDITOR: {"auditor"},
    ADMIN: {"admin"},
}


def demo_code(settings: Settings, username: str) -> str:
    """What `run.py demo-code` prints."""
    command = [sys.executable, str(ROOT / "run.py"), "demo-code", username]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    code = done.stdout[:6]
    assert code.isdecimal()
    return code


@pytest.mark.parametrize("username", WORKERS)
async def test_each_signs_in_with_the_published_password_and_a_printed_code(
    county_settings: Settings, county_open: None, username: str
) -> None:
    code = demo_code(county_settings, username)
    signed_in = await sign_in(open_vault(county_settings), Cache(), username, PASSWORD, code)
    assert signed_in.staff.roles == WORKERS[username]


def test_the_start_page_names_them_and_the_console_lets_them_in(demo: Demo) -> None:
    with demo.browser() as browser:
        start = browser.get("/").text
        for words in (*WORKERS, PASSWORD, "run.py demo-code mzj-1", 'href="/console"'):
            assert words in start
        form = {"username": "mzj-1", "password": PASSWORD, "code": demo_code(demo.settings, "mzj-1")}
        page = browser.get("/console/sign-in").text
        form["csrf"] = page.partition('name="csrf" value="')[2].partition('"')[0]
        answer = browser.post("/console/sign-in", data=form)
        assert answer.status_code == 303
        assert "审核员甲（示例）" in browser.get("/console").text


async def test_nobody_is_a_neighbour_and_no_two_are_one(county_settings: Settings, county_open: None) -> None:
    digests = await StaffUser.all().values_list("own_number_digest", flat=True)
    assert None not in digests
    assert len(set(digests)) == len(digests) > 40
    assert not await Citizen.filter(number_digest__in=digests).exists()
    assert password_fault(PASSWORD, "mzj-1") is None


async def test_the_queue_has_fresh_and_late_ones_of_both_kinds(county_settings: Settings, county_open: None) -> None:
    rows = await queue.queue(await at_work("mzj-1"))
    assert len(rows) >= 11
    assert {row.kind for row in rows} == {"service", "donation"}
    assert any(row.late for row in rows)
    assert any(row.submitted_at and clock.now() - row.submitted_at < timedelta(days=2) for row in rows)
    assert [row for row in rows if row.claimed_by] == []
    assert [row.assigned_to for row in rows if row.assigned_to] == ["审核员乙（示例）"]


async def test_one_over_sixteen_hours_waits_for_the_other_reviewer(
    county_settings: Settings, county_open: None
) -> None:
    waiting = {}
    for username in ("mzj-1", "mzj-2"):
        rows = await queue.queue(await at_work(username))
        waiting[username] = [row.takeable for row in rows if row.state == "second_review"]
    assert waiting == {"mzj-1": [False], "mzj-2": [True]}


async def test_the_likely_duplicates_are_pointed_out_and_only_they(
    county_settings: Settings, county_open: None
) -> None:
    found = {}
    for each in await Evidence.filter(state="submitted"):
        for flag in await flags_of(each):
            if flag.how != "filed_record":
                found.setdefault(flag.how, set()).add(each.id)
    assert {how: len(ids) for how, ids in found.items()} == {"near_picture": 2, "same_number": 2, "same_time": 2}


async def test_the_kept_pictures_tell_nothing_of_where_they_were_taken(
    county_settings: Settings, county_open: None
) -> None:
    storage = open_storage(county_settings)
    pictures = await Picture.all()
    assert len(pictures) > 20
    for picture in pictures:
        assert (picture.width, picture.height) in {(1280, 960), (960, 720)}
        data = await storage.get(file_key(picture.id, "master", picture.format))
        assert not Image.open(BytesIO(data)).getexif()
        assert b"LUSHAN EXAMPLE" not in data


async def test_xiaomei_has_one_in_part_one_to_answer_and_a_draft_and_sees_who_looked(
    county_settings: Settings, county_open: None
) -> None:
    xiaomei = await citizen(county_settings, "xiaomei")
    hers = {each.state: each for each in await Evidence.filter(citizen_id=xiaomei.id)}
    assert hers.keys() == {"approved", "asked", "draft"}
    assert (hers["approved"].quantity, hers["approved"].approved_quantity) == (80, 60)
    assert spent_as(hers["approved"], enrolled=True) == "points"
    looks = await looks_of(xiaomei, before=None, limit=10)
    assert [look.about for look in looks] == [f"evidence:{hers[state].id}" for state in ("asked", "approved")]
    assert {look.reader_department for look in looks} == {"县民政局"}


async def test_zhiqiangs_was_rejected_and_xins_waits_unspent(county_settings: Settings, county_open: None) -> None:
    zhiqiang, xin = [await citizen(county_settings, key) for key in ("zhiqiang", "xin")]
    rejected = await Evidence.get(citizen_id=zhiqiang.id).prefetch_related("steps")
    assert rejected.state == "rejected"
    assert {step.reason for step in rejected.steps} <= {None, *REASONS["rejected"]}
    kept = await Evidence.get(citizen_id=xin.id)
    assert (kept.state, kept.approved_quantity) == ("approved", 50)
    assert spent_as(kept, enrolled=False) == "unspent"
