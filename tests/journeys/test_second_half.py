"""From two photos to points, over HTTP against the really running server: a volunteer and those who decide."""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pillow_heif
import pytest
from PIL import Image

from backend import clock
from backend.settings import Settings
from tests.journeys.desk import Desk
from tests.journeys.office import Office
from tests.journeys.phone import Phone
from tests.media.photos import a_photo
from tests.servers import RunningServer

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NAME, NUMBER, PHONE = "鲁示范", "410423199003070017", "13800000001"
OWN_NUMBERS = {
    "mz1": "410423195202290022",
    "mz2": "41042319850512018X",
    "fg1": "410423200808150036",
}
PLACE = b"GPS of her house"


@pytest.fixture
def desks(office: Office, running_server: RunningServer) -> Iterator[dict[str, Desk]]:
    """The browsers of two reviewers and a case officer."""
    desks = {username: Desk(running_server.url, office, username) for username in OWN_NUMBERS}
    yield desks
    for each in desks.values():
        each.close()


def test_from_two_photos_to_points(office: Office, phone: Phone, desks: dict[str, Desk], settings: Settings) -> None:
    _an_enrolled_volunteer(office, phone)
    for desk in desks.values():
        _staff(office, desk)
    evidence = _she_hands_in_two_photos(phone)

    page = _a_reviewer_claims_and_sees(desks["mz1"], evidence)
    desks["mz2"].open("/evidence")
    assert evidence["number"] in desks["mz2"].page
    desks["mz2"].send(f"/evidence/{evidence['id']}/claim", status=409)
    desks["mz1"].page = page
    for _ in range(2):  # a double press
        desks["mz1"].page = page
        desks["mz1"].send(f"/evidence/{evidence['id']}/approve", hours="6")
    _her_points_rise_once_and_explain_themselves(phone, evidence["id"])

    _asked_once_and_answered(phone, desks["mz2"])
    _two_reviewers_for_many_hours(phone, desks["mz1"], desks["mz2"])
    _a_wrong_approval_is_reversed(phone, desks["fg1"], evidence)
    _she_sees_who_looked(phone)

    for command in ("verify-ledger", "verify-access-log", "verify-audit"):
        assert "all fit" in office.run(command)
    assert PLACE not in _everything_kept(settings)


def _an_enrolled_volunteer(office: Office, phone: Phone) -> None:
    register = ["姓名,身份证号,手机号,乡镇", f"{NAME},{NUMBER},{PHONE},下汤镇"]
    office.run("import-register", office.write("register.csv", register))
    office.run("catalogue", "load")
    phone.sign_in()
    phone.accept_texts()
    phone.bind(NAME, NUMBER, PHONE)
    text = next(text for text in phone.get("texts")["items"] if text["kind"] == "enrolment")
    assert phone.post("enrolment", text_version=text["version"])["points"] == 1000


def _staff(office: Office, desk: Desk) -> None:
    department, role = ("FGW", "case_officer") if desk.username == "fg1" else ("MZJ", "reviewer")
    name = ["--name", f"示范{desk.username}", "--department", department, "--role", role]
    desk.set_up(office.run("add-staff", desk.username, *name), OWN_NUMBERS[desk.username])
    desk.sign_in()


def _photos() -> list[tuple[str, bytes]]:
    """A JPEG that lies on its side and says where it was taken, and a HEIC."""
    jpeg, heic = io.BytesIO(), io.BytesIO()
    picture = Image.open(io.BytesIO(a_photo(7, (1600, 1200))))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE.decode()
    picture.save(jpeg, "JPEG", exif=exif)
    pillow_heif.from_pillow(Image.open(io.BytesIO(a_photo(8, (1200, 900))))).save(heic)
    return [("one.jpg", jpeg.getvalue()), ("two.heic", heic.getvalue())]


def _she_hands_in_two_photos(phone: Phone, hours: float = 8, days_ago: int = 3, photos: int = 2) -> dict[str, str]:
    """Each photo goes on its own; one of them twice, because the village's network lost the answer."""
    ids = []
    for number, (name, data) in enumerate(_photos()[:photos]):
        shown = phone.upload(name, data, key=f"photo-{days_ago}-{number}")
        assert phone.upload(name, data, key=f"photo-{days_ago}-{number}")["id"] == shown["id"]
        ids.append(shown["id"])
        if name == "one.jpg":
            assert (shown["width"], shown["height"]) == (1200, 1600), "it stands upright now"
            assert PLACE not in phone.picture(shown["url"])
    day = datetime.combine(clock.today() - timedelta(days=days_ago), datetime.min.time(), clock.SHANGHAI)
    draft = phone.post(
        "evidence",
        kind="service",
        organisation="鲁山县志愿者协会",
        activity="敬老院陪护",
        place="下汤镇敬老院",
        starts_at=f"{(day + timedelta(hours=1)).isoformat()}",
        ends_at=f"{(day + timedelta(hours=1 + hours)).isoformat()}",
        hours=hours,
        pictures=ids,
    )
    assert (draft["state"], "submit" in draft["actions"]) == ("draft", True)
    return phone.post(f"evidence/{draft['id']}/submit", status=200)


def _a_reviewer_claims_and_sees(desk: Desk, evidence: dict[str, str]) -> str:
    """The queue names nobody; before the claim there is nothing to see. The case's page."""
    assert evidence["number"] in desk.open("/evidence")
    assert NAME not in desk.page
    desk.open(f"/evidence/{evidence['id']}")
    assert NAME not in desk.page
    page = desk.send(f"/evidence/{evidence['id']}/claim")
    assert NAME in page
    assert "4104**********0017" in page
    assert NUMBER not in page
    assert "下汤镇敬老院" in page
    picture = desk.picture()
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert PLACE not in picture.content
    return page


def _her_points_rise_once_and_explain_themselves(phone: Phone, evidence_id: str) -> None:
    assert phone.get("score")["points"] == 1006
    (entry,) = phone.get("entries")["items"]
    assert (entry["points"], entry["quantity"], entry["evidence_id"]) == (6, 6, evidence_id)
    assert entry["legal_basis"]
    assert entry["contest"]["phone"]
    (notice,) = phone.get("notices")["items"]
    assert (notice["kind"], notice["evidence_id"]) == ("evidence_approved", evidence_id)
    shown = phone.get(f"evidence/{evidence_id}")
    assert (shown["state"], shown["claimed_hours"], shown["approved_hours"]) == ("approved", 8, 6)


def _asked_once_and_answered(phone: Phone, desk: Desk) -> None:
    evidence = _she_hands_in_two_photos(phone, hours=2, days_ago=5, photos=1)
    desk.open("/evidence")
    desk.send("/evidence/next")
    desk.send(f"/evidence/{evidence['id']}/ask", reason="more_photos")
    shown = phone.get(f"evidence/{evidence['id']}")
    assert (shown["state"], "answer" in shown["actions"]) == ("asked", True)
    assert phone.get("notices")["items"][0]["kind"] == "evidence_asked"
    phone.post(f"evidence/{evidence['id']}/submit", status=200)
    desk.open("/evidence")
    desk.send(f"/evidence/{evidence['id']}/claim")
    desk.send(f"/evidence/{evidence['id']}/reject", reason="photos_unclear", words="照片里看不出是哪一天。")
    shown = phone.get(f"evidence/{evidence['id']}")
    assert shown["state"] == "rejected"
    assert shown["steps"][-1]["words"] == "照片里看不出是哪一天。"
    assert phone.get("score")["points"] == 1006


def _two_reviewers_for_many_hours(phone: Phone, first: Desk, second: Desk) -> None:
    """Over sixteen hours one reviewer's yes is not enough, and her second yes is none."""
    evidence = _she_hands_in_two_photos(phone, hours=18, days_ago=9, photos=1)
    first.open("/evidence")
    first.send(f"/evidence/{evidence['id']}/claim")
    first.send(f"/evidence/{evidence['id']}/approve", hours="18")
    assert phone.get("score")["points"] == 1006
    first.open("/evidence/decided")
    first.send(f"/evidence/{evidence['id']}/claim", status=403)
    second.open("/evidence")
    second.send(f"/evidence/{evidence['id']}/claim")
    second.send(f"/evidence/{evidence['id']}/approve", hours="17")
    assert phone.get("score")["points"] == 1000 + 20 + 1, "6 and 17 hours: 20 at one a point, 3 at one a half"


def _a_wrong_approval_is_reversed(phone: Phone, desk: Desk, evidence: dict[str, str]) -> None:
    desk.open("/evidence", status=403)
    assert evidence["number"] in desk.open("/reversals")
    desk.send(f"/evidence/{evidence['id']}/examine")
    desk.send(f"/evidence/{evidence['id']}/reverse", reason="found_wrong")
    assert phone.get("score")["points"] == 1017
    assert phone.get("notices")["items"][0]["kind"] == "evidence_reversed"
    assert phone.get("entries")["items"][0]["kind"] in {"withdrawn", "changed"}


def _she_sees_who_looked(phone: Phone) -> None:
    looks = phone.get("access-log", limit=50)["items"]
    assert {each["reader"] for each in looks} == {f"示范{each}" for each in OWN_NUMBERS}
    assert {each["department"] for each in looks} == {"县民政局", "县发展改革委"}
    assert {each["purpose"] for each in looks} == {"evidence_review", "evidence_reversal"}


def _everything_kept(settings: Settings) -> bytes:
    folder = settings.media_folder
    assert folder is not None
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(kept) >= 6
    assert re.match(rb"RIFF|\xff\xd8", kept[0])
    return b"".join(kept)
