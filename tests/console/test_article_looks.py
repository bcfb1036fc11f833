"""An article as others will see it: preview, findings, the copy for a 公众号, and what a paste becomes."""

import base64
import re

import pytest

from backend.content.models import PublishedFile
from media.models import PublishedMedia
from tests.console.conftest import Office
from tests.console.editors_desk import HTMX, begun, editor, save, send_file, written
from tests.content.payloads import PAYLOADS
from tests.media.photos import a_photo

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIVE = ("<script", "onerror", "onload", "javascript:", "<iframe", "<svg", "<style")


async def test_the_preview_may_be_framed_by_the_editors_page_and_by_no_other(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await save(wang, article_id, written(summary="不在正文里", html="<h2>小标题</h2><p>正文。</p>"))
    answer = await wang.get(f"/articles/{article_id}/preview")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert 'class="article-body"' in answer.text
    assert "<h2>小标题</h2>" in answer.text
    page = await wang.get(f"/articles/{article_id}")
    assert page.headers["x-frame-options"] == "DENY"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert ' style="' not in page.text
    assert "onclick" not in page.text


async def test_findings_stand_beside_the_text_and_repeat_no_whole_number(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await wang.get(f"/articles/{article_id}/findings", headers=HTMX)
    assert "请选一张封面" in wang.page
    assert "没有发现号码、名单和错敏词" in wang.page
    await save(wang, article_id, written(html="<p>张三，身份证号410423199001010013，电话13800138000。</p>"))
    await wang.get(f"/articles/{article_id}/findings", headers=HTMX)
    assert "处必须改" in wang.page
    assert "410423199001010013" not in wang.page
    assert "13800138000" not in wang.page
    answer = await wang.post(f"/articles/{article_id}/submit", {"version": "2"})
    assert answer.status_code == 422


async def test_the_copy_for_a_wechat_account_has_styles_whole_addresses_and_no_classes(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await save(wang, article_id, written(html='<p class="centre">居中</p>'))
    answer = await wang.get(f"/articles/{article_id}/wechat")
    assert answer.headers["content-type"].startswith("text/plain"), "a browser shows it as text, never as a page"
    assert "居中" in answer.text
    assert "style=" in answer.text
    assert "class=" not in answer.text


async def test_a_paste_is_tidied_and_its_pictures_become_files_of_the_article(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    data = base64.b64encode(a_photo()).decode()
    html = f'<p style="color:red">字</p><img src="data:image/jpeg;base64,{data}"><img src="data:image/png;base64,AAAA">'
    answer = await send_file(wang, f"/articles/{article_id}/paste", html.encode())
    assert answer.status_code == 200
    media = await PublishedMedia.get()
    assert media.held_by == f"article:{article_id}"
    assert f'src="file:{media.id}"' in answer.json()["html"]
    assert answer.json()["html"].count("<img") == 1
    assert any("图片" in said for said in answer.json()["left_out"])
    shown = await wang.get(f"/articles/files/{media.id}/middle")
    assert shown.headers["content-type"].startswith("image/")
    kept = await save(wang, article_id, written(html=answer.json()["html"]))
    assert kept.status_code == 200


async def test_a_picture_of_another_article_comes_along_only_when_it_is_published(office: Office) -> None:
    wang = await editor(office)
    first, second = await begun(wang), await begun(wang, "另一篇")
    data = base64.b64encode(a_photo()).decode()
    pasted = await send_file(wang, f"/articles/{first}/paste", f'<img src="data:image/jpeg;base64,{data}">'.encode())
    html = pasted.json()["html"].encode()
    answer = (await send_file(wang, f"/articles/{second}/paste", html)).json()
    assert "<img" not in answer["html"]
    assert "别的文章" in answer["left_out"][-1]
    await PublishedFile.create(article_id=first, file_id=(await PublishedMedia.get()).id)
    answer = (await send_file(wang, f"/articles/{second}/paste", html)).json()
    assert (answer["html"].count("<img"), answer["left_out"]) == (1, [])


async def test_no_payload_lives_through_paste_save_preview_or_copy(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    everything = "".join(f"<p>前</p>{each}<p>后</p>" for each in PAYLOADS)
    pasted = (
        await send_file(wang, f"/articles/{article_id}/paste", everything.encode("utf-8", "surrogatepass"))
    ).json()["html"]
    answer = await save(wang, article_id, written(html=pasted))
    assert answer.status_code == 200, answer.text
    for path in ("preview", "wechat"):
        shown = (await wang.get(f"/articles/{article_id}/{path}")).text
        body = shown.partition('class="article-body"')[2] or shown
        assert dead(body), path


def dead(html: str) -> bool:
    """Nothing of what acts stands in it as markup; as text it may."""
    tags = " ".join(re.findall(r"<[^>]*>", html)).lower()
    return not any(word in tags for word in LIVE)
