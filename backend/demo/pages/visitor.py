"""Who visits the demo: a real session in a cookie, and errors as pages that lead on."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from sanic import HTTPResponse, Request

from backend.citizens import consent, sessions
from backend.citizens.idempotency import Once
from backend.citizens.models import Account, Citizen, Session
from backend.errors import DomainError, Unauthenticated
from backend.notifications import inbox
from backend.pages.forms import go_to, refuse_from_elsewhere
from backend.pages.rendering import Pages
from backend.points.enrolment import enrolment_paused, not_enrolled
from backend.points.ledger import Ledger
from backend.secrets import Vault
from backend.windows.page import TEMPLATES
from backend.windows.start_page import sample_notice
from miniprogram_api.surface.problem import TITLES, answer, status_of
from miniprogram_api.surface.serving import KEY
from miniprogram_api.surface.speaker import citizen_of

COOKIE = "demo_session"
Tools = Mapping[type, Any]

_pages = Pages(Path(__file__).parent.parent / "templates", TEMPLATES)

# What the visitor lacks, and the page where it can be had.
_WAYS_ON = {
    consent.consent_needed().code: "/demo/texts",
    not_enrolled().code: "/demo/enrolment",
    enrolment_paused().code: "/demo/enrolment",
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

    def new_key(self) -> str:
        """A name for one write, hidden in its form, so that a double tap does it once."""
        return uuid4().hex

    def once(self, operation: str, key: str | None, *said: str) -> Once:
        """The write of that name; `said` is its content, which the same name cannot carry other content under."""
        known = key if key and re.fullmatch(KEY, key) else self.new_key()
        fingerprint = self.vault.digest(msgspec.json.encode(said).decode(), "idempotency.content")
        return Once(self.account, operation, known, fingerprint)

    async def show(self, template: str, tab: str, status: int = 200, **values: Any) -> HTTPResponse:
        """A page under one of the tabs at its foot."""
        return await show_page(self.request, self.account.citizen, template, status, tab=tab, **values)


async def show_page(
    request: Request, citizen: Citizen | None, template: str, status: int = 200, **values: Any
) -> HTTPResponse:
    """A page with what stands on each: how many notices wait for `citizen`, and that the catalogue is a sample."""
    unread = await inbox.unread_count(citizen) if citizen else 0
    sample = await sample_notice()
    return _pages.show(template, status, request, unread=unread, sample=sample, **values)


Page = Callable[..., Awaitable[HTTPResponse]]


def for_visitors(tools: Tools, page: Page) -> Any:
    """The page for whoever is signed in; everybody else is sent to the start page."""

    return as_page(_found(tools, page))


def for_scripts(tools: Tools, page: Page) -> Any:
    """What a page's own script asks for: a refusal is a problem, as the API gives it."""
    serve = for_uploads(tools, page)

    async def serve_data(request: Request, **path: Any) -> HTTPResponse:
        try:
            return await serve(request, **path)  # type: ignore[no-any-return]
        except DomainError as error:
            return answer(error, str(request.ctx.request_id))

    return serve_data


def for_uploads(tools: Tools, page: Page) -> Any:
    """What a page's own script sends files to: refusals are raised, for the rest of the file is still coming."""
    serve = _found(tools, page)

    async def serve_upload(request: Request, **path: Any) -> HTTPResponse:
        refuse_from_elsewhere(request)
        return await serve(request, **path)

    return serve_upload


def _found(tools: Tools, page: Page) -> Page:
    async def serve(request: Request, **path: Any) -> HTTPResponse:
        session = await sessions.find(request.cookies.get(COOKIE) or "")
        return await page(Visitor(request, session, tools), **path)

    return serve


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


def _error_page(request: Request, error: DomainError) -> HTTPResponse:
    status = status_of(error)
    home = "/demo/points" if request.cookies.get(COOKIE) else "/"
    said = {"title": TITLES[status], "detail": error.detail, "home": home}
    return _pages.show("error.html", status, request, request_id=str(request.ctx.request_id), **said)
