"""Who comes to the console with one request: a guest before signing in, a visit of a staff user after it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import BaseHTTPResponse

from backend.cache import Cache
from backend.console import pages
from backend.console.pages import NavigationEntry
from backend.errors import DomainError
from backend.pages.forms import chosen, form_of, go_to, is_our_page
from backend.points.ledger import Ledger
from backend.secrets import Vault, new_token
from backend.settings import Settings
from backend.staff.models import StaffSession
from backend.staff.permissions import Staff
from media.storage import Storage
from media.workshop import Workshop
from miniprogram_api.surface.speaker import network_of

HOME = "/console"
COOKIE = "staff_session"
GUEST_COOKIE = "staff_guest"
Tools = Mapping[type, Any]


def of_console(address: str) -> str:
    """The address when it is one of the console's own pages, else its first page."""
    ours = is_our_page(address) and (address == HOME or address.startswith((f"{HOME}/", f"{HOME}?")))
    return address if ours else HOME


def cookie_of(request: Request, name: str) -> str:
    """A cookie of ours, or nothing: headers may hold any bytes, and ours are ASCII."""
    value = request.cookies.get(name) or ""
    return value if value.isascii() else ""


def _plain(typed: str) -> str:
    """Without blanks around it, nor the one character that PostgreSQL stores in no text."""
    return typed.replace("\x00", "").strip()


@dataclass(frozen=True)
class Call:
    """One request to the console with the tools of this process."""

    request: Request
    tools: Tools = field(repr=False)

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self.tools[Settings]  # type: ignore[no-any-return]

    @property
    def vault(self) -> Vault:
        """The keys of this process."""
        return self.tools[Vault]  # type: ignore[no-any-return]

    @property
    def cache(self) -> Cache:
        """Limits and short-lived values."""
        return self.tools[Cache]  # type: ignore[no-any-return]

    @property
    def ledger(self) -> Ledger:
        """The ledger of this process."""
        return self.tools[Ledger]  # type: ignore[no-any-return]

    @property
    def storage(self) -> Storage:
        """Where pictures and waiting files are kept."""
        return self.tools[Storage]  # type: ignore[no-any-return]

    @property
    def workshop(self) -> Workshop:
        """Where pictures are opened."""
        return self.tools[Workshop]  # type: ignore[no-any-return]

    @cached_property
    def form(self) -> dict[str, str]:
        """The filled-in fields of the form, without blanks around them; a field left empty is not there."""
        return {name: _plain(value) for name, value in form_of(self.request).items()}

    def chosen(self, name: str) -> list[str]:
        """Every ticked value of a field of the form."""
        return chosen(self.request, name)

    def asked(self, name: str) -> str:
        """A value of the address's query, or nothing."""
        return _plain(str(self.request.args.get(name, "")))

    @property
    def from_htmx(self) -> bool:
        """Whether a part of a page is asked for, and not a page."""
        return "hx-request" in self.request.headers

    @property
    def address(self) -> str:
        """Where the request came from, for limits."""
        return network_of(str(self.request.remote_addr or self.request.ip))

    @property
    def csrf(self) -> str:
        """What proves that a form was made for this browser: a keyed digest that no other site can know."""
        raise NotImplementedError

    @property
    def frame(self) -> dict[str, Any]:
        """What the frame of her pages shows; `parent` is its template."""
        raise NotImplementedError

    def is_hers(self, sent: str) -> bool:
        """Whether a form's token is the one that this browser was given."""
        return hmac.compare_digest(sent.encode("utf-8", "replace"), self.csrf.encode())

    def sent_csrf(self, *, in_header: bool) -> str:
        """The token that came with a form: in its field `csrf`, or in the header, where alone an upload has it."""
        header = self.request.headers.get("x-csrf-token", "")
        return header if in_header else header or self.form.get("csrf", "")

    def keep_token(self, answer: BaseHTTPResponse) -> None:
        """Give the browser what the next form's token is compared with, where it has none yet."""

    def go(self, path: str) -> HTTPResponse:
        """After a form: on to a page of the console, `/people?done=added`."""
        return go_to(HOME + path)


@dataclass(frozen=True)
class Guest(Call):
    """Somebody who is not signed in. Her forms' token is bound to a cookie that no other site can set."""

    @cached_property
    def secret(self) -> str:
        """What the browser keeps of its own."""
        return cookie_of(self.request, GUEST_COOKIE) or new_token()

    @property
    def csrf(self) -> str:
        """Bound to the browser's own secret."""
        return self.vault.digest(self.secret, "console.csrf.guest")

    @property
    def frame(self) -> dict[str, Any]:
        """Nothing of anybody's."""
        return {"parent": "door.html"}

    def keep_token(self, answer: BaseHTTPResponse) -> None:
        """Let the browser keep its secret."""
        if cookie_of(self.request, GUEST_COOKIE) != self.secret:
            self.keep_cookie(answer, GUEST_COOKIE, self.secret)

    def keep_cookie(self, answer: BaseHTTPResponse, name: str, value: str) -> None:
        """A cookie that only the console's own pages send, and no script can read."""
        secure = not self.settings.demo
        answer.add_cookie(name, value, path=HOME, httponly=True, samesite="Strict", secure=secure)

    async def show(
        self, template: str, status: int = 200, *, fault: DomainError | None = None, **values: Any
    ) -> HTTPResponse:
        """A page for who is not signed in. `fault` is said above the form."""
        return pages.show(self, template, status, fault=fault, **self.frame, **values)


@dataclass(frozen=True)
class Visit(Call):
    """A signed-in staff user with one request. What she may is asked before a handler gets it."""

    staff: Staff
    session: StaffSession
    navigation: tuple[NavigationEntry, ...] = field(default=(), repr=False)

    @property
    def csrf(self) -> str:
        """Bound to the session: signed out, it is worth nothing."""
        return self.vault.digest(str(self.session.id), "console.csrf")

    @property
    def frame(self) -> dict[str, Any]:
        """Who she is, and the ways that are open to her."""
        entries = [each for each in self.navigation if each.permission is None or self.staff.may(each.permission)]
        return {"parent": "desk.html", "staff": self.staff, "entries": entries, "path": self.request.path}

    async def show(
        self,
        template: str,
        status: int = 200,
        *,
        fragment: str | None = None,
        fault: DomainError | None = None,
        done: str = "",
        **values: Any,
    ) -> HTTPResponse:
        """A page in the console's frame, or one block of it.

        `fault` (a refusal) and `done` (a sentence) stand above the content. A form that was refused is shown again
        with `status=422, fault=error, typed=visit.form`; `typed` is empty unless given.
        """
        said: dict[str, Any] = {"fragment": fragment, "fault": fault, "done": done}
        return pages.show(self, template, status, **said, **self.frame, **values)
