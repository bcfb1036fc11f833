"""Who visits the demo: a real session in a cookie, and errors as pages that lead on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request

from backend.citizens import consent, sessions
from backend.citizens.models import Account, Citizen, Session
from backend.errors import DomainError, Forbidden, Unauthenticated
from backend.notifications import inbox
from backend.points.enrolment import not_enrolled
from backend.points.ledger import Ledger
from backend.secrets import Vault
from backend.windows.page import Pages, go_to
from backend.windows.start_page import sample_notice
from miniprogram_api.surface.problem import TITLES, status_of
from miniprogram_api.surface.speaker import citizen_of

COOKIE = "demo_session"
Tools = Mapping[type, Any]

_pages = Pages(Path(__file__).parent.parent / "templates")

# What the visitor lacks, and the page where it can be had.
_WAYS_ON = {
    consent.consent_needed().code: "/demo/texts",
    not_enrolled().code: "/demo/enrolment",
}


@dataclass(frozen=True)
class Visitor:
    """A signed-in demo citizen with one request."""

    request: Request
    session: Session
    tools: Tools

    @property
    def account(self) -> Account:
        """The WeChat account that speaks."""
        return self.session.account

    @property
    def citizen(self) -> Citizen:
        """The citizen whom it is bound to. Raises Forbidden before the texts are accepted, or before binding."""
        return citizen_of(self.account)

    @property
    def ledger(self) -> Ledger:
        """The ledger of this process."""
        return self.tools[Ledger]  # type: ignore[no-any-return]

    @property
    def vault(self) -> Vault:
        """The keys of this process."""
        return self.tools[Vault]  # type: ignore[no-any-return]

    async def show(self, template: str, tab: str, **values: Any) -> HTTPResponse:
        """A page under one of the tabs at its foot."""
        citizen = self.account.citizen
        unread = await inbox.unread_count(citizen) if citizen else 0
        sample = await sample_notice()
        return _pages.show(template, request=self.request, tab=tab, unread=unread, sample=sample, **values)


Page = Callable[..., Awaitable[HTTPResponse]]


def from_elsewhere() -> Forbidden:
    return Forbidden("from_elsewhere", "这次提交不是从本页面发出的，没有生效。请回到首页再试。")


def for_visitors(tools: Tools, page: Page) -> Any:
    """The page for whoever is signed in; everybody else is sent to the start page."""

    async def serve(request: Request, **path: Any) -> HTTPResponse:
        session = await sessions.find(request.cookies.get(COOKIE) or "")
        return await page(Visitor(request, session, tools), **path)

    return as_page(serve)


def as_page(handler: Page) -> Any:
    """A handler whose refusals are pages, or the way to the page that helps."""

    async def serve(request: Request, **path: Any) -> HTTPResponse:
        try:
            refuse_from_elsewhere(request)
            return await handler(request, **path)
        except Unauthenticated:
            return go_to("/")
        except DomainError as error:
            if error.code in _WAYS_ON:
                return go_to(_WAYS_ON[error.code])
            return _error_page(request, error)

    return serve


def refuse_from_elsewhere(request: Request) -> None:
    """Raise Forbidden for a form that another site sent; the cookie's SameSite=Strict keeps it signed out besides.

    Not by Origin: under our own Referrer-Policy browsers send `null` there with their own forms, too.
    """
    if request.method != "GET" and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise from_elsewhere()


def _error_page(request: Request, error: DomainError) -> HTTPResponse:
    status = status_of(error)
    home = "/demo/points" if request.cookies.get(COOKIE) else "/"
    said = {"title": TITLES[status], "detail": error.detail, "home": home}
    return _pages.show("error.html", status, request, request_id=str(request.ctx.request_id), **said)
