"""The nominees' desk: nobody is named before the logged look; story, question, calls and credit check from the page."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.nominations import consents
from backend.nominations.models import NominatedPerson, Nominee
from backend.staff.models import AuditEvent, StaffUser
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import check_policy
from tests.console.forms import fields_of
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT, number_of
from tests.nomination_factories import STORY, a_person
from tests.nominee_factories import UNKNOWN, YES, a_season, agreed, asked, gathered, shown
from tests.season_factories import OWNER, department

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PERSONAL = ("鲁小红", "下汤村", NEIGHBOUR.phone, "独居老人")


@pytest.fixture
async def season(office: Office) -> Season:
    await department()
    return await a_season()


async def at_desk(office: Office, username: str = "wmb-li", role: str = "moderator", code: str = OWNER) -> Officer:
    """A moderator's browser."""
    await department(code)
    return await office.signed_in(username, roles=[role], department=code, name=f"{username}员")


def at(nominee_id: UUID, deed: str) -> str:
    return f"/nominees/{nominee_id}/{deed}"


async def filled(officer: Officer, nominee: Nominee, deed: str) -> dict[str, str]:
    """The form of this deed as it stands on the opened page."""
    await officer.post(at(nominee.id, "look"))
    return fields_of(officer.page, at(nominee.id, deed))


async def test_strangers_other_roles_and_other_departments_see_nobody(office: Office, season: Season) -> None:
    nominee = await gathered(season)
    assert (await office.stranger().get("/nominees")).status_code == 303
    judge = await at_desk(office, "wmb-judge", "judge")
    assert (await judge.get("/nominees")).status_code == 403
    elsewhere = await at_desk(office, "xcb-li", code="XCB")
    await elsewhere.get("/nominees")
    assert "都办完了" in elsewhere.page
    for deed in ("look", "story", "ask", "call", "take-back", f"move/{uuid4()}"):
        assert (await elsewhere.post(at(nominee.id, deed))).status_code == 404, deed
        assert (await judge.post(at(nominee.id, deed))).status_code == 403, deed
    assert (await elsewhere.post(f"/nominees/credit-check/{season.id}")).status_code == 404
    assert await AuditEvent.filter(action="nominee.look").count() == 0


async def test_the_list_names_nobody_and_the_look_is_logged(office: Office, season: Season) -> None:
    neighbour, nominator = await citizen_of(NEIGHBOUR), await citizen_of(CITIZEN)
    nominee = await asked(season)
    officer = await at_desk(office)
    await officer.get("/nominees?show=waiting")
    assert [each for each in PERSONAL if each in officer.page] == []
    assert "12月" in officer.page or "11月" in officer.page, "until when she may answer"
    before = await AccessLog.all().count()
    await officer.post(at(nominee.id, "look"))
    assert [each for each in PERSONAL if each not in officer.page] == []
    assert "鲁小明" not in officer.page, "who nominated is nothing for this page"
    check_policy(officer.page)
    looks = {each.citizen_id: each.purpose for each in await AccessLog.all()}
    assert (looks[neighbour.id], looks[nominator.id]) == ("nominee_asking", "nomination_check")
    assert await AccessLog.all().count() == before + 2


async def test_a_story_is_put_in_order_and_then_asked_about(office: Office, season: Season) -> None:
    await citizen_of(NEIGHBOUR)
    nominee, officer = await gathered(season), await at_desk(office)
    form = await filled(officer, nominee, "story")
    assert form["story"] == STORY
    refused = await officer.post(at(nominee.id, "story"), form | {"story": "打电话 13800000002 问她"})
    assert refused.status_code == 422
    assert "打电话 13800000002 问她" in officer.page, "what was typed is still there"
    assert "请删去手机号" in officer.page
    await officer.post(at(nominee.id, "story"), form | {"story": "照顾邻居老人十二年。"})
    assert "已保存" in officer.page
    ask = fields_of(officer.page, at(nominee.id, "ask"))
    await officer.follow(await officer.post(at(nominee.id, "ask"), ask))
    assert "已经发给本人征求意见" in officer.page
    assert (await Nominee.get(id=nominee.id)).answer_by is not None
    assert (await officer.post(at(nominee.id, "ask"), ask)).status_code == 409
    assert "已经征求过" in officer.page


async def test_a_call_is_written_down_consent_by_consent(office: Office, season: Season) -> None:
    nominee, officer = await asked(season, a_person(UNKNOWN)), await at_desk(office)
    await officer.get("/nominees")
    assert "请打电话" in officer.page
    form = await filled(officer, nominee, "call") | {"outcome": "yes", "words": "下午打的"}
    said = {f"consent-{kind}": "yes" for kind in YES} | {"consent-endorse": "no"}
    assert (await officer.post(at(nominee.id, "call"), form)).status_code == 422
    assert "下午打的" in officer.page
    number = number_of("zhou-san")
    assert (await officer.post(at(nominee.id, "call"), form | {"number": number[:17]})).status_code == 422
    assert number[:17] not in officer.page, "a number is typed anew"
    await officer.follow(await officer.post(at(nominee.id, "call"), form | said | {"adult": "1"}))
    assert "已登记：本人同意参加。" in officer.page
    assert (await consents.standing([nominee.id]))[nominee.id] == YES | {"endorse": False}


async def test_three_quiet_days_are_counted_on_the_list(office: Office, season: Season) -> None:
    nominee, officer = await asked(season, a_person(UNKNOWN)), await at_desk(office)
    form = await filled(officer, nominee, "call")
    await officer.follow(await officer.post(at(nominee.id, "call"), form | {"outcome": "unreached"}))
    assert "1/3 天没联系上" in officer.page
    form = await filled(officer, nominee, "call")
    assert (await officer.post(at(nominee.id, "call"), form | {"outcome": "unreached"})).status_code == 409
    assert "今天已经登记过一次" in officer.page


async def test_what_she_takes_back_by_phone_is_taken_back(office: Office, season: Season) -> None:
    _, nominee = await agreed(season)
    officer = await at_desk(office)
    await officer.get("/nominees?show=agreed")
    assert "本人同意" in officer.page
    form = await filled(officer, nominee, "take-back")
    await officer.follow(await officer.post(at(nominee.id, "take-back"), form | {"what": "endorse"}))
    assert "马上生效" in officer.page
    assert await shown(season) == []
    form = await filled(officer, nominee, "take-back")
    await officer.follow(await officer.post(at(nominee.id, "take-back"), form | {"what": "leave"}))
    assert "已登记本人退出" in officer.page
    await officer.get("/nominees?show=ended")
    assert "删除资料" in officer.page


async def test_a_nomination_of_somebody_else_is_moved(office: Office, season: Season) -> None:
    first, second = await gathered(season), await gathered(season, a_person("鲁小宏"), by=COUSIN)
    officer = await at_desk(office)
    person = await NominatedPerson.get(nominee_id=second.id)
    other = await NominatedPerson.get(nominee_id=first.id).select_related("nomination")
    move = at(second.id, f"move/{person.id}")
    assert (await officer.post(move, {"number": "2026-000000"})).status_code == 422
    await officer.follow(await officer.post(move, {"number": other.nomination.number}))
    assert "已调整推荐归到哪位被推荐人。" in officer.page
    assert await NominatedPerson.filter(nominee_id=first.id).count() == 2


async def test_the_credit_check_says_how_many_and_never_who(office: Office, season: Season) -> None:
    _, nominee = await agreed(season)
    officer = await at_desk(office)
    await officer.post(f"/nominees/credit-check/{season.id}")
    assert "已核查 1 人" in officer.page
    assert [each for each in PERSONAL if each in officer.page] == []
    assert (await Nominee.get(id=nominee.id)).credit_passed is True


async def test_her_own_nomination_is_her_colleagues(office: Office, season: Season) -> None:
    nominee, officer = await asked(season), await at_desk(office)
    assert officer.user is not None
    own = VAULT.digest(NEIGHBOUR.number, "citizen.number")
    await StaffUser.filter(id=officer.user.id).update(own_number_digest=own)
    await officer.get("/nominees?show=waiting")
    assert str(nominee.id) not in officer.page
    assert (await officer.post(at(nominee.id, "look"))).status_code == 403
    assert "请由同事办理" in officer.page


async def test_to_read_the_list_is_no_look(office: Office, season: Season) -> None:
    await asked(season)
    officer = await at_desk(office)
    before = await AccessLog.all().count()
    for show in ("", "waiting", "agreed", "ended", "nonsense"):
        assert (await officer.get("/nominees", params={"show": show, "season": str(season.id)})).status_code == 200
    assert await AccessLog.all().count() == before
    erased = (await Nominee.all())[0]
    await Nominee.filter(id=erased.id).update(about_hidden=None, state="declined", erase_on=date(2026, 1, 1))
    await officer.post(at(erased.id, "look"))
    assert "已经按期删除" in officer.page
