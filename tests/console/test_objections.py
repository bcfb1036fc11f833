"""The desk of objections: a list that names nobody, a look that is logged, a decision with reasons."""

import pytest

from backend.citizens.models import AccessLog
from backend.honours.models import Objection
from backend.honours.objecting import object_to
from backend.nominations.models import Nominee
from tests import factories
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import at_work, check_policy
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, VAULT
from tests.open_seasons import a_notice, chosen
from tests.running_app import CountyClock

WORDS = "公示里写的修桥，是全村一起出工修的，不是他一个人修的。"
ANSWER = "经向村委会和出工的村民核实，情况属实，感谢您指出。"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = on_sqlite


@pytest.fixture
async def nominee(office: Office) -> Nominee:
    """鲁小芳, in a notice that runs."""
    CountyClock().set("2026-11-23 09:00")
    await factories.register()
    return await chosen(await a_notice(), "鲁小芳", citizen=await citizen_of(COUSIN))


@pytest.fixture
async def objection(nominee: Nominee) -> Objection:
    """Of 鲁小明."""
    return await object_to(VAULT, await citizen_of(), nominee.id, WORDS)


async def a_moderator(office: Office, username: str = "sjj-zhao") -> Officer:
    return await at_work(office, username, "moderator")


async def test_from_the_list_to_the_decision(office: Office, nominee: Nominee, objection: Objection) -> None:
    zhao = await a_moderator(office)
    await zhao.get("/objections")
    assert objection.number in zhao.page
    for private in ("鲁小明", "鲁小芳", WORDS, "0017"):
        assert private not in zhao.page
    assert await AccessLog.all().count() == 0
    answer = await zhao.post(f"/objections/{objection.id}/look")
    assert (answer.status_code, await AccessLog.all().count()) == (200, 2)
    for said in (WORDS, "鲁小芳", "鲁小明（4104**********0017）"):
        assert said in zhao.page
    check_policy(answer.text)
    path = f"/objections/{objection.id}/decide"
    answer = await zhao.post(path, {"outcome": "upheld", "answer": ANSWER})
    assert answer.status_code == 422
    assert "请选择移出的原因" in zhao.page
    assert ANSWER in zhao.page, "what was typed stays"
    answer = await zhao.post(path, {"answer": ANSWER})
    assert (answer.status_code, "成立还是不成立" in zhao.page) == (422, True)
    await zhao.follow(await zhao.post(path, {"outcome": "upheld", "reason": "untrue", "answer": ANSWER}))
    assert "已移出公示" in zhao.page
    assert objection.number not in zhao.page
    assert (await Nominee.get(id=nominee.id)).state == "removed"
    answer = await zhao.post(path, {"outcome": "refused", "answer": ANSWER})
    assert (answer.status_code, "已经办结" in zhao.page) == (409, True)
    await zhao.get("/objections?show=closed")
    assert objection.number in zhao.page


async def test_said_at_the_counter(office: Office, nominee: Nominee) -> None:
    zhao, qian = await a_moderator(office), await a_moderator(office, "sjj-qian")
    await zhao.get("/objections")
    assert "有人当面或打电话提出异议" in zhao.page
    begin = f"/seasons/{nominee.season_id}/objections"
    await zhao.post(f"{begin}/begin")
    assert "鲁小芳（下汤镇十亩地村，下汤镇）" in zhao.page
    answer = await zhao.post(begin, {"words": WORDS})
    assert (answer.status_code, WORDS in zhao.page) == (422, True)
    await zhao.follow(await zhao.post(begin, {"words": WORDS, "nominee": str(nominee.id)}))
    assert "请由同事办理" in zhao.page
    objection = await Objection.get()
    await zhao.post(f"/objections/{objection.id}/look")
    assert "请由同事办理" in zhao.page
    assert "办结</button>" not in zhao.page
    answer = await zhao.post(f"/objections/{objection.id}/decide", {"outcome": "refused", "answer": ANSWER})
    assert answer.status_code == 403
    await qian.follow(await qian.post(f"/objections/{objection.id}/decide", {"outcome": "refused", "answer": ANSWER}))
    assert (await Objection.get()).state == "refused"


async def test_another_department_finds_nothing(office: Office, objection: Objection) -> None:
    elsewhere = await at_work(office, "mzj-sun", "moderator", "MZJ")
    await elsewhere.get("/objections")
    assert objection.number not in elsewhere.page
    assert "有人当面" not in elsewhere.page
    for path in (f"/objections/{objection.id}/look", f"/objections/{objection.id}/decide"):
        answer = await elsewhere.post(path, {"outcome": "refused", "answer": ANSWER})
        assert answer.status_code == 404
    assert (await elsewhere.post(f"/seasons/{objection.season_id}/objections/begin")).status_code == 404
    assert await AccessLog.all().count() == 0
