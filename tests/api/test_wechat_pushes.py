"""WeChat's door: only WeChat is heard there, and what it says of a picture reaches the nomination."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from backend import clock
from backend.citizens.models import Citizen
from backend.demo.wechat_stand_in import Address, StandIn, openid_of
from backend.demo.wechat_stand_in.content_checks import DOUBTFUL_COLOUR, RISKY_COLOUR, verdict
from backend.demo.wechat_stand_in.pushing import event_of, sign, signed
from backend.nominations import nominating
from backend.nominations.models import ContentCheck, Nomination
from backend.nominations.nominations import holder_of
from backend.settings import DEMO_PUSHES
from media.links import WECHAT, sign_link
from media.models import Picture
from miniprogram_api.wechat_pushes import PUSHES
from tests import moderated, season_factories
from tests.answers import refused
from tests.api.sending import send_photo
from tests.evidence_factories import a_picture
from tests.factories import CITIZEN, VAULT
from tests.moderated import check, states
from tests.nomination_factories import drafted
from tests.running_app import PREFIX, RunningApp, browser

APP = "demo-app"
TOKEN, KEY = DEMO_PUSHES["wechat_push_token"], DEMO_PUSHES["wechat_push_key"]
PHOTO = (640, 480)


@pytest.fixture
async def wechat_itself(app: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is no phone."""
    async with browser(app.url) as client:
        yield client


@pytest.fixture
async def pushing(app: RunningApp, wechat_stand_in: StandIn) -> AsyncIterator[StandIn]:
    """WeChat with our address set up in its console."""
    wechat_stand_in.push_to(f"{app.url}{PUSHES}", TOKEN, KEY)
    yield wechat_stand_in
    wechat_stand_in.push_nothing()


async def push(client: httpx.AsyncClient, trace_id: str, form: str = "json", token: str = TOKEN) -> httpx.Response:
    """WeChat finds a picture risky."""
    event = event_of(APP, openid_of("x"), trace_id, {**verdict("risky", 20002), "errcode": 0})
    request = signed(APP, Address(f"{client.base_url}{PUSHES}", token, KEY, form), event)
    parts = urlsplit(request.full_url)
    assert isinstance(request.data, bytes)
    return await client.post(f"{parts.path}?{parts.query}", content=request.data, headers=dict(request.header_items()))


async def nominated(app: RunningApp, colour: tuple[int, int, int] | None = None) -> Nomination:
    """Handed in from a phone, with one picture all of this colour; without a colour, its row only."""
    phone = await app.bound()
    season, citizen = await season_factories.a_season(), await Citizen.get()
    if colour is None:
        picture = await a_picture(citizen)
    else:
        file = BytesIO()
        Image.new("RGB", PHOTO, colour).save(file, "JPEG")
        picture = phone.succeeded(await send_photo(phone, file.getvalue()), 201)["id"]
    draft = await drafted(citizen, season, pictures=[picture])
    return await nominating.submit(VAULT, citizen, draft.id)


async def settled(nomination: Nomination) -> Nomination:
    """As soon as WeChat's answer has come, five seconds at most."""
    async with asyncio.timeout(5):
        while (now := await Nomination.get(id=nomination.id)).state == "checking":  # noqa: ASYNC110 (no event for it)
            await asyncio.sleep(0.02)
    return now


async def test_a_stranger_is_not_heard(app: RunningApp, wechat_itself: httpx.AsyncClient) -> None:
    for asked in ("", "?signature=x&timestamp=1&nonce=2&echostr=hello", "?msg_signature=%ff&timestamp=٣"):
        for answer in (
            await wechat_itself.get(PUSHES + asked),
            await wechat_itself.post(PUSHES + asked, content=b"{}"),
        ):
            refused(answer, 403, "push_not_genuine")
            assert "hello" not in answer.text
    refused(await push(wechat_itself, "trace-1", token="guessed"), 403, "push_not_genuine")
    assert await ContentCheck.all().count() == 0


async def test_the_set_up_gets_its_echo_as_plain_text(wechat_itself: httpx.AsyncClient) -> None:
    moment = str(int(clock.now().timestamp()))
    asked = {"signature": sign(TOKEN, moment, "7"), "timestamp": moment, "nonce": "7", "echostr": "<b>437</b>"}
    answer = await wechat_itself.get(PUSHES, params=asked)
    assert (answer.status_code, answer.text) == (200, "<b>437</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_verdict_is_written_down_once_however_often_it_comes(
    form: str, app: RunningApp, wechat_itself: httpx.AsyncClient
) -> None:
    nomination = await nominated(app)
    await ContentCheck.create(
        nomination_id=nomination.id, round=2, part="text:0", state="asked", trace_id="t-1", asked_at=clock.now()
    )
    for _ in range(3):
        answer = await push(wechat_itself, "t-1", form)
        assert (answer.status_code, answer.text) == (200, "success")
    row = await ContentCheck.get()
    assert (row.state, row.label) == ("risky", 20002)
    assert (await Nomination.get(id=nomination.id)).state == "waiting"


async def test_other_events_are_heard_and_left(wechat_itself: httpx.AsyncClient) -> None:
    event = {"Event": "subscribe_msg_popup_event", "FromUserName": openid_of("x"), "trace_id": "t-1"}
    request = signed(APP, Address(f"{wechat_itself.base_url}{PUSHES}", TOKEN, KEY), event)
    assert isinstance(request.data, bytes)
    answer = await wechat_itself.post(request.full_url, content=request.data)
    assert (answer.status_code, answer.text) == (200, "success")


@pytest.mark.parametrize(
    ("colour", "found", "form"),
    [((40, 160, 80), "pass", "json"), (RISKY_COLOUR, "risky", "xml"), (DOUBTFUL_COLOUR, "review", "json")],
)
async def test_wechat_fetches_the_picture_and_says_what_it_found(
    colour: tuple[int, int, int], found: str, form: str, app: RunningApp, pushing: StandIn
) -> None:
    pushing.push_to(f"{app.url}{PUSHES}", TOKEN, KEY, form)
    nomination = await nominated(app, colour)
    async with moderated.checker_at(pushing, app.url) as checker:
        await check(checker, nomination)
        await settled(nomination)
    assert await states(nomination) == {"text:0": "pass", "picture": found}


async def test_what_it_cannot_fetch_goes_to_a_person(app: RunningApp, pushing: StandIn) -> None:
    nomination = await nominated(app)
    async with moderated.checker_at(pushing, app.url) as checker:
        await check(checker, nomination)
        await settled(nomination)
    assert (await states(nomination))["picture"] == "failed"


async def test_a_silent_wechat_leaves_it_waiting_for_its_half_hour(app: RunningApp, pushing: StandIn) -> None:
    pushing.push_nothing()
    nomination = await nominated(app, (40, 160, 80))
    async with moderated.checker_at(pushing, app.url) as checker:
        await check(checker, nomination)
    await asyncio.sleep(0.3)
    assert (await Nomination.get(id=nomination.id)).state == "checking"


async def test_wechats_link_shows_this_nominations_pictures_and_only_until_it_is_decided(app: RunningApp) -> None:
    nomination = await nominated(app, (40, 160, 80))
    picture = await Picture.get(held_by=holder_of(nomination.id))

    def link(nomination_id: object) -> str:
        return f"{PREFIX}/pictures/{sign_link(VAULT, picture.id, 'middle', f'{WECHAT}:{nomination_id}')}"

    own = link(nomination.id)
    assert (await app.http.get(own)).status_code == 200
    refused(await app.http.get(link(picture.id)), 404, "link_gone")
    for state in ("accepted", "refused", "withdrawn"):
        await Nomination.filter(id=nomination.id).update(state=state)
        refused(await app.http.get(own), 404, "link_gone")
    assert CITIZEN.name not in own
