"""Entries, each with its whole why, page by page, and nobody else's."""

from base64 import urlsafe_b64encode
from datetime import date
from uuid import uuid4

from tests import factories
from tests.answers import anonymous, faults, refused
from tests.factories import NEIGHBOUR, VOLUNTEER_HOURS
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


async def file_many(count: int) -> None:
    """So many records of two hours each, in one file: one entry each."""
    await factories.file_records(*(factories.row(item=VOLUNTEER_HOURS, quantity="2") for _ in range(count)))


async def pages(phone: Phone, limit: int) -> list[list[str]]:
    """The ids on each page, to the end."""
    asked: dict[str, object] = {"limit": limit}
    found = []
    while True:
        page = await phone.read("/entries", params=asked)
        found.append([each["id"] for each in page["items"]])
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


@both_databases
async def test_an_entry_says_everything_about_its_points(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    record = await factories.file_record(
        item=VOLUNTEER_HOURS, quantity="7.5", document_number="鲁民志〔2026〕8号", document_date=date(2026, 10, 9)
    )
    listed = (await phone.read("/entries"))["items"][0]
    entry = await phone.read(f"/entries/{listed['id']}")
    assert entry == listed
    assert entry.pop("posted_at").startswith("2026-11-02T02:00")
    assert entry == {
        "id": listed["id"],
        "points": 7,
        "kind": "counted",
        "kind_label": "计入",
        "item_code": "VOL-001",
        "item_name": "诚信经营示范户",
        "catalogue_version": "2026.1-sample",
        "domain": "志愿服务",
        "department": "县市场监管局",
        "document_number": "鲁民志〔2026〕8号",
        "document_date": "2026-10-09",
        "legal_basis": ["《河南省社会信用条例》第十二条"],
        "happened_on": "2026-10-09",
        "counts_from": "2026-10-09",
        "lapses_on": "2028-10-09",
        "quantity": 7.5,
        "unit": "小时",
        "cut_by": None,
        "record_id": str(record.id),
        "amended": False,
        "evidence_id": None,
        "contest": {"department": "县市场监管局", "office": "信用监管股", "phone": "0375-0000118"},
    }


@both_databases
async def test_pages_have_no_gap_and_no_double(app: RunningApp) -> None:
    phone = await app.enrolled()
    await file_many(25)
    everything = [each["id"] for each in (await phone.read("/entries?limit=100"))["items"]]
    assert len(set(everything)) == 25
    for limit, sizes in ((10, [10, 10, 5]), (5, [5] * 5), (24, [24, 1]), (25, [25]), (1, [1] * 25)):
        found = await pages(phone, limit)
        assert [len(page) for page in found] == sizes
        assert [each for page in found for each in page] == everything


async def test_new_entries_do_not_move_the_pages_that_are_being_read(app: RunningApp) -> None:
    phone = await app.enrolled()
    await file_many(12)
    everything = [each["id"] for each in (await phone.read("/entries"))["items"]]
    first = await phone.read("/entries?limit=5")
    await file_many(3)
    second = await phone.read("/entries", params={"limit": 5, "cursor": first["next_cursor"]})
    await file_many(1)
    third = await phone.read("/entries", params={"limit": 5, "cursor": second["next_cursor"]})
    read = [each["id"] for page in (first, second, third) for each in page["items"]]
    assert (read, third["next_cursor"]) == (everything, None)


async def test_twenty_come_when_nobody_says_how_many(app: RunningApp) -> None:
    phone = await app.enrolled()
    await file_many(21)
    page = await phone.read("/entries")
    assert (len(page["items"]), page["next_cursor"] is None) == (20, False)


async def test_made_up_cursors_are_refused_and_not_repeated(app: RunningApp) -> None:
    phone = await app.enrolled()
    for text in ("nonsense", "12", "-1", "1e3", "1.5", "9" * 10, "1 OR 1=1", "٣", "\x00"):
        for cursor in (text, urlsafe_b64encode(text.encode()).decode()):
            answer = await phone.get("/entries", params={"cursor": cursor})
            if cursor == "MTI=":  # twelve, as the server itself would write it, but for the padding
                assert answer.json()["items"] == []
                continue
            assert faults(answer) == {"cursor": "bad_cursor"}, cursor
            assert len(cursor) < 4 or cursor not in answer.text
    assert faults(await phone.get("/entries", params={"cursor": "x" * 101})) == {"cursor": "too_long"}


async def test_a_page_has_one_to_a_hundred_items(app: RunningApp) -> None:
    phone = await app.enrolled()
    for limit, fault in (("0", "too_small"), ("-1", "too_small"), ("101", "too_large"), ("ten", "wrong_type")):
        assert faults(await phone.get("/entries", params={"limit": limit})) == {"limit": fault}
    for wrong in ("1.5", "05", "9" * 40, "null", "true", "[]"):
        assert faults(await phone.get("/entries", params={"limit": wrong}))["limit"] in {"wrong_type", "too_large"}
    assert faults(await phone.get("/entries?limit=5&limit=6")) == {"limit": "given_twice"}
    both = faults(await phone.get("/entries?limit=0&cursor=%00&order=points"))
    assert both == {"limit": "too_small", "order": "unknown_field"}
    for limit in ("1", "100"):
        assert await phone.read("/entries", params={"limit": limit}) == {"items": [], "next_cursor": None}


@both_databases
async def test_a_neighbours_entry_is_as_unknown_as_one_that_never_was(app: RunningApp) -> None:
    citizen, neighbour = await app.enrolled(), await app.enrolled(NEIGHBOUR)
    await file_many(1)
    hers = (await citizen.read("/entries"))["items"][0]["id"]
    foreign = await neighbour.get(f"/entries/{hers}")
    unknown = await neighbour.get(f"/entries/{uuid4()}")
    refused(foreign, 404, "entry_not_found")
    assert anonymous(foreign) == anonymous(unknown)
    assert (await neighbour.read("/entries"))["items"] == []
    assert (await citizen.get(f"/entries/{hers}")).status_code == 200


async def test_a_neighbours_cursor_gives_nothing_of_hers(app: RunningApp) -> None:
    citizen, neighbour = await app.enrolled(), await app.enrolled(NEIGHBOUR)
    await file_many(3)
    cursor = (await citizen.read("/entries?limit=1"))["next_cursor"]
    assert (await neighbour.read("/entries", params={"cursor": cursor}))["items"] == []


async def test_an_entry_that_she_left_behind_is_gone(app: RunningApp) -> None:
    phone = await app.enrolled()
    await file_many(1)
    entry = (await phone.read("/entries"))["items"][0]["id"]
    await phone.delete("/enrolment")
    refused(await phone.get(f"/entries/{entry}"), 404, "entry_not_found")


async def test_what_is_no_id_names_nothing(app: RunningApp) -> None:
    phone = await app.enrolled()
    for name in ("1", "null", "' OR 1=1", "%00", "%ff", "x" * 300, "..%2f..%2fetc"):
        answer = await phone.get(f"/entries/{name}")
        refused(answer, 404, "not_found")
