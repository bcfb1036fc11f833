"""三审 on the console: three people, the article as readers will see it, and nobody passes her own words."""

import re

import pytest

from backend.content.models import Publication, Review
from tests.console.conftest import Office
from tests.console.evidence_desk import check_policy
from tests.console.review_desk import (
    HTML,
    TITLE,
    at_press,
    changed,
    handed_in,
    lets_pass,
    now,
    passed,
    published,
    sends_back,
    the_desk,
    written,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = on_sqlite


async def test_three_people_let_it_pass_and_readers_see_it(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    for reviewer, said in (
        (desk.first, "转给下一位同事复审"),
        (desk.second, "转给主编终审"),
        (desk.chief, "终审已通过"),
    ):
        await reviewer.get("/reviews")
        assert TITLE in reviewer.page
        await reviewer.follow(await lets_pass(reviewer, article, comment="可以。"))
        assert said in reviewer.page
    assert (await Publication.get(article_id=article.id)).title == TITLE
    await desk.chief.get("/reviews")
    assert TITLE not in desk.chief.page


async def test_the_first_page_counts_what_waits_for_her_and_what_came_back(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    await desk.first.get()
    assert re.search(r"待我审核</h2>\s*<p class=\"big\">1<", desk.first.page)
    await desk.writer.get()
    assert re.search(r"待我审核</h2>\s*<p class=\"big\">0<", desk.writer.page), "it is her own"
    assert "被退回" not in desk.writer.page
    await sends_back(desk.first, article)
    await desk.writer.get()
    assert re.search(r"被退回</h2>\s*<p class=\"big\">1<", desk.writer.page)


async def test_who_wrote_it_or_let_it_pass_before_may_look_and_not_decide(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    await desk.writer.get(f"/reviews/{article.id}")
    assert "请由别的同事审核" in desk.writer.page
    assert f"/console/reviews/{article.id}/pass" not in desk.writer.page
    assert (await lets_pass(desk.writer, article)).status_code == 403
    await lets_pass(desk.first, article)
    await desk.first.get(f"/reviews/{article.id}")
    assert "三审要由三位不同的同事完成" in desk.first.page
    assert f"/console/reviews/{article.id}/back" in desk.first.page, "a fault that is seen late is a fault"
    assert (await lets_pass(desk.first, article)).status_code == 403
    assert (await now(article)).state == "second_review"


async def test_the_final_review_is_the_chief_editors(office: Office) -> None:
    desk = await the_desk(office)
    article = await passed(desk, await handed_in(desk.writer), 2)
    fourth = await at_press(office, "bj-4", "周编辑")
    await fourth.get("/reviews")
    assert "现在没有等您审的文章" in fourth.page
    assert (await lets_pass(fourth, article)).status_code == 403
    await desk.chief.follow(await lets_pass(desk.chief, article))
    assert (await now(article)).state == "passed"


async def test_a_reviewer_sees_it_as_readers_will_with_what_the_machine_found(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer, html="<p>店主王小明说：“诚信比金子贵。”</p><p>咨询电话见文末。</p>")
    answer = await desk.first.get(f"/reviews/{article.id}")
    check_policy(answer.text)
    for said in (
        TITLE,
        "诚信比金子贵",
        "诚信故事",
        "一家面馆二十年足斤足两",
        "第一次送审",
        "张编辑",
        "机器只认得一部分",
    ):
        assert said in desk.first.page, said
    assert 'class="article-body"' in answer.text


async def test_what_came_back_shows_what_has_changed_since_it_was_let_pass(office: Office) -> None:
    desk = await the_desk(office)
    article = await passed(desk, await handed_in(desk.writer), 1)
    await desk.second.follow(await sends_back(desk.second, article, "面价写错了，请核实。"))
    assert "已退回" in desk.second.page
    await desk.writer.get()
    assert "被退回" in desk.writer.page
    better = HTML.replace("3元", "2元")
    await handed_in(desk.writer, await changed(desk.writer, article, html=better, title="诚信经营，老面馆的二十年"))
    answer = await desk.first.get(f"/reviews/{article.id}")
    assert "和上次通过的第 2 版相比" in desk.first.page
    assert '<del class="gone">3</del>' in answer.text
    assert '<ins class="new">2</ins>' in answer.text
    assert "面价写错了，请核实" in desk.first.page, "what was said before"
    assert "第 2 轮" in desk.first.page


async def test_sending_back_needs_words_and_keeps_what_was_typed(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    answer = await sends_back(desk.first, article, "不行")
    assert answer.status_code == 422
    assert "请写明哪里要改" in desk.first.page
    assert ">不行</textarea>" in answer.text
    assert await Review.filter(article_id=article.id, step="sent_back").count() == 0


async def test_a_case_of_failure_is_confirmed_by_name(office: Office) -> None:
    desk = await the_desk(office)
    words = "<p>鲁某拖欠货款，经法院调解后全部付清。</p>"
    article = await passed(desk, await handed_in(desk.writer, channel="cases", about_failure=True, html=words), 2)
    await desk.chief.get(f"/reviews/{article.id}")
    assert "我，赵主编，确认文中没有可以认出的个人" in desk.chief.page
    for name in ("", "赵编辑"):
        answer = await lets_pass(desk.chief, article, name=name, comment="已逐句看过。")
        assert answer.status_code == 422
        assert "一字不差" in desk.chief.page
        assert ">已逐句看过。</textarea>" in answer.text
    await desk.chief.follow(await lets_pass(desk.chief, article, name="赵主编"))
    (step,) = await Review.filter(article_id=article.id, step="final_pass")
    assert step.confirmed == ["我，赵主编，确认文中没有可以认出的个人"]


async def test_two_reviewers_at_once_and_the_second_is_told(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    await desk.first.get(f"/reviews/{article.id}")
    await desk.second.get(f"/reviews/{article.id}")
    sent = {"version": str(article.version)}
    assert (await desk.first.post(f"/reviews/{article.id}/pass", sent)).status_code == 303
    answer = await desk.second.post(f"/reviews/{article.id}/pass", sent)
    assert answer.status_code == 409
    assert "刚刚有了变化" in desk.second.page
    assert await Review.filter(article_id=article.id, step__in=["first_pass", "second_pass"]).count() == 1


async def test_what_is_not_in_review_cannot_be_reviewed(office: Office) -> None:
    desk = await the_desk(office)
    draft, live = await written(desk.writer), await published(desk)
    for article in (draft, live):
        assert (await desk.first.get(f"/reviews/{article.id}")).status_code == 409
        assert "现在不在审核中" in desk.first.page
        assert (await lets_pass(desk.first, article)).status_code == 409
