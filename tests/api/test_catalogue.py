"""The catalogue and the rules of points, open to everybody."""

from datetime import date

from tests import factories
from tests.answers import refused
from tests.running_app import CountyClock, RunningApp, both_databases


@both_databases
async def test_anybody_reads_the_whole_sample_catalogue(app: RunningApp) -> None:
    refused(await app.phone().get("/catalogue"), 503, "no_catalogue")
    loaded = await factories.load_sample_catalogue()
    shown = await app.phone().read("/catalogue")
    assert (shown["sample"], shown["version"]) == (True, loaded.version)
    assert "样本" in shown["notice"]
    assert {each["code"] for each in shown["items"]} == {item.code for item in loaded.items}
    assert shown["levels"][0]["at_least"] is None
    for each in shown["items"]:
        assert each["legal_basis"], each["code"]
        assert all(office["office"] and office["phone"] for office in each["departments"]), each["code"]
        negative = each["kind"] == "negative"
        assert bool(each["catalogue_ref"]) >= negative, each["code"]
        assert bool(each["recovery"]) >= negative, each["code"]


async def test_the_catalogue_in_force_is_shown_and_not_a_later_one(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    await factories.load_tiny_catalogue()
    await factories.load_tiny_catalogue(version="2027.1-sample", in_force_from=date(2027, 1, 1), base_points=1000)
    assert (await app.phone().read("/catalogue"))["version"] == "2026.1-sample"
    county_clock.set("2027-01-01 00:01")
    assert (await app.phone().read("/catalogue"))["version"] == "2027.1-sample"


async def test_a_token_makes_no_difference_to_what_is_public(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.guest()
    for path in ("/catalogue", "/texts"):
        everybodys = await app.phone().get(path)
        assert (await phone.get(path)).content == everybodys.content
        nonsense = await app.phone().get(path, headers={"Authorization": "Bearer nonsense"})
        assert (nonsense.status_code, nonsense.content) == (200, everybodys.content)
