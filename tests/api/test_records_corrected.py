"""What a citizen sees once a department corrects a record of hers: what changed, why, and whom to ask."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import pytest

from backend.records.entry_facts import EntryFact, entry_facts
from miniprogram_api import entries
from tests import factories
from tests.answers import refused
from tests.factories import HONEST_SHOP, NEIGHBOUR, VOLUNTEER_HOURS
from tests.records.correcting import amend, amended, withdraw
from tests.running_app import CountyClock, RunningApp, both_databases

ASK = "有不同意见的，请找县市场监管局：信用监管股，电话 0375-0000118。"


@both_databases
async def test_a_withdrawn_record_is_out_of_every_view_at_once(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    record = await factories.penalty()
    await withdraw(record, words="市场监管所已经核实。")
    assert (await phone.read("/records"))["items"] == []
    problem = refused(await phone.get(f"/records/{record.id}"), 404, "record_withdrawn")
    said = f"原来的文书已经被撤销。部门的说明：市场监管所已经核实。{ASK}"
    assert problem["detail"] == f"部门已撤回这条记录，不再显示。{said}", "for her alone"
    assert "市场监管所" not in (await neighbour.get(f"/records/{record.id}")).text
    refused(await neighbour.get(f"/records/{record.id}"), 404, "record_not_found")
    told = (await phone.read("/notices"))["items"]
    assert told[0]["title"] == "部门撤回了一条与您有关的记录"
    assert "部门另外写了说明" in told[0]["body"]
    assert "市场监管所" not in told[0]["body"], "notices are not hidden at rest"
    assert "您不用做什么。" in told[0]["body"]
    assert told[0]["body"].endswith(ASK)


async def test_who_loses_a_good_record_is_told_whom_to_ask_and_never_that_there_is_nothing_to_do(
    app: RunningApp,
) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.enrolled()
    record = await factories.file_record()
    await withdraw(record, reason="filed_twice")
    notice = (await phone.read("/notices"))["items"][0]
    assert "您不用做什么" not in notice["body"]
    assert notice["body"].endswith(ASK)
    assert refused(await phone.get(f"/records/{record.id}"), 404, "record_withdrawn")["detail"].endswith(ASK)


async def test_an_amended_record_says_what_was_changed_and_why(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    record = await amended(await factories.file_record(summary="第一句。"), summary="第二句。", words="写错了。")
    shown = await phone.read(f"/records/{record.id}")
    assert shown["summary"] == "第二句。"
    (amendment,) = shown["history"]
    assert amendment.pop("at")
    assert amendment == {
        "reason": "报送时有内容写错了。",
        "words": "写错了。",
        "differences": [{"label": "摘要", "before": "第一句。", "after": "第二句。"}],
    }
    assert (await phone.read("/notices"))["items"][0]["title"] == "部门更正了一条与您有关的记录"


async def test_what_waits_for_a_second_officer_shows_nowhere(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    record = await factories.penalty()
    await amend(record, summary="另一句。")
    shown = await phone.read(f"/records/{record.id}")
    assert (shown["summary"], shown["history"]) == ("由县市场监管局作出。", [])


@both_databases
async def test_an_entry_whose_record_was_amended_says_so_and_when_it_lapses_now(
    app: RunningApp, county_clock: CountyClock
) -> None:
    """The points stay as they are, so nothing is posted; what was copied into the entry is not what stands."""
    county_clock.set("2026-11-23 10:00")
    phone = await app.enrolled()
    untouched = await factories.file_record(item=VOLUNTEER_HOURS, quantity="2")
    record = await factories.file_record(item=HONEST_SHOP, document_date=date(2026, 10, 9))
    await amended(record, document_date=date(2026, 10, 10), document_number="鲁改1号")
    listed = {each["record_id"]: each for each in (await phone.read("/entries"))["items"]}
    entry, other = listed[str(record.id)], listed[str(untouched.id)]
    assert len(listed) == 2
    assert (entry["amended"], entry["lapses_on"], entry["document_date"]) == (True, "2028-10-10", "2026-10-09")
    assert (await phone.read(f"/records/{record.id}"))["lapses_on"] == entry["lapses_on"]
    assert await phone.read(f"/entries/{entry['id']}") == entry
    assert not other["amended"]


async def test_what_an_entry_never_said_does_not_make_it_an_amended_one(app: RunningApp) -> None:
    phone = await app.enrolled()
    record = await factories.file_record()
    await amended(record, summary="另一句。", publication_place="别处", occupation="律师")
    assert not (await phone.read("/entries"))["items"][0]["amended"]


async def test_a_withdrawn_records_entries_are_explained_by_the_withdrawal(app: RunningApp) -> None:
    phone = await app.enrolled()
    await withdraw(await factories.file_record())
    shown = (await phone.read("/entries"))["items"]
    assert [(each["kind"], each["amended"]) for each in shown] == [("withdrawn", False), ("counted", False)]


@both_databases
async def test_a_page_of_entries_asks_about_their_records_once(
    app: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, asked = await app.enrolled(), []
    await factories.file_records(*(factories.row(item=VOLUNTEER_HOURS, quantity="5") for _ in range(4)))

    async def counted(record_ids: Collection[UUID]) -> dict[UUID, EntryFact]:
        asked.append(len(set(record_ids)))
        return await entry_facts(record_ids)

    monkeypatch.setattr(entries, "entry_facts", counted)
    assert len((await phone.read("/entries"))["items"]) == 4
    assert asked == [4]
