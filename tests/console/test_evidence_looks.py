"""Looks beyond the case in hand: a decided one again, one that may be wrong, one that is like it. Each is logged."""

import pytest

from backend.repairs.models import Evidence
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import WELFARE, at_work, claims, looks
from tests.evidence_factories import a_picture, citizen_of, submitted
from tests.factories import COUSIN, NEIGHBOUR
from tests.reviewers import approves, reviewer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def decided_list(officer: Officer, number: str = "") -> str:
    await officer.get("/evidence/decided", params={"number": number})
    return officer.page


async def test_a_decided_case_is_found_and_looked_at_again(office: Office) -> None:
    evidence = await submitted()
    officer = await at_work(office)
    assert "还没有办结的材料" in await decided_list(officer)
    await approves(await reviewer(), evidence, 60)
    for number in ("", evidence.number, f" {evidence.number.lower()} "):
        page = await decided_list(officer, number)
        assert evidence.number in page
        assert "6 小时" in page
        assert "鲁小明" not in page
    assert "没有这个编号" in await decided_list(officer, "2026-000000")
    assert await looks("evidence_revisit") == 0
    for times in (1, 2):
        assert (await officer.post(f"/evidence/{evidence.id}/look")).status_code == 200
        assert await looks("evidence_revisit") == times
    assert "鲁小明" in officer.page
    assert "撤销通过" not in officer.page
    assert (await officer.post(f"/evidence/{(await submitted(NEIGHBOUR)).id}/look")).status_code == 409


async def test_a_case_officer_takes_a_wrong_approval_back(office: Office) -> None:
    evidence = await submitted()
    await approves(await reviewer(), evidence, 60)
    officer = await at_work(office, "fgw-zhou", "case_officer", WELFARE)
    await officer.get("/reversals")
    assert f"{evidence.id}/examine" in officer.page
    await officer.post(f"/evidence/{evidence.id}/examine")
    assert "鲁小明" in officer.page
    assert await looks("evidence_reversal") == 1
    path = f"/evidence/{evidence.id}/reverse"
    assert (await officer.post(path, {"reason": "other", "words": "错了"})).status_code == 422
    assert ">错了</textarea>" in officer.page
    assert 'value="other" required checked' in officer.page
    await officer.follow(await officer.post(path, {"reason": "counted_twice"}))
    assert "已撤销通过" in officer.page
    assert (await Evidence.get(id=evidence.id)).state == "reversed"
    assert (await officer.post(path, {"reason": "found_wrong"})).status_code == 409
    assert "只有已经通过的材料可以撤销" in officer.page


async def test_two_likely_duplicates_are_compared_along_their_flag(office: Office) -> None:
    picture = await a_picture(await citizen_of())
    evidence = await submitted(pictures=[picture], certificate_number="ZY-1", certificate_issuer="中国志愿服务网")
    other = await submitted(NEIGHBOUR, certificate_number="zy－1", certificate_issuer="中国志愿服务网")
    stranger = await submitted(COUSIN)
    officer = await at_work(office)
    assert (await officer.post(f"/evidence/{evidence.id}/compare/{other.id}")).status_code == 409
    path = await claims(officer, evidence)
    assert "证书或收据的编号相同" in officer.page
    assert "鲁小红" not in officer.page
    assert (await officer.post(f"{path}/compare/{stranger.id}")).status_code == 404
    assert await looks("compare_duplicates") == 0
    assert (await officer.post(f"{path}/compare/{other.id}")).status_code == 200
    assert "鲁小明" in officer.page
    assert "鲁小红" in officer.page
    assert await looks("compare_duplicates") == 1
