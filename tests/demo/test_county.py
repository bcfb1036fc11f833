"""The made-up county: built through the use cases, always the same, with the three stories as they are told."""

from pathlib import Path

import pytest

from backend import clock
from backend.citizens.models import Account, Citizen, RegisterPerson
from backend.demo import by_hand
from backend.demo.staff import officers_of
from backend.demo.stories import wechat_user
from backend.demo.wechat_stand_in import openid_of
from backend.notifications.inbox import unread_count
from backend.point_sources import open_ledger
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.score import coming_changes, entries_of, score_of, why_of
from backend.points.verification import verify_ledger
from backend.records.importing import DONE, WAITING, import_file
from backend.records.models import CreditRecord, ImportBatch
from backend.records.reading import record_of, records_of
from backend.secrets import open_vault
from backend.settings import Settings
from miniprogram_api.surface.pages import PageQuery
from tests.demo.conftest import CITIZENS

pytestmark = pytest.mark.slow


async def citizen(settings: Settings, key: str) -> Citizen:
    openid = open_vault(settings).digest(openid_of(wechat_user(key)), "account.openid")
    account = await Account.get(openid_digest=openid).select_related("citizen")
    assert account.citizen is not None
    return account.citizen


async def test_everybody_is_registered_and_every_file_came_through_whole(
    county_settings: Settings, county_open: None
) -> None:
    assert await RegisterPerson.all().count() == CITIZENS
    assert await ImportBatch.all().count() > 30
    assert {batch.state for batch in await ImportBatch.all()} == {DONE}
    assert sum(batch.rejected + batch.conflicts for batch in await ImportBatch.all()) == 0
    assert await CreditRecord.all().count() > 100
    for negative in await ImportBatch.filter(approver_id__not_isnull=True):
        assert negative.approver_id != negative.officer_id


async def test_the_chains_of_the_county_fit(county_settings: Settings, county_open: None) -> None:
    verified = await verify_ledger()
    assert verified.enrolments > 5
    assert verified.entries > 30
    assert verified.misfits == []


async def test_entries_have_the_dates_of_two_years_and_nothing_is_due(
    county_settings: Settings, county_open: None
) -> None:
    assert {entry.kind for entry in await PointEntry.all()} >= {"counted", "lapsed"}
    months = {(entry.posted_at.year, entry.posted_at.month) for entry in await PointEntry.all()}
    assert len(months) >= 10
    today = clock.today()
    assert not await Score.filter(next_change_on__lte=today).exists()
    assert not await PointEntry.filter(posted_at__gt=clock.now()).exists()
    assert not await CreditRecord.filter(filed_at__gt=clock.now()).exists()


async def test_nobody_under_eighteen_is_enrolled(county_settings: Settings, county_open: None) -> None:
    for enrolment in await Enrolment.all():
        assert enrolment.adult_on <= enrolment.enrolled_on


async def test_xiaomei_has_reached_the_highest_level_and_met_a_cap(
    county_settings: Settings, county_open: None
) -> None:
    xiaomei = await citizen(county_settings, "xiaomei")
    ledger = open_ledger()
    assert (await score_of(ledger, xiaomei)).points >= 1120
    entries = [why_of(entry) for entry in await entries_of(ledger, xiaomei, before=None, limit=100)]
    assert len(entries) > PageQuery().limit, "there are earlier ones to turn to"
    assert "points_per_year" in {why.cut_by for why in entries}
    assert coming_changes(await score_of(ledger, xiaomei))
    assert 0 < await unread_count(xiaomei) < 10


async def test_zhiqiang_has_a_lapsed_record_and_one_that_does_not_count_yet(
    county_settings: Settings, county_open: None
) -> None:
    zhiqiang = await citizen(county_settings, "zhiqiang")
    records = {own.record.item_code: own for own in await records_of(zhiqiang, before=None, limit=20)}
    assert records["FDA-101"].state == "lapsed"
    waiting = await record_of(zhiqiang, records["FIR-102"].record.id)
    assert waiting.state == "waiting"
    # Seven on the day of the build; a build just before midnight may leave one less.
    assert waiting.workdays_left in {6, 7}
    ledger = open_ledger()
    score = await score_of(ledger, zhiqiang)
    assert "消防安全" not in score.parts
    coming = coming_changes(score)
    assert coming[0].points == -20
    kinds = {(why_of(entry).item_code, entry.kind) for entry in await PointEntry.filter(enrolment=score.enrolment_id)}
    assert {("FDA-101", "counted"), ("FDA-101", "lapsed")} <= kinds


async def test_xin_is_grown_up_and_bound_and_not_enrolled(county_settings: Settings, county_open: None) -> None:
    xin = await citizen(county_settings, "xin")
    assert xin.adult_on <= clock.today()
    assert not await Enrolment.filter(citizen_id=xin.id).exists()
    assert len(await records_of(xin, before=None, limit=20)) == 3


async def test_the_files_to_import_by_hand_hold_what_they_promise(
    county_settings: Settings, county_open: None, tmp_path: Path
) -> None:
    from backend.citizens.register import load_register

    vault, ledger = open_vault(county_settings), open_ledger()
    by_hand.write_files(tmp_path / "files", clock.today())
    loaded = await load_register(vault, tmp_path / "files" / by_hand.REGISTER, lambda _rows: None)
    assert (loaded.people, loaded.rejected) == (6, 1)

    async def send(department: str, name: str) -> ImportBatch:
        first, _ = await officers_of(department)
        return await import_file(ledger, vault, first, tmp_path / "files" / name)

    hours = await send(by_hand.HOURS_DEPARTMENT, by_hand.HOURS)
    assert (hours.accepted, hours.duplicates, hours.conflicts, hours.rejected, hours.state) == (3, 1, 1, 4, DONE)
    penalties = await send(by_hand.PENALTIES_DEPARTMENT, by_hand.PENALTIES)
    assert (penalties.accepted, penalties.waiting, penalties.rejected, penalties.state) == (1, 1, 2, WAITING)
    again = await send(by_hand.HOURS_DEPARTMENT, by_hand.HOURS)
    assert (again.accepted, again.duplicates) == (0, 4)
