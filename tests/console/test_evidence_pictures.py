"""Reviewers' pictures: with the viewer's name burnt in, for one session, and for no longer than it lives."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from backend import clock
from backend.repairs.models import Evidence
from backend.settings import Settings
from backend.staff.models import StaffRole
from media import intake
from media.models import Picture
from media.storage import open_storage
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import at_work, check_policy, claims, photos
from tests.evidence_factories import submitted
from tests.factories import CITIZEN
from tests.media.photos import a_photo
from tests.reviewers import approves, reviewer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_LINK = re.compile(r'/console(/pictures/[\w-]+)"')


@pytest.fixture
async def taken_in(settings: Settings, office: Office) -> Evidence:
    """Evidence with one real picture, which came with what it was taken with."""
    photo, file = Image.open(BytesIO(a_photo(size=(1280, 960)))), BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "LUSHAN PHONE"
    photo.save(file, "JPEG", exif=exif)
    return await submitted(pictures=await photos(settings, CITIZEN, file.getvalue()))


async def open_pictures(officer: Officer, evidence: Evidence) -> list[str]:
    """The addresses of the pictures on the page of a case that she claims."""
    await claims(officer, evidence)
    return _LINK.findall(officer.page)


async def test_she_sees_it_with_her_name_burnt_in_and_nothing_of_where_it_was_taken(
    office: Office, settings: Settings, taken_in: Evidence
) -> None:
    officer = await at_work(office)
    (address,) = await open_pictures(officer, taken_in)
    answer = await officer.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "LUSHAN" not in answer.text
    shown = Image.open(BytesIO(answer.content))
    assert not shown.getexif()
    picture = await Picture.get(held_by=f"evidence:{taken_in.id}")
    kept = await open_storage(settings).get(intake.file_key(picture.id, "middle", picture.format))
    clean = Image.open(BytesIO(kept)).convert("L")
    assert shown.size == clean.size
    difference = ImageChops.difference(clean, shown.convert("L")).point(lambda value: 255 * (value > 20))
    assert 0.005 < ImageStat.Stat(difference).mean[0] / 255 < 0.2, "a watermark, and the picture still below it"


async def test_a_link_is_worth_nothing_in_another_session(office: Office, taken_in: Evidence) -> None:
    officer = await at_work(office)
    (address,) = await open_pictures(officer, taken_in)
    colleague, elsewhere = await at_work(office, "sjj-li"), await office.again(officer)
    for browser in (colleague, elsewhere):
        assert (await browser.get(address)).status_code == 404
        assert "照片链接已失效" in browser.page
    assert (await office.stranger().get(address)).status_code == 303
    await officer.post("/sign-out")
    assert (await officer.get(address)).status_code == 303
    anew = await office.again(officer)
    assert (await anew.get(address)).status_code == 404


async def test_a_forged_or_old_link_opens_nothing(office: Office, taken_in: Evidence) -> None:
    officer = await at_work(office)
    (address,) = await open_pictures(officer, taken_in)
    for forged in (address[:-4] + "AAAA", "/pictures/x", "/pictures/" + "A" * 100):
        assert (await officer.get(forged)).status_code == 404
    clock.shift(timedelta(minutes=11))
    try:
        assert (await officer.get(address)).status_code == 404
    finally:
        clock.shift(timedelta(0))


async def test_a_deleted_picture_is_gone_and_said_to_be(office: Office, taken_in: Evidence) -> None:
    await approves(await reviewer(), taken_in)
    officer = await at_work(office)
    await officer.post(f"/evidence/{taken_in.id}/look")
    (address,) = _LINK.findall(officer.page)
    await Picture.all().update(deleted_at=clock.now())
    assert (await officer.get(address)).status_code == 404
    await officer.post(f"/evidence/{taken_in.id}/look")
    assert "这张照片已经按期删除" in officer.page
    assert _LINK.findall(officer.page) == []


async def test_no_page_of_the_desk_has_a_script_or_style_of_its_own(office: Office, taken_in: Evidence) -> None:
    officer, head = await at_work(office), await at_work(office, "fgw-zhou", "case_officer")
    path = f"/evidence/{taken_in.id}"
    pages = [await officer.get("/evidence"), await officer.get(path)]
    await claims(officer, taken_in)
    pages += [await officer.get(path), await officer.post(f"{path}/reject", {"reason": "other", "words": "<b>"})]
    pages += [await officer.post(f"{path}/approve", {"hours": "'\" onload=x"})]
    await officer.post(f"{path}/approve", {"hours": "8"})
    pages += [
        await officer.get("/evidence/decided"),
        await officer.post(f"{path}/look"),
        await officer.get("/evidence"),
    ]
    pages += [await head.get("/reversals"), await head.post(f"{path}/examine")]
    for page in pages:
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        check_policy(page.text)


async def test_who_may_no_longer_review_sees_no_picture_either(office: Office, taken_in: Evidence) -> None:
    officer = await at_work(office)
    (address,) = await open_pictures(officer, taken_in)
    assert officer.user is not None
    await StaffRole.filter(staff_id=officer.user.id).delete()
    assert (await officer.get(address)).status_code == 404
