"""The private preview link: who has it may read, until it ends; nobody else learns anything."""

import time
from dataclasses import replace

import httpx

from backend.content import articles
from backend.content.models import Article
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from backend.staff.models import AuditEvent
from tests.console.conftest import Office, Officer, open_office
from tests.console.evidence_desk import check_policy
from tests.console.review_desk import TITLE, changed, published, staff, the_desk, written
from tests.running_app import CountyClock, browser

MANY = 130  # looks within a minute: more than one address may have


async def made(editor: Officer, article: Article) -> str:
    """A link that she makes, as an address below the server's."""
    await editor.follow(await editor.post(f"/articles/{article.id}/way/preview"))
    link = editor.page.split('id="link">')[1].split("</span>")[0]
    return link[link.index("/preview/") :]


async def test_who_has_the_link_reads_the_newest_revision_without_an_account(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    path = await made(desk.writer, article)
    async with browser(office.app.url) as stranger:
        answer = await stranger.get(path)
        assert answer.status_code == 200
        check_policy(answer.text)
        for said in (TITLE, "预览 · 未发布", "请不要转发", 'content="noindex'):
            assert said in answer.text, said
        assert answer.headers["cache-control"] == "private, no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        await changed(desk.writer, article, title="改过的标题")
        assert "改过的标题" in (await stranger.get(path)).text
        assert "张编辑" in answer.text, "the author, as readers would see her"
        assert "bj-1" not in answer.text


async def test_the_link_can_be_copied_again_until_it_is_taken_back(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    path = await made(desk.writer, article)
    await desk.first.get(f"/articles/{article.id}/way")
    assert path in desk.first.page, "a colleague sends the same one"
    await desk.writer.follow(await desk.writer.post(f"/articles/{article.id}/way/preview/end"))
    assert "已收回" in desk.writer.page
    assert path not in desk.writer.page
    async with browser(office.app.url) as stranger:
        assert "已经失效" in (await stranger.get(path)).text
    assert await AuditEvent.filter(action="article.preview").count() == 2


async def test_a_new_link_ends_the_old_one_and_each_ends_after_a_week(office: Office) -> None:
    time = CountyClock()
    time.set("2026-11-23 09:00")
    desk = await the_desk(office)
    article = await written(desk.writer)
    old, new = await made(desk.writer, article), await made(desk.writer, article)
    async with browser(office.app.url) as stranger:
        assert (await stranger.get(old)).status_code == 404
        assert (await stranger.get(new)).status_code == 200
        time.forward(days=6, hours=23)
        assert (await stranger.get(new)).status_code == 200
        time.forward(hours=2)
        answer = await stranger.get(new)
    assert answer.status_code == 404
    assert TITLE not in answer.text


async def test_made_up_links_and_a_discarded_article_are_one_and_the_same_no(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    path = await made(desk.writer, article)
    key = path.removeprefix("/preview/")
    await articles.discard(await staff(desk.writer), article.id)
    wrong = [key, key[:-1] + ("0" if key[-1] != "0" else "1"), key[:32], "0" * 64, "x", "%00", "名" * 64]
    async with browser(office.app.url) as stranger:
        for token in wrong:
            answer = await stranger.get(f"/preview/{token}")
            assert answer.status_code in {400, 404}, token
            assert TITLE not in answer.text
    assert (await desk.writer.post(f"/articles/{article.id}/way/preview")).status_code == 404


async def test_once_readers_see_it_the_link_says_so(office: Office) -> None:
    desk = await the_desk(office)
    article = await published(desk)
    path = await made(desk.writer, article)
    async with browser(office.app.url) as stranger:
        assert "预览 · 已发布" in (await stranger.get(path)).text
        await changed(desk.writer, article, title="改过的标题")
        assert "预览 · 未发布" in (await stranger.get(path)).text


async def test_only_the_files_of_that_article_come_with_the_link(office: Office) -> None:
    desk = await the_desk(office)
    article, other = await written(desk.writer), await written(desk.writer)
    path = await made(desk.writer, article)
    theirs = (await articles.load(other.id)).draft.cover_id
    mine = (await articles.load(article.id)).draft.cover_id
    async with browser(office.app.url) as stranger:
        for file_id, size in ((theirs, "wide"), (mine, "enormous"), (article.id, "wide")):
            assert (await stranger.get(f"{path}/files/{file_id}/{size}")).status_code == 404
        assert (await stranger.get(f"/preview/{'0' * 64}/files/{mine}/wide")).status_code == 404


async def asked(reader: httpx.AsyncClient, path: str, at: str) -> httpx.Response:
    """One look from this address."""
    return await reader.get(path, headers={"X-Forwarded-For": at})


async def test_who_tries_links_is_told_to_wait_and_a_neighbour_is_not(
    settings: Settings, wechat_stand_in: StandIn
) -> None:
    async with open_office(replace(settings, trusted_proxies=1), wechat_stand_in) as office:
        desk = await the_desk(office)
        path = await made(desk.writer, await written(desk.writer))
        async with browser(office.app.url) as anybody:
            tried = [await asked(anybody, f"/preview/{number:064x}", "10.0.0.1") for number in range(MANY)]
            answer = await asked(anybody, path, "10.0.0.1")
            neighbour = await asked(anybody, path, "10.0.0.2")
        seen = [each.status_code for each in tried]
        assert set(seen[:100]) == {404}
        assert seen[-1] == answer.status_code == 429
        check_policy(answer.text)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert (answer.headers["cache-control"], TITLE in answer.text) == ("private, no-store", False)
        for said in ("请稍等一会儿", "秒再打开", "链接没有失效"):
            assert said in answer.text, said
        assert neighbour.status_code == 200


async def test_one_link_is_opened_so_often_a_minute_from_wherever(settings: Settings, wechat_stand_in: StandIn) -> None:
    async with open_office(replace(settings, trusted_proxies=1), wechat_stand_in) as office:
        desk = await the_desk(office)
        path = await made(desk.writer, await written(desk.writer))
        other = await made(desk.writer, await written(desk.writer))
        async with browser(office.app.url) as anybody:
            looks = [await asked(anybody, path, f"10.0.{number // 20}.1") for number in range(3 * MANY)]
            another = await asked(anybody, other, "10.1.0.1")
        assert {each.status_code for each in looks[:240]} == {200}
        assert looks[-1].status_code == 429
        assert another.status_code == 200


async def test_the_longest_article_is_made_once_and_then_costs_little(office: Office) -> None:
    desk = await the_desk(office)
    html = "<p>" + "</p><p>".join(f"<strong>第{n}段</strong>，守信的人有福。" for n in range(4_400)) + "</p>"
    article = await written(desk.writer, html=html)
    path = await made(desk.writer, article)
    async with browser(office.app.url) as reader:
        spent = [await cpu_of(reader, path) for _ in range(3)]
        assert min(spent[1:]) < spent[0] / 3
        await changed(desk.writer, article, html=html.replace("第0段", "改过的一段"))
        assert "改过的一段" in (await reader.get(path)).text
        await desk.writer.follow(await desk.writer.post(f"/articles/{article.id}/way/preview/end"))
        assert (await reader.get(path)).status_code == 404, "what is kept is not shown to who may not see it"


async def cpu_of(reader: httpx.AsyncClient, path: str) -> float:
    """Seconds of this process, which serves and reads, for one look."""
    began = time.process_time()
    assert "第4399段" in (await reader.get(path)).text
    return time.process_time() - began
