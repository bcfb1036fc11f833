"""What the editor's page asks while somebody writes: nothing is lost, nothing is written over."""

import json
from uuid import uuid4

import pytest

from backend.console.article_form import MOST_BYTES
from backend.content.models import Article, Revision
from tests.console.conftest import Office
from tests.console.editors_desk import begun, editor, save, send_file, written

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_save_is_kept_clean_and_tells_the_version_to_go_on_from(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    answer = await save(
        wang, article_id, written(html="<p onclick='x()'>一<script>alert(1)</script></p>", tags=["诚信"])
    )
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["number"]) == (2, 2)
    assert answer.headers["cache-control"] == "no-store"
    newest = await Revision.get(article_id=article_id, number=2)
    assert newest.content["tags"] == ["诚信"]
    assert "onclick" not in str(newest.content["html"])
    assert "script" not in str(newest.content["html"])


async def test_the_same_again_makes_no_revision(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    first = (await save(wang, article_id, written())).json()
    again = (await save(wang, article_id, written(), version=1)).json()  # the answer had been lost
    assert again["version"] == first["version"]
    assert await Revision.all().count() == 2


async def test_autosaves_of_one_stretch_are_one_revision(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    numbers = [
        (await save(wang, article_id, written(html=f"<p>{word}</p>"), automatic=True)).json()["number"]
        for word in ("一", "一二", "一二三")
    ]
    assert len(set(numbers)) <= 2, "at the turn of ten minutes there are two"
    assert "一二三" in str((await Revision.filter().order_by("-number").first()).content["html"])  # type: ignore[union-attr]


async def test_whoever_saves_second_is_told_by_whom_and_loses_nothing_of_the_first(office: Office) -> None:
    wang, li = await editor(office), await editor(office, "bj-2", "李编辑")
    article_id = await begun(wang)
    assert (await save(wang, article_id, written(html="<p>王写的</p>"), version=1)).status_code == 200
    answer = await save(li, article_id, written(html="<p>李写的</p>"), version=1)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "article_changed")
    assert said["detail"].startswith("王编辑在")
    assert await Revision.all().count() == 2
    body = {"draft": written(html="<p>李写的</p><p><b>&lt;script&gt;</b></p>"), "from_version": 1}
    answer = await send_file(li, f"/articles/{article_id}/differences", json.dumps(body).encode())
    assert answer.status_code == 200
    assert "王编辑" in answer.text
    for word in ("王", "李", "写的"):
        assert word in answer.text
    assert "<script>" not in answer.text


async def test_in_review_nothing_is_changed(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await Article.filter(id=article_id).update(state="first_review")
    answer = await save(wang, article_id, written())
    assert (answer.status_code, answer.json()["code"]) == (409, "article_in_review")
    assert await Revision.all().count() == 1
    answer = await wang.get(f"/articles/{article_id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/articles/{article_id}/way")


async def test_every_wrong_field_is_told_at_once(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    wrong = written(title="", summary="长" * 121, channel="nonsense", tags=["一" * 13])
    answer = await save(wang, article_id, wrong)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["fields"]} == {"title", "summary", "channel", "tags"}
    assert await Revision.all().count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[]", b"{}", json.dumps({"draft": written(more=1), "from_version": 1}).encode(), b"[" * 90000],
)
async def test_what_no_page_of_ours_sends_is_refused(office: Office, data: bytes) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    answer = await send_file(wang, f"/articles/{article_id}/save", data)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert await Revision.all().count() == 1


async def test_a_draft_beyond_all_limits_is_refused_before_it_is_read(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    answer = await send_file(wang, f"/articles/{article_id}/save", b"x" * (MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (422, "draft_too_large")
    long = await save(wang, article_id, written(html="<p>" + "长" * 200_001 + "</p>"))
    assert (long.status_code, long.json()["fields"][0]["field"]) == (422, "html")


async def test_two_who_have_it_open_are_told(office: Office) -> None:
    wang, li = await editor(office), await editor(office, "bj-2", "李编辑")
    article_id = await begun(wang)
    headers = {"X-CSRF-Token": wang.csrf}
    assert (await wang.send("POST", f"/articles/{article_id}/open", headers=headers)).json() == {"other": None}
    answer = await li.post(f"/articles/{article_id}/open")
    assert answer.json() == {"other": "王编辑"}
    assert (await wang.post(f"/articles/{article_id}/open")).json() == {"other": "李编辑"}
    await wang.post(f"/articles/{article_id}/close")
    assert (await li.post(f"/articles/{article_id}/open")).json() == {"other": None}
    answer = await li.post(f"/articles/{uuid4()}/open")
    assert (answer.status_code, answer.json()["code"]) == (404, "article_not_found")
