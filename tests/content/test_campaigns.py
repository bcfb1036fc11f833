"""Campaigns of a year and of the editors' own: made once, changed, hidden, summed up; the pledge is a count."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from backend import clock
from backend.citizens.models import Account
from backend.content import campaigns, likes, pledges, publishing
from backend.content.campaign_year import made_of, make_year, yearly
from backend.content.campaigns import CampaignSaid, Totals
from backend.content.counts import add_reads
from backend.content.models import Campaign, ContentChange, Pledge
from backend.errors import Conflict, DomainError, Invalid, NotFound
from backend.staff.models import AuditEvent
from tests import factories
from tests.content.editors import editor, file, finished
from tests.running_app import both_databases

VAULT = factories.VAULT
SET_DAYS = {
    "credit-city-week": (date(2026, 11, 9), date(2026, 11, 15)),
    "pledge": (date(2026, 11, 1), date(2026, 11, 30)),
}


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


def said(**changes: object) -> CampaignSaid:
    values: dict[str, object] = {
        "name": "诚信建设万里行",
        "summary": "走进乡村说诚信。",
        "starts_on": date(2026, 11, 20),
        "ends_on": date(2026, 11, 30),
    }
    return CampaignSaid(**values | changes)  # type: ignore[arg-type]


async def pledging(**changes: object) -> Campaign:
    return await campaigns.create(await editor(), said(**{"pledge": True} | changes))


class TestTheYear:
    def test_the_nine_of_the_seed_stand_in_the_file(self) -> None:
        names = {each.name for each in yearly()}
        assert names == {
            "质量月", "安全生产月", "诚信兴商宣传月", "知识产权宣传周", "国际消费者权益日", "全国信用记录关爱日",
            "国家宪法日", "信用市县周", "诚信公约阳光行",
        }  # fmt: skip
        assert [each.key for each in yearly() if each.pledge] == ["pledge"]
        assert {each.key for each in yearly() if each.days(2026) is None} == set(SET_DAYS)

    @both_databases
    async def test_made_twice_or_by_two_at_once_each_stands_once(self) -> None:
        staff = await editor()
        made = await asyncio.gather(*(make_year(staff, 2026, SET_DAYS) for _ in range(3)))
        assert sum(made) == 9 == await Campaign.all().count()
        assert await make_year(staff, 2026, SET_DAYS) == 0
        assert await AuditEvent.filter(action="campaign.create").count() == 9
        assert await make_year(staff, 2027, {}) == 7
        before = (await ContentChange.get(id=1)).number
        assert await make_year(staff, 2027, {}) == 0
        assert (await ContentChange.get(id=1)).number == before > 0, "readers are told of what was made only"
        assert await made_of(2027) == {each.key for each in yearly()} - set(SET_DAYS)

    async def test_what_the_county_has_not_dated_yet_comes_later(self) -> None:
        staff = await editor()
        assert await make_year(staff, 2026, {}) == 7
        assert await make_year(staff, 2026, SET_DAYS) == 2

    @pytest.mark.parametrize("days", [(date(2026, 5, 2), date(2026, 5, 1)), (date(2025, 12, 31), date(2026, 1, 1))])
    async def test_days_in_the_wrong_order_or_of_another_year_are_refused(self, days: tuple[date, date]) -> None:
        with pytest.raises(Invalid) as error:
            await make_year(await editor(), 2026, {"pledge": days})
        assert [each.field for each in error.value.fields] == ["pledge"]
        assert await Campaign.all().count() == 0


class TestOneOfTheirOwn:
    async def test_it_is_coming_then_running_to_its_last_day_then_over(self) -> None:
        row = await campaigns.create(await editor(), said())
        days = [date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 1)]
        assert [campaigns.state_of(row, day) for day in days] == ["coming", "running", "running", "over"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"ends_on": date(2026, 11, 19)}, "ends_on"),
            ({"ends_on": date(2028, 1, 1)}, "ends_on"),
            ({"starts_on": date(26, 11, 20), "ends_on": date(26, 11, 30)}, "starts_on"),
        ],
    )
    async def test_what_cannot_be_is_refused_with_its_field(self, changes: dict[str, object], field: str) -> None:
        with pytest.raises(Invalid) as error:
            await campaigns.create(await editor(), said(**changes))
        assert [each.field for each in error.value.fields] == [field]

    async def test_its_banner_is_a_picture_that_was_uploaded_for_it(self) -> None:
        row = await campaigns.create(await editor(), said())
        banner, stranger = await file(row.id, held_by=f"campaign:{row.id}"), await file(uuid4())
        await campaigns.show_banner(await editor(), row.id, banner)
        with pytest.raises(Invalid):
            await campaigns.show_banner(await editor(), row.id, stranger)
        after = await campaigns.change(await editor(), row.id, said(name="新名称"), from_version=1)
        assert (after.banner_id, after.name) == (banner, "新名称"), "neither undoes the other"

    @both_databases
    async def test_of_two_editors_at_once_the_second_is_told_and_undoes_nothing(self) -> None:
        row = await campaigns.create(await editor(), said())
        names = [f"第{number}位编辑的名称" for number in range(4)]
        deeds = [campaigns.change(await editor(), row.id, said(name=each), from_version=1) for each in names]
        answers = await asyncio.gather(*deeds, return_exceptions=True)
        (won,) = [each for each in answers if isinstance(each, Campaign)]
        assert {each.code for each in answers if isinstance(each, DomainError)} == {"campaign_changed"}
        after = await campaigns.one(row.id)
        assert (after.name, after.version) == (won.name, 2)
        assert await AuditEvent.filter(action="campaign.change").count() == 1
        await campaigns.change(await editor(), row.id, said(name="看过以后再改"), from_version=2)
        assert (await campaigns.one(row.id)).name == "看过以后再改"

    async def test_nobody_changes_or_hides_what_is_not_there(self) -> None:
        for deed in (
            campaigns.change(await editor(), uuid4(), said(), from_version=1),
            campaigns.hide(await editor(), uuid4(), True),
            campaigns.shown(uuid4()),
        ):
            with pytest.raises(NotFound):
                await deed

    async def test_a_hidden_one_is_gone_for_readers_and_there_for_editors(self) -> None:
        row = await campaigns.create(await editor(), said())
        await campaigns.hide(await editor(), row.id, True)
        with pytest.raises(NotFound):
            await campaigns.shown(row.id)
        assert (await campaigns.listing(None, 10))[0] == []
        assert [each.id for each in (await campaigns.listing(None, 10, hidden=True))[0]] == [row.id]
        await campaigns.hide(await editor(), row.id, False)
        assert (await campaigns.shown(row.id)).id == row.id

    @both_databases
    async def test_pages_follow_each_other_without_a_gap(self) -> None:
        for place in range(5):
            await campaigns.create(await editor(), said(name=f"活动{place}", starts_on=date(2026, 11, 20 + place // 2)))
        seen, after = [], None
        while True:
            page, after = await campaigns.listing(after, 2)
            seen += [(each.starts_on, each.id) for each in page]
            if after is None:
                break
        assert len(seen) == 5
        assert seen == sorted(seen, reverse=True)

    @both_databases
    async def test_its_sums_are_of_what_stands_under_it(self) -> None:
        row = await campaigns.create(await editor(), said())
        first, second = await finished(campaign_id=row.id), await finished(campaign_id=row.id)
        await finished()
        await add_reads(first.id, {date(2026, 11, 22): 1, date(2026, 11, 23): 2})
        await add_reads(second.id, {date(2026, 11, 23): 4})
        account, _ = await factories.bound_citizen()
        await likes.like(VAULT, account, first.id)
        assert (await campaigns.totals([row.id]))[row.id] == Totals(articles=2, reads=7, likes=1)
        await publishing.retract(second.id)
        assert (await campaigns.totals([row.id]))[row.id].articles == 1


class TestThePledge:
    @both_databases
    async def test_one_person_counts_once_however_often_and_at_once(self) -> None:
        row = await pledging()
        account, _ = await factories.bound_citizen()
        other, _ = await factories.bound_citizen(factories.NEIGHBOUR)
        counts = await asyncio.gather(*(pledges.pledge(VAULT, account, row.id) for _ in range(8)))
        assert set(counts) == {1}
        assert await pledges.pledge(VAULT, other, row.id) == 2
        assert await Pledge.all().count() == 2 == (await campaigns.shown(row.id)).pledged

    async def test_the_table_names_nobody(self) -> None:
        row, again = await pledging(), await pledging(name="明年的公约")
        account, _ = await factories.bound_citizen()
        for each in (row, again):
            await pledges.pledge(VAULT, account, each.id)
        one, two = await Pledge.all()
        assert one.digest != two.digest
        assert str(account.id) not in (one.digest, two.digest)
        assert await pledges.pledged(VAULT, account, row.id) == (True, 1)

    async def test_before_and_after_its_days_and_elsewhere_nobody_pledges(self) -> None:
        account, _ = await factories.bound_citizen()
        over = await pledging(starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 22))
        coming = await pledging(starts_on=date(2026, 11, 24))
        plain = await campaigns.create(await editor(), said())
        for row in (over, coming, plain):
            with pytest.raises(Conflict) as error:
                await pledges.pledge(VAULT, account, row.id)
            assert error.value.code == "no_pledge_here"
        assert await Pledge.all().count() == 0

    async def test_a_repeat_after_the_last_day_is_answered_as_the_first_time(self) -> None:
        row = await pledging()
        account, _ = await factories.bound_citizen()
        await pledges.pledge(VAULT, account, row.id)
        await campaigns.change(
            await editor(),
            row.id,
            said(pledge=True, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 22)),
            from_version=1,
        )
        assert await pledges.pledge(VAULT, account, row.id) == 1

    @both_databases
    async def test_a_hundred_pledge_while_an_editor_takes_the_pledge_away(self) -> None:
        row, now = await pledging(), clock.now()
        crowd = [await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=now) for _ in range(100)]
        said_yes = [pledges.pledge(VAULT, each, row.id) for each in crowd]
        change = campaigns.change(await editor(), row.id, said(pledge=False), from_version=1)
        answers = await asyncio.gather(*said_yes[:10], change, *said_yes[10:], return_exceptions=True)
        after = await campaigns.shown(row.id)
        counted = sum(isinstance(each, int) for each in answers)
        assert after.pledged == await Pledge.all().count() == counted == (100 if after.pledge else 0)
        refusals = {each.code for each in answers if isinstance(each, DomainError)}
        assert refusals == ({"campaign_pledged"} if after.pledge else {"no_pledge_here"})

    async def test_with_pledges_it_cannot_become_a_campaign_without(self) -> None:
        row = await pledging()
        account, _ = await factories.bound_citizen()
        await pledges.pledge(VAULT, account, row.id)
        with pytest.raises(DomainError) as error:
            await campaigns.change(await editor(), row.id, said(pledge=False), from_version=1)
        assert error.value.code == "campaign_pledged"
