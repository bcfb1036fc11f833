"""The real app on a socket of the test's own event loop, and people's phones that speak to it."""

import asyncio
import itertools
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sanic import Sanic

from backend import clock
from backend.app import create_app
from backend.citizens import consent
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from backend.staff.models import Department
from tests import factories
from tests.contract import check
from tests.factories import CITIZEN, Person
from tests.servers import HERE

PREFIX = "/api/v1"

# For tests whose answer hangs on the database: races, constraints, time.
both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)

_keys = itertools.count(1)

# Nothing here speaks TLS. Each client would otherwise read the machine's certificates, for thirty milliseconds.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def browser(url: str, **about: Any) -> httpx.AsyncClient:
    """A client of the app at this address."""
    return httpx.AsyncClient(base_url=url, timeout=30, verify=_NO_CERTIFICATES, **about)


class RunningApp:
    """One web process, in this one. Its database is open, so that factories and models work beside it."""

    def __init__(self, url: str, wechat: StandIn) -> None:
        self.url = url
        self.wechat = wechat
        self.http = browser(url, event_hooks={"response": [check]})

    def phone(self, person: Person = CITIZEN) -> "Phone":
        """A phone that is not signed in."""
        return Phone(self, person)

    async def guest(self, person: Person = CITIZEN) -> "Phone":
        """A phone that is signed in, and no more."""
        phone = self.phone(person)
        await phone.sign_in()
        return phone

    async def reader(self, person: Person = CITIZEN) -> "Phone":
        """A phone whose person, in the register, accepted the texts and is not bound yet."""
        await factories.register(person)
        phone = await self.guest(person)
        await phone.accept_texts()
        return phone

    async def bound(self, person: Person = CITIZEN) -> "Phone":
        """The phone of a bound citizen."""
        phone = await self.reader(person)
        phone.succeeded(await phone.bind(), 201)
        return phone

    async def enrolled(self, person: Person = CITIZEN) -> "Phone":
        """The phone of a citizen with points, under the tiny catalogue unless another one is loaded."""
        if not await Department.exists():
            await factories.load_tiny_catalogue()
        phone = await self.bound(person)
        phone.succeeded(await phone.enrol(), 201)
        return phone


class Phone:
    """A person's phone with the mini-program; paths are below /api/v1. Each answer is checked against the contract."""

    def __init__(self, app: RunningApp, person: Person) -> None:
        self.app = app
        self.person = person
        self.token: str | None = None

    async def get(self, path: str, **asked: Any) -> httpx.Response:
        return await self.send("GET", path, **asked)

    async def post(self, path: str, body: Any = None, *, key: str | None = "", **asked: Any) -> httpx.Response:
        """With an Idempotency-Key of its own, the given one, or none at all when it is None."""
        if body is not None:
            asked["json"] = body
        return await self.send("POST", path, key=f"key-{next(_keys):06}" if key == "" else key, **asked)

    async def delete(self, path: str, *, key: str | None = "", **asked: Any) -> httpx.Response:
        """With an Idempotency-Key, as `post`."""
        return await self.send("DELETE", path, key=f"key-{next(_keys):06}" if key == "" else key, **asked)

    async def send(
        self, method: str, path: str, *, key: str | None = None, headers: dict[str, Any] | None = None, **asked: Any
    ) -> httpx.Response:
        """Any request of hers."""
        sent: dict[str, Any] = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key is not None:
            sent["Idempotency-Key"] = key
        return await self.app.http.request(method, PREFIX + path, headers=sent | (headers or {}), **asked)

    async def sign_in(self) -> httpx.Response:
        """As the mini-program does when it opens."""
        answer = await self.post("/sessions", {"code": self.app.wechat.code(self.person.wechat)}, key=None)
        self.token = self.succeeded(answer, 201)["token"]
        return answer

    async def decide(self, text: consent.TextKind, *, given: bool = True, **asked: Any) -> httpx.Response:
        """A yes or no to the text in force."""
        version = consent.texts()[text].version
        return await self.post("/consents", {"text": text, "version": version, "given": given}, **asked)

    async def accept_texts(self) -> None:
        for text in consent.NEEDED_FOR_ANYTHING_PERSONAL:
            self.succeeded(await self.decide(text), 201)

    async def bind(self, *, key: str | None = "", **changes: Any) -> httpx.Response:
        """Bind her real name by her own WeChat's phone, or with these changes; None leaves a field out."""
        body = {"name": self.person.name, "identity_number": self.person.number, **changes}
        if not {"phone_code", "counter_code"} & changes.keys():
            body["phone_code"] = self.app.wechat.phone_code(self.person.phone)
        return await self.post("/binding", {name: value for name, value in body.items() if value is not None}, key=key)

    async def enrol(self, *, key: str | None = "") -> httpx.Response:
        return await self.post("/enrolment", {"text_version": consent.texts()["enrolment"].version}, key=key)

    @staticmethod
    def succeeded(answer: httpx.Response, status: int = 200) -> Any:
        """What a request that must succeed answered."""
        assert answer.status_code == status, answer.text
        return answer.json()

    async def read(self, path: str, **asked: Any) -> Any:
        """What a GET that must succeed answers."""
        return self.succeeded(await self.get(path, **asked))


class CountyClock:
    """The clock of this whole process. A pinned one would not reach the app, whose requests are tasks of the socket."""

    def set(self, moment: str) -> None:
        """It is this moment in the county now, `2026-11-23 09:00`, and time goes on from there."""
        clock.shift(timedelta(0))
        clock.shift(datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI) - clock.now())

    def forward(self, **step: float) -> None:
        """Let time pass: `days=10`."""
        ahead = clock.now() + timedelta(**step)
        clock.shift(timedelta(0))
        clock.shift(ahead - clock.now())


@asynccontextmanager
async def running_app(settings: Settings, wechat: StandIn) -> AsyncIterator[RunningApp]:
    """The app that `create_app` makes, serving until the block ends; nothing of it is left then."""
    wechat.advance(60)  # all tests share it, and it lets nobody sign in more than a hundred times a minute
    app = create_app(settings)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes for one app a process
    listening = socket.socket()
    listening.bind((HERE, 0))
    server: Any = await app.create_server(sock=listening, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    running = RunningApp(f"http://{HERE}:{listening.getsockname()[1]}", wechat)
    try:
        yield running
    finally:
        await running.http.aclose()
        await server.before_stop()
        await server.close()
        while server.connections:  # noqa: ASYNC110 (Sanic has no event for it)
            await asyncio.sleep(0.001)
        await server.after_stop()
        Sanic.unregister_app(app)
        clock.shift(timedelta(0))
