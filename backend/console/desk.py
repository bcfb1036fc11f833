"""A desk: the routes of one file of the console, each with the permission that it needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sanic import HTTPResponse

from backend.staff.permissions import PERMISSIONS

Handler = Callable[..., Awaitable[HTTPResponse]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Route:
    """One way into the console. Without a permission it is open to all signed-in staff; `public`, to everybody."""

    method: str
    path: str  # below /console
    handler: Callable[..., Awaitable[HTTPResponse]]
    permission: str | None = None
    upload: bool = False
    public: bool = False


class Desk:
    """The routes of one desk. The guard has asked everything before a handler is called."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.routes: list[Route] = []

    def add(self, method: str, path: str, *, permission: str | None, upload: bool = False) -> Callable[[H], H]:
        """Register `async def handler(visit: Visit, **path) -> HTTPResponse` below /console.

        Path parameters are typed as Sanic has them: `/evidence/<evidence_id:uuid>`. With `upload` the body is an
        unread stream, and the form's token comes in the header X-CSRF-Token only.
        """
        if permission is not None and permission not in PERMISSIONS:
            raise TypeError(f"{self.name} {path}: no permission is called {permission}")
        return self._register(method, path, permission=permission, upload=upload)

    def add_public(self, method: str, path: str) -> Callable[[H], H]:
        """Register a handler that gets a `Guest`: for what comes before signing in, and nothing else."""
        return self._register(method, path, public=True)

    def _register(self, method: str, path: str, **about: Any) -> Callable[[H], H]:
        if method not in {"GET", "POST"}:
            raise TypeError(f"{self.name} {path}: a form is sent by POST, a page is read by GET")

        def register(handler: H) -> H:
            self.routes.append(Route(method, path, handler, **about))
            return handler

        return register
