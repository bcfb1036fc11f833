"""Articles and campaigns of the made-up county: through the editors' real ways, in each state, always the same."""

from collections import Counter
from datetime import date, timedelta

import pytest

from backend import clock
from backend.content import article_list, campaign_year, flow, guards, reviewers
from backend.content.channels import CHANNELS
from backend.content.models import Article, Campaign, Like, Pledge, Publication, ReadCount, Review, Revision
from backend.demo.article_plan import plan
from backend.demo.article_stories import told
from backend.demo.campaign_life import PLEDGE, WEEK, days_of
from backend.demo.staff import CHIEF_EDITOR, EDITORS, at_work
from media.models import PublishedMedia

WAYS = {"draft": 2, "first_review": 1, "second_review": 1, "final_review": 1, "retracted": 1, "passed": 31}


def test_each_channel_has_three_and_each_way_one() -> None:
    live = Counter(channel for channel, each in told() if each.way == "live")
    assert live.keys() == CHANNELS.keys()
    assert min(live.values()) >= 3
    assert set(Counter(each.way for _, each in told() if each.way != "live").values()) == {1}
    assert len({each.key for _, each in told()}) == len(told())


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 24), date(2026, 11, 22), date(2026, 12, 31)])
def test_the_way_of_each_is_in_order_and_over_on_any_day(today: date) -> None:
    for each in plan(today):
        moments = [step.moment for step in each.steps]
        assert moments == sorted(set(moments)), each.told.key
        assert clock.local_date(moments[-1]) < today
        reviewing = [step.by for step in each.steps if step.deed in ("submit", "pass")]
        assert len(set(reviewing)) == len(reviewing)
    for first, last in days_of(today).values():
        assert first <= today <= last
        assert first.year == last.year == today.year


@pytest.mark.slow
async def test_one_stands_in_each_state_of_the_way(county_settings: object, county_open: None) -> None:
    assert Counter(await Article.all().values_list("state", flat=True)) == WAYS
    listed = await article_list.listing(await at_work(EDITORS[0]), article_list.Filter())
    assert listed
    waiting = {username: await reviewers.waiting_for(await at_work(username)) for username in (*EDITORS, CHIEF_EDITOR)}
    assert {each.state for each in waiting[CHIEF_EDITOR]} >= {"final_review"}
    assert {each.state for one in EDITORS for each in waiting[one]} == {"first_review", "second_review"}
    ahead = await Publication.filter(publish_at__gt=clock.now())
    assert len(ahead) == 1
    assert await Review.filter(step="sent_back").count() == 1
    assert await Article.filter(round=0).count() == 1, "one has never been handed in"


@pytest.mark.slow
async def test_three_people_signed_each_and_none_her_own(county_settings: object, county_open: None) -> None:
    for row in await Publication.all():
        signed = [step for step in await flow.steps_of(row.article_id) if step.step.endswith("_pass")]
        writers = set(await Revision.filter(article_id=row.article_id).values_list("saved_by_id", flat=True))
        assert len({step.by_id for step in signed}) == 3
        assert not writers & {step.by_id for step in signed}
        if row.channel == "cases":
            assert [step.confirmed for step in signed][-1] == ["我，主编（示例），确认文中没有可以认出的个人"]
        assert await Revision.filter(article_id=row.article_id).count() >= 2, "there is something to compare"


@pytest.mark.slow
async def test_the_years_campaigns_stand_and_two_run_today(county_settings: object, county_open: None) -> None:
    today = clock.today()
    assert len(await campaign_year.made_of(today.year)) == len(campaign_year.yearly())
    running = await Campaign.filter(starts_on__lte=today, ends_on__gte=today)
    assert {each.key for each in running} >= {f"{PLEDGE}-{today.year}", f"{WEEK}-{today.year}"}
    for each in running:
        assert each.pledged == await Pledge.filter(campaign_id=each.id).count()


@pytest.mark.slow
async def test_reads_and_likes_lie_within_each_articles_days(county_settings: object, county_open: None) -> None:
    shown = {row.article_id: clock.local_date(row.publish_at) for row in await Publication.filter(retracted_at=None)}
    reads = await ReadCount.all()
    assert len({each.article_id for each in reads}) == 30
    assert max(each.day for each in reads) - min(each.day for each in reads) > timedelta(days=40)
    for each in [*reads, *await Like.all()]:
        assert shown[each.article_id] <= each.day <= clock.today()
    assert await Like.all().count() > 10


@pytest.mark.slow
async def test_every_file_belongs_to_something_and_says_nothing_of_its_maker(
    county_settings: object, county_open: None
) -> None:
    kinds = Counter(await PublishedMedia.all().values_list("kind", flat=True))
    assert (kinds["video"], kinds["audio"], kinds["pdf"]) == (1, 1, 1)
    covers = set(await Publication.all().values_list("cover_id", flat=True))
    cut = await PublishedMedia.filter(id__in=list(covers))
    assert None not in covers
    assert all(each.crops.keys() == {"wide", "square"} for each in cut)


def test_the_guards_find_nothing_in_the_texts_but_what_they_should() -> None:
    from backend.content.draft import Draft

    for channel, each in told():
        draft = Draft(title=each.title, channel=channel, summary=each.summary, html=each.html_with([]), tags=each.tags)
        assert [found for found in guards.findings(draft, ()) if found.must] == [], each.key
