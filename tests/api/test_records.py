"""A citizen's own records: listed, explained, with a way on from each, and nobody else's."""

from datetime import date
from uuid import uuid4

from backend.records.measures import MEASURES, Measure
from backend.records.models import CreditRecord
from tests import factories
from tests.answers import anonymous, faults, refused
from tests.factories import CITIZEN, HONEST_SHOP, NEIGHBOUR, PENALTY, VOLUNTEER_HOURS
from tests.records.correcting import amended
from tests.running_app import CountyClock, RunningApp, both_databases

# What is shown of one, besides its id, its filing and the ways on.
AN_AWARD = {
    "item_code": "PRO-001",
    "item_name": "诚信经营示范户",
    "item_summary": "经公开评选并公示，被评为诚信经营示范户。",
    "catalogue_version": "2026.1-sample",
    "domain": "产品质量",
    "kind": "positive",
    "severity": None,
    "department": "县市场监管局",
    "document_number": "鲁市监示〔2026〕3号",
    "document_date": "2026-10-12",
    "conduct_end": "2026-10-12",
    "finality_date": None,
    "publication_place": "信用中国（河南鲁山）",
    "quantity": None,
    "unit": None,
    "occupation": "导游",
    "capacity": "主要负责人",
    "summary": "评选公示无异议。",
    "legal_basis": ["《河南省社会信用条例》第十二条"],
    "catalogue_ref": None,
    "state": "in_force",
    "state_label": "有效",
    "counts_from": "2026-10-12",
    "workdays_left": None,
    "lapses_on": "2028-10-12",
    "measures": [],
    "history": [],
}


@both_databases
async def test_records_are_there_without_taking_part_in_the_points(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    assert await phone.read("/records") == {"items": [], "next_cursor": None}
    filed = [await factories.file_record(item=item) for item in (HONEST_SHOP, VOLUNTEER_HOURS, PENALTY)]
    items = (await phone.read("/records"))["items"]
    assert [each["id"] for each in items] == [str(record.id) for record in reversed(filed)]
    assert [each["state"] for each in items] == ["waiting", "in_force", "in_force"]


async def test_a_positive_record_says_where_it_comes_from(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    record = await factories.file_record(
        document_date=date(2026, 10, 12),
        document_number="鲁市监示〔2026〕3号",
        occupation="导游",
        capacity="主要负责人",
        summary="评选公示无异议。",
    )
    shown = await phone.read(f"/records/{record.id}")
    assert shown.pop("filed_at").startswith("2026-11-02T02:00")
    office = {"department": "县市场监管局", "office": "信用监管股", "phone": "0375-0000118"}
    (contest,) = shown.pop("ways_on")
    assert (contest["kind"], contest["office"]) == ("contest", office)
    assert "信用中国" in shown.pop("measures_said")
    assert shown == {"id": str(record.id), **AN_AWARD}


async def test_a_negative_record_names_its_reference_and_every_way_on(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    record = await factories.penalty()
    shown = await phone.read(f"/records/{record.id}")
    assert (shown["kind"], shown["severity"], shown["state_label"]) == ("negative", "一般", "尚未计分")
    assert shown["catalogue_ref"] == "《全国公共信用信息基础目录》行政处罚信息"
    assert shown["legal_basis"] == ["《中华人民共和国产品质量法》第五十条"]
    ways = shown["ways_on"]
    assert [(way["kind"], way["action"], way["evidence_kind"]) for way in ways] == [
        ("contest", None, None),
        ("points_recovery", "submit_evidence", "fulfilment"),
        ("points_recovery", None, None),  # this catalogue takes in no donations
        ("record_repair", None, None),
    ]
    assert all(way["office"]["phone"] and way["office"]["office"] and way["what"] for way in ways)


async def test_a_record_that_lapsed_can_only_be_contested(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-01-12 10:00")
    await factories.load_tiny_catalogue()
    await factories.register()
    record = await factories.penalty()
    county_clock.set("2027-01-12 00:01")
    phone = await app.bound()
    shown = await phone.read(f"/records/{record.id}")
    assert (shown["state"], shown["state_label"], shown["workdays_left"]) == ("lapsed", "已到期", None)
    assert [way["kind"] for way in shown["ways_on"]] == ["contest"]


async def test_a_record_that_waits_for_the_second_officer_is_no_record_yet(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await factories.file_records(factories.row(item=PENALTY), approved=False)
    assert (await phone.read("/records"))["items"] == []
    assert (await phone.read("/notices"))["items"] == []


@both_databases
async def test_a_neighbours_record_is_as_unknown_as_one_that_never_was(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    citizen, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    record = await factories.penalty(CITIZEN)
    foreign = await neighbour.get(f"/records/{record.id}")
    unknown = await neighbour.get(f"/records/{uuid4()}")
    refused(foreign, 404, "record_not_found")
    assert anonymous(foreign) == anonymous(unknown)
    assert (await neighbour.read("/records"))["items"] == []
    assert (await citizen.get(f"/records/{record.id}")).status_code == 200


@both_databases
async def test_pages_of_records_have_no_gap_and_no_double(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await factories.file_records(*(factories.row(item=VOLUNTEER_HOURS) for _ in range(7)))
    everything = [each["id"] for each in (await phone.read("/records"))["items"]]
    found, cursor = [], None
    for size in (3, 3, 1):
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = await phone.read("/records", params=asked)
        assert len(page["items"]) == size
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        await factories.file_records(factories.row())
    assert (found, cursor) == (everything, None)
    for wrong in ("nonsense", "MTI", str(uuid4())):
        assert faults(await phone.get("/records", params={"cursor": wrong})) == {"cursor": "bad_cursor"}


async def test_what_a_record_tells_of_the_case_is_hidden_at_rest(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    await factories.register()
    await factories.file_record(summary="在下汤镇集市与王某某争执。")
    assert "王某某" not in str(await CreditRecord.all().values())


async def test_where_the_catalogue_takes_no_evidence_each_way_leads_to_the_office(app: RunningApp) -> None:
    await factories.load_tiny_catalogue(evidence=None)
    phone = await app.bound()
    record = await factories.penalty()
    ways = (await phone.read(f"/records/{record.id}"))["ways_on"]
    assert {way["action"] for way in ways} == {None}


@both_databases
async def test_measures_in_force_are_shown_with_their_list_until_they_are_over(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 10:00")
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    until = date(2026, 12, 10)
    spending = Measure("QG-03", "鲁山县人民法院", until, "履行完毕后向执行法院申请解除。")
    border = Measure("QG-04", "县公安局", date(2026, 11, 30), "缴清税款后解除。")
    record = await amended(await factories.penalty(), measures=(spending, border))
    shown = await phone.read(f"/records/{record.id}")
    assert shown["measures"][0] == {
        "name": "限制消费",
        "list": "《全国失信惩戒措施基础清单》",
        "basis": MEASURES["QG-03"].basis,
        "authority": "鲁山县人民法院",
        "until": "2026-12-10",
        "way_out": "履行完毕后向执行法院申请解除。",
    }
    assert [each["name"] for each in shown["measures"]] == ["限制消费", "限制出境"]
    county_clock.set("2026-12-10 23:00")
    assert [each["name"] for each in (await phone.read(f"/records/{record.id}"))["measures"]] == ["限制消费"]
    county_clock.set("2026-12-11 00:30")
    over = await phone.read(f"/records/{record.id}")
    assert over["measures"] == []
    assert "没有部门报送" in over["measures_said"]
    assert "信用中国" in over["measures_said"]


async def test_measures_come_with_a_departments_file(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    record = await factories.penalty(measures="QG-03｜鲁山县人民法院｜2079-01-31｜履行完毕后解除。")
    (measure,) = (await phone.read(f"/records/{record.id}"))["measures"]
    assert (measure["name"], measure["until"]) == ("限制消费", "2079-01-31")
    assert "法院".encode() not in ((await CreditRecord.get(id=record.id)).measures_hidden or b"")
