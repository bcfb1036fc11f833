"""Uploading for an article, cutting its cover and looking at its files, as the editor's page does it."""

import asyncio
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from backend.console import article_files
from backend.content import articles
from backend.content.models import Article
from backend.staff.models import AuditEvent
from media.models import PublishedMedia
from media.storage import Storage
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import at_work
from tests.content.editors import draft, editor
from tests.media.made_films import film, paper
from tests.media.photos import a_photo
from tests.published_files import kept, put

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HTMX = {"HX-Request": "true"}


async def an_editor(office: Office) -> Officer:
    officer = await at_work(office, "sjj-bian", "editor")
    await officer.get("/account")
    return officer


async def an_article(office: Office) -> UUID:
    assert office.app
    return (await articles.create(await editor(), draft())).id


async def send(officer: Officer, article_id: UUID, content: bytes, /, **asked: object) -> httpx.Response:
    headers = {"X-CSRF-Token": officer.csrf, **HTMX}
    given = {"files": {"file": ("秘密 张三.mp4", content)}, "headers": headers, **asked}
    return await officer.send("POST", f"/articles/{article_id}/files", **given)


async def nothing_is_kept(storage: Storage) -> bool:
    return await PublishedMedia.all().count() == 0 and await kept(storage) == set()


async def test_a_picture_goes_in_and_comes_out_in_its_sizes(office: Office) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    answer = await send(officer, article_id, a_photo(size=(3000, 2000)))
    assert answer.status_code == 201
    said = answer.json()
    assert (said["kind"], said["width"], said["height"], said["crops"]) == ("picture", 2560, 1707, {})
    assert said["url"] == said["urls"]["middle"] == f"/console/articles/files/{said['id']}/middle"
    for size, url in said["urls"].items():
        shown = await officer.get(url)
        assert shown.headers["content-type"] in {"image/webp", "image/jpeg"}
        assert shown.headers["cache-control"] == "private, max-age=300"
        assert max(Image.open(BytesIO(shown.content)).size) == {"master": 2560, "middle": 1280, "small": 480}[size]
    assert (await PublishedMedia.get(id=said["id"])).name == "", "what the file was called is nobody's business"
    assert (await AuditEvent.get(action="content.upload")).about == f"article:{article_id}"


async def test_a_video_and_a_pdf_go_in_with_the_name_that_the_editor_gave(office: Office) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    said = (await send(officer, article_id, film(), data={"name": "诚信之歌"})).json()
    assert (said["kind"], said["name"], said["seconds"], said["width"]) == ("video", "诚信之歌", 2, 320)
    part = await officer.get(said["url"], headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, b"ftypisom")
    said = (await send(officer, article_id, paper())).json()
    assert (said["kind"], said["seconds"], list(said["urls"])) == ("pdf", None, ["whole"])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "请选择要上传的文件"),
        (b"<svg onload=alert(1)>", "这不是能用的图片"),
        (film()[:3000], "打不开或不完整"),
        (film(codec="libx265"), "请导出为 MP4"),
        (paper(locked="word"), "取消加密"),
        (bytes(11 * 1024 * 1024), "超过了 10 MB"),
    ],
    ids=["empty", "svg", "half", "hevc", "locked", "large"],
)
async def test_what_cannot_be_used_is_said_in_a_sentence_and_not_kept(
    office: Office, storage: Storage, data: bytes, sentence: str
) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    answer = await send(officer, article_id, data)
    assert answer.status_code == 422
    assert sentence in officer.page
    assert await nothing_is_kept(storage)


async def test_more_than_the_largest_video_is_told_before_all_of_it_came(
    office: Office, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_files, "MOST_BYTES", 100_000)
    officer, article_id = await an_editor(office), await an_article(office)
    answer = await send(officer, article_id, bytes(400_000))
    assert answer.status_code == 422
    assert "没有收下" in officer.page
    assert await nothing_is_kept(storage)


async def test_a_form_that_was_cut_short_keeps_nothing(office: Office, storage: Storage) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    for body in (b"", b"junk", head, head + a_photo(), head + a_photo() + b"\r\n--x"):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await send(
            officer, article_id, b"", files=None, content=body, headers={"X-CSRF-Token": officer.csrf, **HTMX, **kind}
        )
        assert answer.status_code == 422
    assert await nothing_is_kept(storage)


async def test_who_may_not_write_neither_uploads_nor_looks(office: Office, storage: Storage) -> None:
    article_id, media = await an_article(office), await put(storage)
    before = await kept(storage)
    reviewer = await at_work(office, "sjj-shen", "reviewer")
    await reviewer.get("/account")
    assert (await send(reviewer, article_id, a_photo())).status_code == 403
    assert (await reviewer.get(f"/articles/files/{media.id}/whole")).status_code == 403
    stranger = office.stranger()
    assert (await stranger.get(f"/articles/files/{media.id}/whole")).status_code == 303
    assert (await send(stranger, article_id, a_photo())).status_code in {303, 401}
    officer = await an_editor(office)
    officer.csrf = "0" * 64
    assert (await send(officer, article_id, a_photo())).status_code == 403
    assert await kept(storage) == before


async def test_no_article_takes_no_file(office: Office, storage: Storage) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    assert (await send(officer, uuid4(), a_photo())).status_code == 404
    await Article.filter(id=article_id).update(state="discarded")
    assert (await send(officer, article_id, a_photo())).status_code == 409
    assert await nothing_is_kept(storage)


async def test_a_cover_is_cut_as_the_page_says_or_from_the_centre(office: Office) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    said = (await send(officer, article_id, a_photo(size=(1600, 1200)))).json()
    path = f"/articles/{article_id}/cover"
    cut = (await officer.post(path, {"file": said["id"], "wide": "100,50,900,383"})).json()
    assert cut["id"] == said["id"]
    assert cut["crops"] == {"wide": [100, 50, 900, 383], "square": [200, 0, 1200, 1200]}
    wide = await officer.get(cut["urls"]["wide"])
    assert Image.open(BytesIO(wide.content)).size == (900, 383)
    for wrong in ("1,2,3", "a,b,c,d", "0,0,1600,1200", "-1,0,900,383", "0,0,99999,99999", "٣,0,900,383", "1.5,0,9,4"):
        answer = await officer.post(path, {"file": said["id"], "wide": wrong})
        assert answer.status_code == 422, wrong
    for nothing in ("", "nonsense", str(uuid4())):
        assert (await officer.post(path, {"file": nothing})).status_code == 404


async def test_a_file_that_is_none_is_not_found(office: Office, storage: Storage) -> None:
    officer, media = await an_editor(office), await put(storage)
    for path in (f"{uuid4()}/whole", f"{media.id}/middle", f"{media.id}/nonsense", "nonsense/whole"):
        assert (await officer.get(f"/articles/files/{path}")).status_code == 404


async def test_several_at_once_are_all_kept_and_too_many_are_asked_to_wait(office: Office) -> None:
    officer, article_id = await an_editor(office), await an_article(office)
    answers = await asyncio.gather(*(send(officer, article_id, a_photo(number)) for number in range(5)))
    kept_ones = [answer for answer in answers if answer.status_code == 201]
    assert len(kept_ones) >= 3
    assert {answer.status_code for answer in answers} <= {201, 429}
    assert await PublishedMedia.all().count() == len(kept_ones)
