"""The inbox: what was decided about a citizen, told to her alone."""

from uuid import uuid4

from tests import factories
from tests.answers import anonymous, faults, refused
from tests.factories import CITIZEN, NEIGHBOUR
from tests.running_app import CountyClock, RunningApp, both_databases


@both_databases
async def test_each_record_is_told_once_and_leads_to_it(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    one = factories.row()
    for _ in range(2):
        await factories.file_records(one)
    negative = await factories.penalty()
    inbox = await phone.read("/notices")
    assert [each["kind"] for each in inbox["items"]] == ["negative_record", "positive_record"]
    assert (inbox["unread"], inbox["next_cursor"]) == (2, None)
    told = inbox["items"][0]
    assert (told["record_id"], told["read_at"]) == (str(negative.id), None)
    assert "十个工作日" in told["body"] or "10 个工作日" in told["body"]
    assert (await phone.get(f"/records/{told['record_id']}")).status_code == 200


async def test_a_notice_is_read_when_it_is_first_opened(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await factories.file_records(factories.row())
    notice = (await phone.read("/notices"))["items"][0]
    first = await phone.read(f"/notices/{notice['id']}")
    county_clock.forward(hours=3)
    again = await phone.read(f"/notices/{notice['id']}")
    assert first["read_at"].startswith("2026-11-23T01:00")
    assert again == first
    assert (await phone.read("/notices"))["unread"] == 0


async def test_what_happened_before_she_joined_is_in_her_inbox(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    await factories.register(CITIZEN)
    await factories.penalty()
    phone = await app.bound()
    assert (await phone.read("/notices"))["unread"] == 1


@both_databases
async def test_a_neighbours_notice_is_as_unknown_as_one_that_never_was(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    citizen, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    await factories.file_records(factories.row(CITIZEN))
    hers = (await citizen.read("/notices"))["items"][0]["id"]
    foreign = await neighbour.get(f"/notices/{hers}")
    refused(foreign, 404, "notice_not_found")
    assert anonymous(foreign) == anonymous(await neighbour.get(f"/notices/{uuid4()}"))
    assert (await neighbour.read("/notices")) == {"items": [], "next_cursor": None, "unread": 0}
    assert (await citizen.read("/notices"))["unread"] == 1, "a neighbour's try does not mark it read"


async def test_pages_of_notices_have_no_gap_and_no_double(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await factories.file_records(*(factories.row(item=factories.VOLUNTEER_HOURS) for _ in range(5)))
    everything = [each["id"] for each in (await phone.read("/notices"))["items"]]
    first = await phone.read("/notices?limit=2")
    await factories.file_records(factories.row())
    rest = await phone.read("/notices", params={"limit": 100, "cursor": first["next_cursor"]})
    assert [each["id"] for page in (first, rest) for each in page["items"]] == everything
    assert (first["unread"], rest["unread"], rest["next_cursor"]) == (5, 6, None)
    assert faults(await phone.get("/notices?cursor=made-up")) == {"cursor": "bad_cursor"}
