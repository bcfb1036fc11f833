"""Who reads the demo's articles: anybody; signed in or not, the pages are the same but for what she may press."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from sanic import HTTPResponse, Request

from backend.citizens import sessions
from backend.citizens.models import Account, Session
from backend.demo.pages.visitor import COOKIE, Tools, as_page, show_page
from backend.errors import Unauthenticated
from backend.secrets import Vault
from miniprogram_api.surface.body import read_query

READING = "/demo/reading"
T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True)
class Reader:
    """Somebody with one request, and a session if she has signed in."""

    request: Request
    session: Session | None
    tools: Tools

    @property
    def account(self) -> Account | None:
        """The WeChat account that reads; nobody's, without signing in."""
        return self.session.account if self.session else None

    @property
    def vault(self) -> Vault:
        """The keys of this process."""
        return self.tools[Vault]  # type: ignore[no-any-return]

    def asked(self, kind: type[T], **said: str) -> T:
        """The arguments of the address as the API reads them, with `said` besides. Raises Invalid."""
        arguments = self.request.args
        given = {key: arguments.getlist(key) for key in arguments}
        return read_query({**given, **{key: [value] for key, value in said.items()}}, kind)

    async def show(self, template: str, part: str, status: int = 200, **values: Any) -> HTTPResponse:
        """A page under one of the readers' parts: articles, campaigns, search."""
        citizen = self.account.citizen if self.account else None
        known = {"tab": "reading", "part": part, "signed_in": self.account is not None}
        return await show_page(self.request, citizen, template, status, **known, **values)


def for_readers(tools: Tools, page: Callable[..., Awaitable[HTTPResponse]]) -> Any:
    """The page for everybody. A session that has ended is as good as none: reading goes on."""

    async def serve(request: Request, **path: Any) -> HTTPResponse:
        return await page(Reader(request, await _session(request), tools), **path)

    return as_page(serve)


async def _session(request: Request) -> Session | None:
    try:
        return await sessions.find(request.cookies.get(COOKIE) or "")
    except Unauthenticated:
        return None
