"""The moderators' desk: a queue without names, a case that is opened by a look, and decisions that come back once."""

import re
from uuid import UUID

import pytest

from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.nominations import nominating
from backend.nominations.models import ContentCheck, NominatedPerson, Nomination, Nominee
from backend.settings import Settings
from tests import factories, season_factories
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import check_policy, own_number, photos
from tests.console.forms import fields_of
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, NEIGHBOUR, VAULT
from tests.media.photos import a_photo
from tests.moderated import waiting
from tests.nomination_factories import STORY, a_person, drafted, nominated
from tests.running_app import CountyClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PRIVATE = ("周三", "松垛沟村", "送水送药", "鲁小明", "鲁**")


@pytest.fixture
async def season(office: Office) -> Season:
    """Nominating begins on Monday, 2026-11-23."""
    CountyClock().set("2026-11-23 09:00")
    await factories.register()
    return await season_factories.a_season()


@pytest.fixture
async def desk(office: Office, season: Season) -> Officer:
    return await at_work(office, "wmb-wang")


@pytest.fixture
async def nomination(season: Season) -> Nomination:
    """鲁小明's, passed by WeChat."""
    return await waiting(await nominated(await citizen_of(), season))


async def at_work(office: Office, username: str, role: str = "moderator", department: str = "WMB") -> Officer:
    await season_factories.department(department)
    return await office.signed_in(username, roles=[role], department=department, name=f"{username}员")


async def opened(desk: Officer, nomination: Nomination) -> str:
    """She opens it; the path of its forms."""
    path = f"/nominations/{nomination.id}"
    answer = await desk.post(f"{path}/open")
    assert answer.status_code == 200, desk.page
    return path


async def state_of(nomination: Nomination) -> str:
    return (await Nomination.get(id=nomination.id)).state


async def test_who_is_not_signed_in_another_role_and_another_department_see_nothing(
    office: Office, nomination: Nomination
) -> None:
    stranger = office.stranger()
    officer = await at_work(office, "wmb-li", "officer")
    elsewhere = await at_work(office, "xcb-li", department="XCB")
    for deed in ("open", "accept", "refuse"):
        path = f"/nominations/{nomination.id}/{deed}"
        assert (await stranger.send("POST", path)).status_code == 303
        assert (await officer.post(path)).status_code == 403
        assert (await elsewhere.post(path, {"version": "2", "people": "1"})).status_code == 404
        assert not any(words in elsewhere.page for words in PRIVATE)
    assert (await officer.get("/nominations")).status_code == 403
    assert (await elsewhere.get(f"/nominations?season={nomination.season_id}")).status_code == 404
    await elsewhere.get("/nominations")
    assert nomination.number not in elsewhere.page
    assert (await state_of(nomination), await AccessLog.all().count()) == ("waiting", 0)


async def test_the_queue_names_nobody(desk: Officer, nomination: Nomination) -> None:
    await desk.get("/nominations")
    check_policy(desk.page)
    assert nomination.number in desk.page
    assert not any(words in desk.page for words in PRIVATE)
    assert await AccessLog.all().count() == 0


async def test_opening_shows_all_of_it_and_is_logged(desk: Officer, nomination: Nomination) -> None:
    await ContentCheck.create(
        nomination_id=nomination.id, round=2, part="text:0", state="risky", label=20003, asked_at=nomination.created_at
    )
    await opened(desk, nomination)
    check_policy(desk.page)
    for words in ("周三", "松垛沟村", "村支书知道怎样找他", "送水送药", "鲁**", "微信提示有风险：辱骂", "邻居"):
        assert words in desk.page, words
    assert "鲁小明" not in desk.page
    assert await AccessLog.filter(purpose="nomination_check").count() == 1


async def test_a_link_or_a_reader_of_pages_ahead_opens_nothing(desk: Officer, nomination: Nomination) -> None:
    path = f"/nominations/{nomination.id}"
    assert (await desk.get(f"{path}/open")).status_code in {404, 405}
    assert (await desk.send("POST", f"{path}/open")).status_code == 403
    assert await AccessLog.all().count() == 0


async def test_her_own_is_left_to_a_colleague(desk: Officer, nomination: Nomination) -> None:
    await own_number(desk, VAULT.digest(CITIZEN.number, "citizen.number"))
    await desk.get("/nominations")
    assert "您本人的，请同事办理" in desk.page
    for deed in ("open", "accept", "refuse"):
        form = {"version": str(nomination.version), "people": "1", "reason": "no_deeds"}
        assert (await desk.post(f"/nominations/{nomination.id}/{deed}", form)).status_code == 403
        assert not any(words in desk.page for words in PRIVATE)
    assert await state_of(nomination) == "waiting"


async def test_accepted_it_leaves_the_queue_and_stands_among_the_decided(desk: Officer, nomination: Nomination) -> None:
    path = await opened(desk, nomination)
    await desk.follow(await desk.post(f"{path}/accept", fields_of(desk.page, f"{path}/accept")))
    assert "上一份已通过" in desk.page
    assert "都办完了" in desk.page
    assert (await state_of(nomination), await Nominee.all().count()) == ("accepted", 1)
    await desk.get(f"/nominations?season={nomination.season_id}&show=decided")
    assert nomination.number in desk.page
    await opened(desk, nomination)
    assert "/accept" not in desk.page


async def test_the_same_person_again_is_asked_about_and_joined(
    desk: Officer, season: Season, nomination: Nomination
) -> None:
    path = await opened(desk, nomination)
    await desk.post(f"{path}/accept", fields_of(desk.page, f"{path}/accept"))
    second = await waiting(await nominated(await citizen_of(NEIGHBOUR), season))
    path = await opened(desk, second)
    assert "是不是下面这个人" in desk.page
    (nominee,) = await Nominee.all()
    assert str(nominee.id) in desk.page
    form = fields_of(desk.page, f"{path}/accept") | {"into-0": str(nominee.id)}
    await desk.follow(await desk.post(f"{path}/accept", form))
    assert await NominatedPerson.filter(nominee_id=nominee.id).count() == 2


async def test_a_refusal_without_words_keeps_what_was_typed(desk: Officer, nomination: Nomination) -> None:
    path = await opened(desk, nomination)
    form = fields_of(desk.page, f"{path}/refuse") | {"reason": "other", "words": "不妥"}
    assert (await desk.post(f"{path}/refuse", form)).status_code == 422
    assert "选“其他原因”时，请写明原因" in desk.page
    assert "不妥" in desk.page
    await desk.follow(await desk.post(f"{path}/refuse", form | {"words": "写的是另一项评选的内容。"}))
    assert "上一份已定为不通过" in desk.page
    assert await state_of(nomination) == "refused"


async def test_an_old_page_and_broken_forms_decide_nothing(desk: Officer, nomination: Nomination) -> None:
    path = await opened(desk, nomination)
    form = fields_of(desk.page, f"{path}/accept")
    for changes in ({"version": "1"}, {"version": "x"}, {"people": "9"}, {"people": "2"}, {"people": "-1"}):
        assert (await desk.post(f"{path}/accept", form | changes)).status_code == 409, changes
        assert "刚刚有了变化" in desk.page
    wrong = form | {"into-0": str(UUID(int=7))}
    assert (await desk.post(f"{path}/accept", wrong)).status_code in {404, 422}
    assert (await state_of(nomination), await Nominee.all().count()) == ("waiting", 0)


async def test_an_appeal_goes_to_a_colleague(office: Office, desk: Officer, nomination: Nomination) -> None:
    path = await opened(desk, nomination)
    await desk.post(f"{path}/refuse", fields_of(desk.page, f"{path}/refuse") | {"reason": "no_deeds"})
    await nominating.appeal(VAULT, await citizen_of(), nomination.id, "事迹有村委会证明，请再核实。")
    await desk.get("/nominations")
    assert "您决定过，请另一位同事复核" in desk.page
    await opened(desk, nomination)
    assert "申诉要由另一位同事复核" in desk.page
    assert "/accept" not in desk.page
    colleague = await at_work(office, "wmb-zhao")
    path = await opened(colleague, nomination)
    assert "事迹有村委会证明" in colleague.page
    await colleague.follow(await colleague.post(f"{path}/accept", fields_of(colleague.page, f"{path}/accept")))
    assert await state_of(nomination) == "accepted"


async def test_pictures_carry_her_name_and_private_details_are_pointed_out(
    settings: Settings, desk: Officer, season: Season
) -> None:
    citizen = await citizen_of()
    pictures = await photos(settings, CITIZEN, a_photo())
    story = f"{STORY}他的电话是 13812345678。"
    draft = await drafted(citizen, season, a_person(), pictures=pictures, story=story)
    nomination = await waiting(await nominating.submit(VAULT, citizen, draft.id))
    await opened(desk, nomination)
    assert "可能写到了隐私" in desk.page
    assert "138****5678" in desk.page
    (token,) = re.findall(r"/console/pictures/([\w.-]+)", desk.page)
    answer = await desk.get(f"/pictures/{token}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
