"""Announcing a result: after the notice only, whole or not at all, a record for the known, points for the enrolled."""

import asyncio
from collections.abc import Awaitable

import pytest

from backend.awards import seasons
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import DomainError
from backend.honours import announcing, my_honours, objecting, objections
from backend.honours.models import Honour
from backend.nominations import consents
from backend.nominations.models import Nominee, NomineeStep
from backend.notifications.models import Notice
from backend.points.score import score_of
from backend.records.models import CreditRecord, ImportBatch
from backend.staff.models import AuditEvent
from tests import factories
from tests.closing_seasons import MODEL, a_closing_season, announced, load_honours_catalogue, passed_over
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, LEDGER, NEIGHBOUR, VAULT
from tests.honours.judging_season import STORY, a_nomination
from tests.open_seasons import a_notice, chosen, moderator, moderator_elsewhere
from tests.reviewers import reviewer
from tests.running_app import both_databases

NAMES = ("石大山", "鲁小明", "鲁小红", "鲁小芳")


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await load_honours_catalogue()
    await factories.register()


async def refused(deed: Awaitable[object]) -> str:
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def told(citizen: Citizen) -> dict[str, str]:
    return {each.kind: each.body for each in await Notice.filter(citizen_id=citizen.id)}


async def test_who_does_not_run_the_season_announces_nothing(county: None) -> None:
    season = await a_closing_season()
    await chosen(season)
    assert await refused(announced(season, await moderator_elsewhere())) == "season_not_found"
    assert await refused(announced(season, await reviewer("reviewer-2"))) == "not_permitted"
    nobody = await reviewer("moderator-2", roles=("moderator",), own_number=None)
    assert await refused(announced(season, nobody)) == "own_number_needed"
    assert await Honour.all().count() == 0


async def test_not_while_the_notice_runs_nor_while_an_objection_waits(county: None) -> None:
    season = await a_notice()
    nominee = await chosen(season)
    assert await refused(announced(season)) == "season_not_open"
    objection = await objecting.object_to(VAULT, await citizen_of(), nominee.id, "他说的桥是全村人一起修的。")
    closing = await a_closing_season()
    await Season.filter(id=season.id).update(notice_from=closing.notice_from, notice_until=closing.notice_until)
    assert await refused(announced(season)) == "objections_open"
    assert (await Season.get(id=season.id)).announced_at is None
    answer = "经核实，修桥的事迹属实。"
    await objections.handle(VAULT, await moderator(), objection.id, False, answer)
    assert seasons.phase(await announced(season)) == "result"


async def test_the_honoured_has_her_honour_a_record_and_points_in_one_moment(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    season = await a_closing_season()
    nominee = await chosen(season, "鲁小明", citizen=citizen)
    await announced(season)
    honour = await Honour.get()
    assert (honour.nominee_id, honour.citizen_id, honour.award, honour.shown) == (
        nominee.id, citizen.id, "moral_model", True,
    )  # fmt: skip
    assert (honour.year, honour.township, honour.honoured_on.isoformat()) == (2026, "下汤镇", "2026-11-23")
    record = await CreditRecord.get()
    assert (record.id, record.item_code, record.document_number) == (honour.record_id, MODEL, honour.number)
    assert (record.citizen_id, record.department_id, record.state) == (citizen.id, "SJJ", "live")
    assert "石大山" not in VAULT.decrypt(record.summary_hidden, "record.summary")
    assert (await score_of(LEDGER, citizen)).points == 1040
    assert {"honour_given", "positive_record"} <= (await told(citizen)).keys()
    assert honour.number in (await told(citizen))["honour_given"]
    assert (await Nominee.get(id=nominee.id)).state == "honoured"
    assert await NomineeStep.filter(nominee_id=nominee.id, kind="honoured").count() == 1
    event = await AuditEvent.get(action="season.announce")
    assert event.detail == {"honoured": "1", "recorded": "1"}
    batch = await ImportBatch.get()
    assert (batch.state, batch.accepted, batch.rows_total) == ("done", 1, 1)


async def test_who_never_enrolled_has_the_record_and_no_points(county: None) -> None:
    citizen = await citizen_of()
    season = await a_closing_season()
    await chosen(season, "鲁小明", citizen=citizen)
    await announced(season)
    assert await CreditRecord.filter(citizen_id=citizen.id).count() == 1
    assert await refused(score_of(LEDGER, citizen)) == "not_enrolled"


async def test_somebody_whom_nobody_knows_yet_is_honoured_without_a_record(county: None) -> None:
    season = await a_closing_season()
    await chosen(season)
    await announced(season)
    honour = await Honour.get()
    assert (honour.citizen_id, honour.record_id) == (None, None)
    assert STORY.encode() not in honour.about_hidden
    assert await CreditRecord.all().count() == await ImportBatch.all().count() == 0


async def test_who_took_her_consent_back_is_not_honoured_and_learns_it_kindly(county: None) -> None:
    citizen = await citizen_of(NEIGHBOUR)
    season = await a_closing_season()
    nominee = await chosen(season, "鲁小红", citizen=citizen)
    await consents.change(citizen, nominee.id, "publication", given=False)
    await announced(season)
    assert await Honour.all().count() == 0
    assert (await Nominee.get(id=nominee.id)).state == "passed_over"
    assert "不表示您做得不好" in (await told(citizen))["nominee_passed_over"]


async def test_nominators_and_those_who_were_not_chosen_are_told_and_no_notice_names_anybody(county: None) -> None:
    honoured, other, nominator = await citizen_of(), await citizen_of(NEIGHBOUR), await citizen_of(COUSIN)
    season = await a_closing_season()
    nominee = await chosen(season, "鲁小明", citizen=honoured)
    missed = await passed_over(season, "鲁小红", citizen=other)
    for each in (nominee, missed):
        await a_nomination(each, by=nominator)
    await announced(season)
    bodies = [each.body for each in await Notice.filter(citizen_id=nominator.id, kind="season_result").order_by("id")]
    assert len(bodies) == 2
    assert sum("有 1 位获得“道德模范”" in each for each in bodies) == 1
    assert sum("有 1 位这一次没有入选" in each for each in bodies) == 1
    assert "nominee_passed_over" in await told(other)
    said = " ".join(each.body + each.title for each in await Notice.all() if each.kind != "positive_record")
    assert not [name for name in NAMES if name in said]


async def test_a_season_may_end_without_any_honour(county: None) -> None:
    season = await a_closing_season()
    missed = await passed_over(season, "鲁小红", citizen=await citizen_of(NEIGHBOUR))
    assert seasons.phase(await announced(season)) == "result"
    assert await Honour.all().count() == 0
    assert await Notice.filter(about=f"nominee:{missed.id}", kind="nominee_passed_over").count() == 1


async def test_a_moderator_files_no_record_of_her_own_honour(county: None) -> None:
    citizen = await citizen_of()
    herself = await reviewer("moderator-3", roles=("moderator",), own_number=CITIZEN.number)
    season = await a_closing_season()
    await chosen(season, "鲁小明", citizen=citizen)
    await announced(season, herself)
    honour = await Honour.get()
    assert (honour.citizen_id, honour.record_id) == (citizen.id, None)
    assert await CreditRecord.all().count() == 0


async def test_an_old_page_announces_nothing_and_a_second_time_changes_nothing(county: None) -> None:
    season = await a_closing_season()
    await chosen(season, "鲁小明", citizen=await citizen_of())
    staff = await moderator()
    wrong = announcing.announce(LEDGER, VAULT, staff, season.id, season.version + 1)
    assert await refused(wrong) == "season_changed"
    await announced(season, staff)
    assert await refused(announced(season, staff)) == "season_not_open"
    assert await Honour.all().count() == await CreditRecord.all().count() == 1


@both_databases
async def test_two_moderators_at_once_give_each_honour_once(county: None) -> None:
    season = await a_closing_season()
    citizen = await citizen_of()
    await chosen(season, "鲁小明", citizen=citizen)
    await chosen(season, "石大山")
    colleagues = [await moderator(f"moderator-{number}") for number in (1, 2, 3)]
    ending = await asyncio.gather(*(announced(season, each) for each in colleagues), return_exceptions=True)
    codes = sorted(each.code for each in ending if isinstance(each, DomainError))
    assert len(codes) == 2, ending
    assert set(codes) <= {"season_changed", "season_not_open"}
    assert await Honour.all().count() == 2
    assert await CreditRecord.all().count() == 1
    assert await Notice.filter(citizen_id=citizen.id, kind="honour_given").count() == 1


@both_databases
async def test_who_takes_her_consent_back_at_this_moment_is_not_honoured_or_not_shown(county: None) -> None:
    citizen = await citizen_of()
    season = await a_closing_season()
    nominee = await chosen(season, "鲁小明", citizen=citizen)
    taking_back = my_honours.change_consent(citizen, nominee.id, "publication", given=False)
    ending = await asyncio.gather(announced(season), taking_back, return_exceptions=True)
    assert not [each for each in ending if isinstance(each, BaseException)], ending
    assert await Honour.filter(shown=True).count() == 0
    state = "honoured" if await Honour.exists() else "passed_over"
    assert (await Nominee.get(id=nominee.id)).state == state


@both_databases
async def test_an_objection_told_at_this_moment_is_either_before_the_result_or_refused(county: None) -> None:
    season = await a_closing_season()
    nominee = await chosen(season)
    teller = await moderator("moderator-2")
    words = "有人到窗口说，修桥的钱是村里出的。"
    first, second = await asyncio.gather(
        announced(season), objections.record(VAULT, teller, nominee.id, words), return_exceptions=True
    )
    closed = isinstance(first, DomainError)
    assert closed != isinstance(second, DomainError), (first, second)
    assert await Honour.all().count() == (0 if closed else 1)
    assert await objections.waiting_of(season.id) == (1 if closed else 0)
