"""The way of an article: its times, 置顶, 撤稿, taking it back out of review, and 发稿审签单."""

import pytest

from backend.content.models import Publication
from backend.staff.models import AuditEvent
from tests.console.conftest import Office
from tests.console.evidence_desk import check_policy
from tests.console.review_desk import TITLE, changed, handed_in, now, passed, published, the_desk, written
from tests.running_app import CountyClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_chief_editor_sets_the_times_and_it_goes_live_and_ends_by_itself(office: Office) -> None:
    time = CountyClock()
    time.set("2026-11-23 09:00")
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    at = f"/articles/{article.id}/way"
    fields = {"publish_at": "2026-11-25T08:30", "ends_at": "2026-12-05T18:00"}
    await desk.chief.follow(await desk.chief.post(f"{at}/schedule", fields))
    assert "发布时间已改定" in desk.chief.page
    await passed(desk, article)
    await desk.chief.get(at)
    assert "待发布" in desk.chief.page
    assert "2026年11月25日 8:30" in desk.chief.page
    for day, said in (("2026-11-25 08:30", "已发布"), ("2026-12-05 18:00", "已结束")):
        time.set(day)
        again = await office.again(desk.chief)
        await again.get(at)
        assert said in again.page, day


async def test_times_that_cannot_be_are_said_beside_their_field(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    at = f"/articles/{article.id}/way/schedule"
    wrong = {"publish_at": "2030-01-02T09:00", "ends_at": "2030-01-01T09:00"}
    answer = await desk.chief.post(at, wrong)
    assert answer.status_code == 422
    assert "结束时间应在发布时间之后" in desk.chief.page
    assert 'value="2030-01-01T09:00"' in answer.text, "what she typed stays"
    assert (await desk.chief.post(at, {"publish_at": "明天上午"})).status_code == 422
    assert (await desk.writer.post(at, wrong)).status_code == 403


async def test_it_is_put_first_and_let_go_again(office: Office) -> None:
    desk = await the_desk(office)
    article = await published(desk)
    at = f"/articles/{article.id}/way"
    await desk.chief.follow(await desk.chief.post(f"{at}/pin", {"on": "yes"}))
    assert "已置顶" in desk.chief.page
    assert (await Publication.get(article_id=article.id)).pinned_at is not None
    await desk.chief.follow(await desk.chief.post(f"{at}/pin", {"on": "no"}))
    assert (await Publication.get(article_id=article.id)).pinned_at is None
    assert (await desk.writer.post(f"{at}/pin", {"on": "yes"})).status_code == 403


async def test_a_retraction_says_why_and_works_at_once(office: Office) -> None:
    desk = await the_desk(office)
    article = await published(desk)
    at = f"/articles/{article.id}/way"
    answer = await desk.chief.get(at)
    check_policy(answer.text)
    assert '<details class="refuse">' in answer.text, "nobody retracts by a slip of the hand"
    assert (await desk.chief.post(f"{at}/retract", {"reason": ""})).status_code == 422
    assert "请写明撤稿的原因" in desk.chief.page
    await desk.chief.follow(await desk.chief.post(f"{at}/retract", {"reason": "当事人撤回了同意。"}))
    assert "已撤稿" in desk.chief.page
    assert "当事人撤回了同意" in desk.chief.page
    assert (await Publication.get(article_id=article.id)).retracted_at is not None
    assert (await desk.chief.post(f"{at}/retract", {"reason": "再撤一次看看。"})).status_code == 409
    assert (await desk.writer.post(f"{at}/retract", {"reason": "编辑不能撤稿。"})).status_code == 403
    (event,) = await AuditEvent.filter(action="article.retract")
    assert "当事人" not in str(event.detail), "a reason may name somebody"


async def test_an_editor_takes_her_article_back_out_of_review(office: Office) -> None:
    desk = await the_desk(office)
    article = await handed_in(desk.writer)
    at = f"/articles/{article.id}/way"
    assert (await desk.first.post(f"{at}/take-back")).status_code == 403
    await desk.writer.follow(await desk.writer.post(f"{at}/take-back"))
    assert "已撤回送审" in desk.writer.page
    assert (await now(article)).state == "draft"
    assert (await desk.writer.post(f"{at}/take-back")).status_code == 409


async def test_a_change_of_what_readers_see_is_said_as_that(office: Office) -> None:
    desk = await the_desk(office)
    article = await published(desk)
    await changed(desk.writer, article, title="改过的标题")
    await desk.writer.get(f"/articles/{article.id}/way")
    assert "修改稿" in desk.writer.page
    assert "已发布的版本仍在展示" in desk.writer.page


async def test_the_sheet_has_three_signatures_with_their_times_and_confirmations(office: Office) -> None:
    desk = await the_desk(office)
    words = "<p>鲁某拖欠货款，经法院调解后全部付清。</p>"
    article = await published(desk, channel="cases", about_failure=True, html=words)
    answer = await desk.writer.get(f"/articles/{article.id}/sheet")
    check_policy(answer.text)
    for said in ("发稿审签单", TITLE, "张编辑", "李编辑", "王编辑", "赵主编", "典型案例", "第 2 版"):
        assert said in desk.writer.page, said
    assert "我，赵主编，确认文中没有可以认出的个人" in desk.writer.page
    assert "三审还没有走完" not in desk.writer.page


async def test_an_unfinished_sheet_says_so_and_an_older_round_can_be_asked_for(office: Office) -> None:
    desk = await the_desk(office)
    article = await written(desk.writer)
    await desk.writer.get(f"/articles/{article.id}/sheet")
    assert "三审还没有走完" in desk.writer.page
    article = await passed(desk, await handed_in(desk.writer, article))
    again = await handed_in(desk.writer, await changed(desk.writer, article, title="改过的标题"))
    await desk.writer.get(f"/articles/{again.id}/sheet")
    assert "第 1 轮审核" in desk.writer.page, "the one that is complete"
    assert TITLE in desk.writer.page
    await desk.writer.get(f"/articles/{again.id}/sheet?round=2")
    assert "改过的标题" in desk.writer.page
    assert "三审还没有走完" in desk.writer.page
    assert (await desk.writer.get(f"/articles/{again.id}/sheet?round=99")).status_code in {200, 404}
