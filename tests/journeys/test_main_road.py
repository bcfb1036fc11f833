"""From a department's file to a citizen's points, over HTTP against the really running server (web and worker)."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend import clock
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.factories import number_of
from tests.journeys.desk import Desk
from tests.journeys.office import HEADER, Office, batch_id, row
from tests.journeys.phone import Phone
from tests.servers import RunningServer, execute

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NAME, NUMBER, PHONE = "鲁示范", "410423199003070017", "13800000001"
TODAY = clock.today()
EARLIER = TODAY - timedelta(days=60)
NEIGHBOUR, NEIGHBOURS_NUMBER = "鲁邻居", "410423195202290022"


def test_from_a_file_to_points_that_explain_themselves(
    office: Office, phone: Phone, running_server: RunningServer, on_the_road: Settings, wechat_stand_in: StandIn
) -> None:
    _register_and_catalogue(office)
    _the_second_officer_says_who_she_is(office, running_server)
    _a_department_files_service(office)
    batch = _a_department_files_a_penalty(office)

    _she_signs_in_and_binds(phone)
    _she_enrols(phone)
    _her_entry_explains_itself(phone)

    assert "入库 1，待复核 0" in office.run("approve-import", batch, "--officer", "sj2")
    record_id, begins = _she_is_told_of_the_penalty(phone)
    _a_neighbour_sees_nothing(Phone(running_server.url, wechat_stand_in, "neighbour"), record_id)
    _ten_working_days_pass(on_the_road, running_server, phone, begins)

    assert "all fit" in office.run("verify-ledger")
    change_by_hand(on_the_road, "UPDATE point_entry SET points = 400 WHERE points = -40")
    assert "entry 2: its content was changed" in office.run("verify-ledger", code=1)


def _register_and_catalogue(office: Office) -> None:
    register = [
        "姓名,身份证号,手机号,乡镇",
        f"{NAME},{NUMBER},{PHONE},下汤镇",
        f"{NEIGHBOUR},{NEIGHBOURS_NUMBER},,下汤镇",
    ]
    assert "已载入 2 人" in office.run("import-register", office.write("register.csv", register, "gb18030"))
    assert "样本" in office.run("catalogue", "load")
    for username, department in (("mz1", "MZJ"), ("sj1", "SJJ")):
        office.run("add-staff", username, "--name", "示范", "--department", department)


def _the_second_officer_says_who_she_is(office: Office, running_server: RunningServer) -> None:
    """Without her own number nobody could see to it that she decides nothing about herself."""
    invited = office.run("add-staff", "sj2", "--name", "示范", "--department", "SJJ", "--role", "officer")
    with closing(Desk(running_server.url, office, "sj2")) as desk:
        desk.set_up(invited, number_of("sj2"))


def _a_department_files_service(office: Office) -> None:
    """One good row, the same again, one with a fault; and the whole file sent twice."""
    service = row(NAME, NUMBER, "VOL-001", "志〔2026〕1号", EARLIER, quantity="12.5")
    wrong_hours = row(NAME, NUMBER, "VOL-001", "志〔2026〕2号", EARLIER, quantity="很多")
    file = office.write("service.csv", [HEADER, service, service, wrong_hours])
    printed = office.run("import-records", "--department", "MZJ", file)
    assert "入库 1，待复核 0，重复 1，冲突 0，退回 1" in printed
    assert (office.folder / "service-没有收录的行.xlsx").exists()
    assert "入库 0，待复核 0，重复 2" in office.run("import-records", "--department", "MZJ", file)


def _a_department_files_a_penalty(office: Office) -> str:
    """It waits: neither its own officer nor another department's can approve it. The batch."""
    penalty = row(NAME, NUMBER, "FDA-103", "鲁市监罚〔2026〕1号", EARLIER, final=EARLIER)
    file = office.write("penalty.csv", [HEADER, penalty])
    printed = office.run("import-records", "--department", "SJJ", "--officer", "sj1", file)
    assert "入库 0，待复核 1" in printed
    batch = batch_id(printed)
    assert "报送人不能复核" in office.run("approve-import", batch, "--officer", "sj1", code=1)
    assert "没有这个批次" in office.run("approve-import", batch, "--officer", "mz1", code=1)
    return batch


def _she_signs_in_and_binds(phone: Phone) -> None:
    phone.sign_in()
    assert phone.get("me")["actions"] == ["accept_texts"]
    phone.accept_texts()
    me = phone.bind(NAME, NUMBER, PHONE)
    assert (me["name"], me["identity_number"]) == ("鲁**", "4104**********0017")
    assert phone.try_get("score").json()["code"] == "not_enrolled"


def _she_enrols(phone: Phone) -> None:
    """What was filed before counts at once, and the lapse ahead is told."""
    text = next(text for text in phone.get("texts")["items"] if text["kind"] == "enrolment")
    score = phone.post("enrolment", text_version=text["version"])
    assert (score["points"], score["base"]) == (1012, 1000)
    assert score["parts"] == [{"domain": "志愿服务", "points": 12}]
    assert phone.get("score/trend")["items"][-1] == {"day": f"{TODAY}", "points": 1012}
    lapse = score["coming"][-1]
    assert (lapse["kind"], lapse["points"]) == ("lapses", -12)


def _her_entry_explains_itself(phone: Phone) -> None:
    (entry,) = phone.get("entries")["items"]
    assert entry == phone.get(f"entries/{entry['id']}")
    assert (entry["department"], entry["document_number"]) == ("县民政局", "志〔2026〕1号")
    assert entry["legal_basis"]
    assert entry["contest"]["phone"]
    assert (entry["quantity"], entry["lapses_on"]) == (12.5, phone.get("score")["coming"][-1]["day"])


def _she_is_told_of_the_penalty(phone: Phone) -> tuple[str, str]:
    """Told at once, counted only after ten working days. The record, and the day from which it counts."""
    notice = phone.get("notices")["items"][0]
    assert notice["kind"] == "negative_record"
    record = phone.get(f"records/{notice['record_id']}")
    assert (record["state"], record["workdays_left"]) == ("waiting", 10)
    assert {way["kind"] for way in record["ways_on"]} == {"contest", "points_recovery", "record_repair"}
    score = phone.get("score")
    assert score["points"] == 1012
    assert (score["coming"][0]["kind"], score["coming"][0]["points"]) == ("begins", -40)
    return record["id"], score["coming"][0]["day"]


def _a_neighbour_sees_nothing(neighbour: Phone, record_id: str) -> None:
    neighbour.sign_in()
    neighbour.accept_texts()
    assert neighbour.try_get(f"records/{record_id}").json()["code"] == "binding_needed"
    neighbour.close()


def _ten_working_days_pass(settings: Settings, server: RunningServer, phone: Phone, begins: str) -> None:
    """The deduction counts from the day that she was told of, and not a day before."""
    ahead = (date.fromisoformat(begins) - TODAY).days
    for days, points in ((ahead - 1, 1012), (ahead, 972)):
        server.restart(replace(settings, demo_clock_shift_days=days))
        assert phone.get("score")["points"] == points
    assert phone.get("entries")["items"][0]["points"] == -40


def change_by_hand(settings: Settings, statement: str) -> None:
    """What somebody with the database's password might do."""
    if settings.sqlite_path is None:
        execute(settings.database_url, statement)
        return
    with closing(sqlite3.connect(settings.sqlite_path)) as connection, connection:
        connection.execute(statement)
