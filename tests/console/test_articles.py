"""The editors' list and what one does with an article there: begin, find, hand in, time, put away."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.content.models import Article, Revision
from backend.staff.models import AuditEvent
from tests.console.conftest import Office
from tests.console.editors_desk import begun, editor, save, written

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_reviewer_of_evidence_has_no_business_here(office: Office) -> None:
    reviewer = await office.signed_in("sjj-wang", roles=["reviewer"])
    for path in ("/articles", "/articles/new", f"/articles/{uuid4()}"):
        assert (await reviewer.get(path)).status_code == 403
    await reviewer.get("/account")
    assert "/console/articles" not in reviewer.page


async def test_an_editor_begins_an_article_and_finds_it_in_the_list(office: Office) -> None:
    wang = await editor(office)
    await wang.get("/articles")
    assert "还没有文章" in wang.page
    article_id = await begun(wang, "诚信<兴商>")
    await wang.get(f"/articles/{article_id}")
    assert "送审前检查" in wang.page
    await wang.get("/articles")
    for said in ("诚信<兴商>", "草稿", "信用知识", "王编辑（我）"):
        assert said in wang.page
    assert (await Article.get()).state == "draft"


@pytest.mark.parametrize(("title", "said"), [("", "请填写标题"), ("长" * 65, "标题太长，最多 64 个字")])
async def test_a_title_that_is_missing_or_too_long_is_told_and_stays_typed(
    office: Office, title: str, said: str
) -> None:
    wang = await editor(office)
    answer = await wang.post("/articles", {"title": title, "channel": "stories"})
    assert (answer.status_code, said in wang.page) == (422, True)
    assert f'value="{title}"' in wang.page
    assert '<option value="stories" selected>' in wang.page
    assert await Article.all().count() == 0


async def test_the_list_is_filtered_by_state_channel_title_and_mine(office: Office) -> None:
    wang, li = await editor(office), await editor(office, "bj-2", "李编辑")
    hers = await begun(wang, "政策一则", "policy")
    other = await begun(li, "故事一则", "stories")
    for query, shown in (
        ("?mine=yes", {hers}),
        ("?channel=stories", {other}),
        ("?text=政策", {hers}),
        ("?text=%25", set()),
        ("?state=draft", {hers, other}),
        ("?state=live", set()),
        ("?state=nonsense&channel=nonsense", {hers, other}),
    ):
        answer = await wang.get(f"/articles{query}")
        assert answer.status_code == 200, query
        assert {each for each in (hers, other) if f"/console/articles/{each}" in wang.page} == shown, query
    assert (await wang.get("/articles?cursor=made-up")).status_code == 422


async def test_the_list_is_turned_page_by_page(office: Office) -> None:
    wang = await editor(office)
    assert wang.user is not None
    for number in range(35):
        when = clock.now() - timedelta(minutes=number)
        about = {"version": 1, "newest_number": 1, "channel": "policy", "created_at": when, "changed_at": when}
        await Article.create(state="draft", writer_id=wang.user.id, title=f"第{number:02d}篇", **about)
    await wang.get("/articles?channel=policy")
    assert ("第29篇" in wang.page, "第30篇" in wang.page) == (True, False)
    further = wang.page.split('href="/console/articles?')[1].split('"')[0]
    await wang.get(f"/articles?{further}")
    assert ("第29篇" in wang.page, "第34篇" in wang.page) == (False, True)


async def test_what_is_missing_is_told_when_it_is_handed_in_and_nothing_moves(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    answer = await wang.post(f"/articles/{article_id}/submit", {"version": "1"})
    assert answer.status_code == 422
    for said in ("请填写摘要", "请选一张封面", "正文还是空的"):
        assert said in wang.page
    assert (await Article.get()).state == "draft"


async def test_a_page_that_is_older_than_the_article_hands_nothing_in(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await save(wang, article_id, written())
    for version in ("1", "", "9" * 30, "x"):
        answer = await wang.post(f"/articles/{article_id}/submit", {"version": version})
        assert answer.status_code in {409, 422}, version
    assert (await Article.get()).state == "draft"


async def test_times_are_wished_by_the_countys_clock(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    day = clock.today() + timedelta(days=3)
    fields = {"publish_at": f"{day}T08:30", "ends_at": f"{day + timedelta(days=1)}T18:00"}
    await wang.follow(await wang.post(f"/articles/{article_id}/times", fields))
    assert "发布时间已记下" in wang.page
    assert f'value="{day}T08:30"' in wang.page
    article = await Article.get()
    assert article.publish_at == datetime(day.year, day.month, day.day, 8, 30, tzinfo=clock.SHANGHAI)
    backwards = {"publish_at": fields["ends_at"], "ends_at": fields["publish_at"]}
    for wrong in (backwards, {"publish_at": "明天"}, {"publish_at": "2026-02-30T08:00"}):
        assert (await wang.post(f"/articles/{article_id}/times", wrong)).status_code == 422
    assert (await Article.get()).publish_at == article.publish_at


async def test_a_discarded_article_leaves_the_list_and_can_no_longer_be_written(office: Office) -> None:
    wang = await editor(office)
    article_id = await begun(wang)
    await wang.follow(await wang.post(f"/articles/{article_id}/discard"))
    assert "已作废" in wang.page
    assert str(article_id) not in wang.page
    answer = await save(wang, article_id, written())
    assert (answer.status_code, answer.json()["code"]) == (409, "article_discarded")
    answer = await wang.get(f"/articles/{article_id}")
    assert answer.headers["location"].endswith(f"/articles/{article_id}/way")
    assert await Revision.all().count() == 1
    assert await AuditEvent.filter(action="article.discard", about=f"article:{article_id}").count() == 1


async def test_an_article_that_is_none_is_not_found(office: Office) -> None:
    wang = await editor(office)
    for path in ("", "/preview", "/findings", "/wechat"):
        assert (await wang.get(f"/articles/{uuid4()}{path}")).status_code == 404, path
    for deed in ("submit", "discard", "times"):
        assert (await wang.post(f"/articles/{uuid4()}/{deed}")).status_code == 404, deed
