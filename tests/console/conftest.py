"""The console as staff use it: browsers without a window, signed in by the real page or, for speed, by their cookie.

async def test_…(office: Office) -> None:
    reviewer = await office.signed_in("sjj-wang", roles=["reviewer"], department="SJJ")
    answer = await reviewer.post("/evidence/…/approve", {"quantity": "6"})
    assert "已通过" in reviewer.page
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pyotp
import pytest

from backend import clock
from backend.console.visit import COOKIE, HOME
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from backend.staff import invitations, people, sessions
from backend.staff.models import Department, StaffUser
from tests import factories
from tests.factories import VAULT
from tests.running_app import RunningApp, browser, running_app
from tests.servers import HERE

PASSWORD = "青山 绿水 白云 石桥"
OWN_NUMBER = "410423196001010017"  # of a citizen whom no test's register knows
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Officer:
    """A staff user's browser. Paths are below /console; forms carry its token; the last page stays in `page`."""

    browser: httpx.AsyncClient
    user: StaffUser | None = None
    secret: str = ""
    csrf: str = ""
    page: str = ""

    async def get(self, path: str = "", **asked: Any) -> httpx.Response:
        """A page."""
        return await self.send("GET", path, **asked)

    async def post(
        self, path: str, fields: Mapping[str, str | list[str]] | None = None, **asked: Any
    ) -> httpx.Response:
        """A form with the browser's token, which the first form comes to know from any page."""
        if not self.csrf:
            await self.get("/account" if COOKIE in self.browser.cookies else "/sign-in")
        return await self.send("POST", path, data={"csrf": self.csrf, **(fields or {})}, **asked)

    async def send(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """Any request; nothing is added, and redirects are not followed."""
        address = path if path.startswith(HOME) else HOME + path
        answer = await self.browser.request(method, address, **asked)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = unescape(answer.text)
            if found := _TOKEN.search(answer.text):
                self.csrf = found[1]
        return answer

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page to which a form led."""
        assert answer.status_code == 303, (answer.status_code, self.page)
        return await self.get(answer.headers["location"])

    async def enter(self, password: str = PASSWORD, code: str | None = None, **fields: str) -> httpx.Response:
        """Sign in through the page, with the code that the phone shows next, or with other things."""
        assert self.user is not None
        code = self.code() if code is None else code
        await self.get("/sign-in")  # a token of an earlier session would be worth nothing
        typed = {"username": self.user.username, "password": password, "code": code}
        answer = await self.post("/sign-in", typed | fields)
        if answer.status_code == 303:
            self.csrf = ""
        return answer

    def code(self) -> str:
        """What the phone shows next, and the server takes already: setting up has used what it shows now."""
        return pyotp.TOTP(self.secret).at(clock.now() + timedelta(seconds=30))


@dataclass
class Office:
    """The running console and who works there."""

    app: RunningApp
    browsers: list[httpx.AsyncClient] = field(default_factory=list)

    def stranger(self) -> Officer:
        """A browser that is not signed in."""
        self.browsers.append(browser(self.app.url))
        return Officer(self.browsers[-1])

    async def invited(
        self, username: str, roles: Iterable[str] = (), department: str = factories.DEPARTMENT, name: str = "王办事"
    ) -> tuple[StaffUser, str]:
        """A new account, not set up yet, and the token of its invitation."""
        if not await Department.exists():
            await factories.load_tiny_catalogue()
        user = await people.add_staff(username, name, department, roles)
        return user, await invitations.invite(user.id)

    async def set_up(
        self,
        username: str,
        roles: Iterable[str] = (),
        department: str = factories.DEPARTMENT,
        own_number: str | None = None,
        name: str = "王办事",
    ) -> Officer:
        """A staff user with password and phone, whose browser is not signed in."""
        user, token = await self.invited(username, roles, department, name)
        secret = (await invitations.begin(VAULT, token)).secret
        code = pyotp.TOTP(secret).at(clock.now())
        await invitations.finish(VAULT, token, PASSWORD, code, own_number or factories.number_of(username))
        officer = self.stranger()
        officer.user, officer.secret = await StaffUser.get(id=user.id).select_related("department"), secret
        return officer

    async def signed_in(self, username: str, **about: Any) -> Officer:
        """The browser of a staff user at work; takes what `set_up` takes."""
        return await self.again(await self.set_up(username, **about))

    async def again(self, known: Officer) -> Officer:
        """Another browser of hers, signed in."""
        assert known.user is not None
        officer = self.stranger()
        officer.user, officer.secret = known.user, known.secret
        token, _ = await sessions.begin(known.user)
        officer.browser.cookies.set(COOKIE, token, domain=HERE, path=HOME)
        return officer


@asynccontextmanager
async def open_office(settings: Settings, wechat: StandIn) -> AsyncIterator[Office]:
    """The real app, serving until the block ends, with the tiny catalogue and its department."""
    async with running_app(settings, wechat) as app:
        if not await Department.exists():
            await factories.load_tiny_catalogue()
        opened = Office(app)
        yield opened
        for each in opened.browsers:
            await each.aclose()


@pytest.fixture
async def office(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[Office]:
    """The console on this test's database, once on each kind unless the test names one."""
    async with open_office(settings, wechat_stand_in) as opened:
        yield opened
