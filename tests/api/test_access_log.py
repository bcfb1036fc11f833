"""Her own access log on her phone: hers alone, whatever she agreed to, from the newest look down."""

from uuid import uuid4

from backend.citizens.access_log import PURPOSES, Reader
from backend.citizens.access_log import look as write_look
from backend.citizens.models import AccessLog, Citizen
from tests import factories
from tests.answers import faults, refused
from tests.factories import CITIZEN, NEIGHBOUR, VAULT, Person
from tests.running_app import CountyClock, RunningApp, both_databases

WANG = Reader(uuid4(), "王审核", "县民政局")


async def looked(person: Person, about: str, purpose: str = "evidence_review") -> None:
    citizen = await Citizen.get(number_digest=VAULT.digest(person.number, "citizen.number"))
    await write_look(WANG, [citizen.id], purpose=purpose, about=about)


@both_databases
async def test_she_reads_who_looked_when_and_why(app: RunningApp, county_clock: CountyClock) -> None:
    phone = await app.bound()
    evidence, batch = uuid4(), uuid4()
    county_clock.set("2026-11-23 09:00")
    await looked(CITIZEN, f"evidence:{evidence}")
    await looked(CITIZEN, f"import:{batch}", "import_approval")
    page = await phone.read("/access-log")
    assert page["next_cursor"] is None
    newest, first = page["items"]
    assert (newest["about_kind"], newest["about_id"], newest["about_label"]) == ("import", str(batch), "部门报送的记录")
    assert newest["purpose_label"] == PURPOSES["import_approval"]
    assert first.pop("looked_at").startswith("2026-11-23T01:00:0")
    assert first == {
        "id": str((await AccessLog.get(sequence=1)).id),
        "reader": "王审核",
        "department": "县民政局",
        "purpose": "evidence_review",
        "purpose_label": PURPOSES["evidence_review"],
        "about_kind": "evidence",
        "about_id": str(evidence),
        "about_label": "您提交的证明材料",
    }


async def test_a_search_by_her_number_is_told_in_words(app: RunningApp) -> None:
    phone, search = await app.bound(), uuid4()
    await looked(CITIZEN, f"search:{search}", "record_correction")
    (look,) = (await phone.read("/access-log"))["items"]
    assert (look["about_kind"], look["about_id"]) == ("search", str(search))
    assert look["about_label"] == "按身份证号查找部门报送的记录"


async def test_a_guest_has_no_log_and_a_withdrawn_consent_takes_none_away(app: RunningApp) -> None:
    guest = await app.guest(NEIGHBOUR)
    refused(await guest.get("/access-log"), 403, "binding_needed")
    phone = await app.bound()
    await looked(CITIZEN, f"evidence:{uuid4()}")
    phone.succeeded(await phone.decide("privacy", given=False), 201)
    assert len((await phone.read("/access-log"))["items"]) == 1


async def test_a_neighbours_log_is_out_of_reach(app: RunningApp) -> None:
    await app.bound()
    neighbour = await app.bound(NEIGHBOUR)
    for _ in range(3):
        await looked(CITIZEN, f"evidence:{uuid4()}")
    await looked(NEIGHBOUR, f"evidence:{uuid4()}")
    hers = (await neighbour.read("/access-log", params={"limit": 1}))["items"]
    assert [each["id"] for each in hers] == [
        str(
            (
                await AccessLog.get(
                    citizen__account__isnull=False,
                    sequence=1,
                    citizen__number_digest=VAULT.digest(NEIGHBOUR.number, "citizen.number"),
                )
            ).id
        )
    ]
    for name in ("citizen", "citizen_id", "id"):
        row = await AccessLog.filter(sequence=3).first()
        assert row is not None
        assert faults(await neighbour.get("/access-log", params={name: str(row.citizen_id)})).keys() == {name}


async def test_pages_of_looks_have_no_gap_and_no_double(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    for _ in range(5):
        await looked(CITIZEN, f"evidence:{uuid4()}")
    everything = [each["id"] for each in (await phone.read("/access-log"))["items"]]
    first = await phone.read("/access-log?limit=2")
    await looked(CITIZEN, f"evidence:{uuid4()}")
    rest = await phone.read("/access-log", params={"limit": 100, "cursor": first["next_cursor"]})
    assert [each["id"] for page in (first, rest) for each in page["items"]] == everything
    assert (len(first["items"]), rest["next_cursor"]) == (2, None)
    assert faults(await phone.get("/access-log?cursor=made-up")) == {"cursor": "bad_cursor"}
