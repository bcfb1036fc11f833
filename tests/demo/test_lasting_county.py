"""What lasts in the made-up county: records corrected and taken back, yeses that end, and the proofs of all of it."""

import pytest

from backend import clock
from backend.citizens import consent
from backend.citizens.access_log import looks_of
from backend.citizens.access_verification import verify_access_log
from backend.citizens.models import Account, Citizen
from backend.demo.bystanders import BEING_CORRECTED, PAUSED
from backend.demo.staff import at_work
from backend.demo.stories import wechat_user
from backend.demo.wechat_stand_in import openid_of
from backend.errors import Forbidden, NotFound
from backend.notifications.models import Notice
from backend.point_sources import open_ledger
from backend.points import enrolment
from backend.points.models import Checkpoint, Enrolment, PointEntry
from backend.points.score import score_of
from backend.points.verification import verify_ledger
from backend.records import correction_views, correction_waiting, corrections
from backend.records.measures import MEASURES
from backend.records.models import CreditRecord, RecordChange
from backend.records.reading import record_of, records_of, whole_record_of
from backend.records.record_versions import DONE, WITHDRAWN
from backend.secrets import open_vault
from backend.settings import Settings
from backend.staff.sealing import verify_audit
from tests.demo.test_county import citizen

pytestmark = pytest.mark.slow


async def notices(to: Citizen) -> list[str]:
    kinds = await Notice.filter(citizen_id=to.id).order_by("created_at").values_list("kind", flat=True)
    return [str(kind) for kind in kinds]


async def test_zhiqiangs_record_was_corrected_in_his_favour_and_has_two_measures(
    county_settings: Settings, county_open: None
) -> None:
    vault, zhiqiang = open_vault(county_settings), await citizen(county_settings, "zhiqiang")
    own = {each.record.item_code: each for each in await records_of(zhiqiang, before=None, limit=20)}
    whole = await whole_record_of(vault, zhiqiang, own["FDA-102"].record.id)
    assert (whole.own.state, whole.own.record.version) == ("in_force", 2)
    (past,) = whole.history
    (difference,) = past.differences
    assert difference.label == "文书日期"
    assert past.reason == "经核实，您提出的异议成立。"
    assert len({each.code for each in whole.measures} & MEASURES.keys()) == 2
    assert "record_amended" in await notices(zhiqiang)
    change = await RecordChange.get(record_id=whole.own.record.id).select_related("officer", "approver")
    assert [change.officer.username, change.approver.username] == ["sjj-1", "sjj-2"]
    looks = [(look.purpose, look.about) for look in await looks_of(zhiqiang, before=None, limit=20)]
    about = f"record:{whole.own.record.id}"
    assert {("record_correction", about), ("correction_approval", about)} <= set(looks)


async def test_what_was_taken_back_is_nowhere_and_its_points_came_back(
    county_settings: Settings, county_open: None
) -> None:
    zhiqiang = await citizen(county_settings, "zhiqiang")
    taken_back = await CreditRecord.get(citizen_id=zhiqiang.id, state=WITHDRAWN)
    assert taken_back.id not in {each.record.id for each in await records_of(zhiqiang, before=None, limit=50)}
    with pytest.raises(NotFound, match="record_withdrawn"):
        await record_of(zhiqiang, taken_back.id)
    entries = await PointEntry.filter(fact=f"record:{taken_back.id}").order_by("sequence")
    assert [(each.kind, each.points) for each in entries] == [("counted", -25), ("withdrawn", 25)]
    assert "record_withdrawn" in await notices(zhiqiang)


async def test_one_correction_waits_for_the_second_officer_and_not_for_the_first(
    county_settings: Settings, county_open: None
) -> None:
    vault, ledger = open_vault(county_settings), open_ledger()
    first, second = [await at_work(username) for username in ("sjj-1", "sjj-2")]
    assert await correction_waiting.changes_to_decide(first, 10) == []
    (waiting,) = await correction_waiting.changes_to_decide(second, 10)
    with pytest.raises(Forbidden, match="same_officer"):
        await correction_views.look_at_change(vault, first, waiting.change_id)
    asked = await correction_views.look_at_change(vault, second, waiting.change_id)
    assert [each.label for each in asked.differences] == ["摘要", "措施"]
    done = await corrections.approve_change(ledger, vault, second.user, waiting.change_id)
    assert done.state == DONE
    assert "record_amended" in await notices(await citizen(county_settings, BEING_CORRECTED))


async def test_xiaomeis_yes_ends_within_a_month_and_she_was_told_once(
    county_settings: Settings, county_open: None
) -> None:
    xiaomei = await citizen(county_settings, "xiaomei")
    hers = await Enrolment.get(citizen_id=xiaomei.id)
    assert 20 < (hers.expires_on - clock.today()).days < 30
    assert (await notices(xiaomei)).count("enrolment_ending") == 1


async def test_one_is_paused_was_told_three_times_and_loses_nothing_by_saying_yes_again(
    county_settings: Settings, county_open: None
) -> None:
    ledger, paused = open_ledger(), await citizen(county_settings, PAUSED)
    hers = await Enrolment.get(citizen_id=paused.id, left_at=None)
    assert enrolment.standing(hers.expires_on, clock.today()) == "paused"
    ends = [kind for kind in await notices(paused) if kind.startswith("enrolment_")]
    assert ends == ["enrolment_ending", "enrolment_ending", "enrolment_paused"]
    with pytest.raises(Forbidden, match="enrolment_paused"):
        await score_of(ledger, paused)
    digest = open_vault(county_settings).digest(openid_of(wechat_user(PAUSED)), "account.openid")
    account = await Account.get(openid_digest=digest)
    again = await enrolment.enrol(ledger, account, paused, consent.texts()["enrolment"].version)
    assert again.id == hers.id
    assert (await score_of(ledger, paused)).points > 1030


async def test_who_renewed_was_told_before_and_stands(county_settings: Settings, county_open: None) -> None:
    renewed = [each for each in await Enrolment.filter(left_at=None) if (each.expires_on - each.enrolled_on).days > 400]
    assert renewed
    for each in renewed:
        assert enrolment.standing(each.expires_on, clock.today()) == "standing"
        assert await Notice.filter(citizen_id=each.citizen_id, kind="enrolment_ending").exists()


async def test_every_proof_accepts_the_county_and_checkpoints_stand_day_by_day(
    county_settings: Settings, county_open: None
) -> None:
    points, looks, audited = await verify_ledger(), await verify_access_log(), await verify_audit()
    assert (points.misfits, looks.misfits, audited.misfits) == ([], [], [])
    assert looks.looks > 3
    assert audited.seals > 0
    taken = await Checkpoint.all().order_by("number")
    assert len(taken) >= 9
    assert points.checkpoint is not None
    assert points.checkpoint.number == len(taken)
    days = [each.day for each in taken]
    assert (days[-1] - days[0]).days == len(days) - 1
