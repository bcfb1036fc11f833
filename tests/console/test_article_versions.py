"""Versions: every save is kept, two stand side by side, and an old one comes back."""

import pytest

from backend.content.models import Revision
from tests.console.conftest import Office
from tests.console.evidence_desk import check_policy
from tests.console.review_desk import HTML, changed, handed_in, now, published, the_desk, written

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_every_save_is_listed_with_who_and_when(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    await changed(desk.first, article, html=HTML.replace("3元", "2元"))
    answer = await desk.writer.get(f"/articles/{article.id}/versions")
    check_policy(answer.text)
    for said in ("第 3 版 现在", "李编辑", "张编辑", "每次保存都留着"):
        assert said in desk.writer.page.replace('<span class="badge good">', "").replace("</span>", ""), said


async def test_two_versions_stand_side_by_side_to_the_character(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    html = HTML.replace("3元", "2元").replace("<p>街坊都说，在这里吃面放心。</p>", "")
    await changed(desk.writer, article, html=html, title="老面馆的二十年", channel="enterprises")
    answer = await desk.writer.get(f"/articles/{article.id}/versions?from=2&to=3")
    check_policy(answer.text)
    assert '<del class="gone">3</del>' in answer.text
    assert '<ins class="new">2</ins>' in answer.text
    assert '<del class="gone">街坊都说，在这里吃面放心。</del>' in answer.text
    assert '诚信<ins class="new">企业</ins>' in answer.text
    for said in ("标题", "频道"):
        assert said in desk.writer.page, said


async def test_what_changed_only_in_its_looks_is_told_in_words(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    html = HTML.replace("秤要给足", "<strong>秤要给足</strong>").replace("<h2>", '<h3 class="centre">')
    html = html.replace("</h2>", "</h3>").replace("<td>3元</td>", '<td colspan="2">3元</td>')
    html = html.replace("街坊", '<a href="https://a.cn/?a=1&amp;b=2">街坊</a>')
    await changed(desk.writer, article, html=html)
    answer = await desk.writer.get(f"/articles/{article.id}/versions?from=2&to=3")
    check_policy(answer.text)
    for said in ("“秤要给足”加粗", "大标题改为中标题", "改为居中", "第 2 格改为占 2 列"):
        assert f"<li>{said}</li>" in answer.text, said
    assert "<li>“街坊”加上链接 https://a.cn/?a=1&amp;b=2</li>" in answer.text
    assert "完全一样" not in desk.writer.page
    assert "正文没有不同" not in desk.writer.page


async def test_the_same_version_twice_and_versions_that_are_none(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    at = f"/articles/{article.id}/versions"
    await desk.writer.get(f"{at}?from=2&to=2")
    assert "选的是同一个版本" in desk.writer.page
    assert (await desk.writer.get(f"{at}?from=2&to=99")).status_code == 404
    for nonsense in ("?from=x&to=2", "?from=-1&to=0", "?before=0", "?from=9999999999999&to=1"):
        assert (await desk.writer.get(at + nonsense)).status_code in {200, 404}, nonsense


async def test_a_cover_and_markup_in_a_text_are_shown_and_never_run(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    await changed(
        desk.writer, article, title="<script>alert(1)</script>", html="<p>&lt;img src=x onerror=alert(1)&gt;</p>"
    )
    answer = await desk.writer.get(f"/articles/{article.id}/versions?from=1&to=3")
    check_policy(answer.text)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "/small" in answer.text, "the new cover as a picture"


async def test_an_old_version_comes_back_as_a_new_one(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    await changed(desk.writer, article, html="<p>全改了。</p>")
    version = str((await now(article)).version)
    answer = await desk.writer.post(f"/articles/{article.id}/versions/2/restore", {"version": version})
    assert answer.status_code == 303
    newest = await Revision.get(article_id=article.id, number=4)
    assert newest.restored_from == 2
    assert "老街" in str(newest.content["html"])
    await desk.writer.get(f"/articles/{article.id}/versions")
    assert "从第 2 版恢复" in desk.writer.page


async def test_a_restore_never_overwrites_what_a_colleague_saved_meanwhile(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    version = str(article.version)
    await changed(desk.first, article, title="同事改的标题")
    answer = await desk.writer.post(f"/articles/{article.id}/versions/1/restore", {"version": version})
    assert answer.status_code == 409
    assert "李编辑" in desk.writer.page
    assert (await now(article)).title == "同事改的标题"


async def test_in_review_nothing_is_restored(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    await desk.writer.get(f"/articles/{article.id}/versions")
    assert "请先撤回送审" in desk.writer.page
    assert "恢复这一版" not in desk.writer.page
    sent = {"version": str((await now(article)).version)}
    assert (await desk.writer.post(f"/articles/{article.id}/versions/1/restore", sent)).status_code == 409


async def test_what_readers_see_is_marked(office: Office) -> None:
    desk = await the_desk(office)
    article = await published(desk)
    await changed(desk.writer, article, title="改过的标题")
    await desk.writer.get(f"/articles/{article.id}/versions")
    assert "读者看到的" in desk.writer.page
