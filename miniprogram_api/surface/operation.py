"""One operation of the API: its route, its contract, and how a request becomes the handler's arguments."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from inspect import signature
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec

from backend.errors import DomainError
from miniprogram_api.surface.upload import Upload

# Reads and writes of one citizen; public reads are counted by address, which a whole village may share.
_LIMITS = {(True, False): "240/minute", (False, False): "30/minute", (True, True): "3000/minute"}

# A moment in an answer: RFC 3339 with its offset.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

Handler = Callable[..., Awaitable[msgspec.Struct | None]]
H = TypeVar("H", bound=Handler)
ErrorMaker = Callable[[], DomainError]


class Token(str):
    """An opaque value in a path that says all by itself. Letters, digits, `-`, `_`, `.`; it never goes into a log."""

    PATTERN = "[A-Za-z0-9._-]{1,200}"


class Visitor(msgspec.Struct, frozen=True):
    """Where a request comes from and what its program calls itself: for counting, never stored and never logged."""

    network: str
    agent: str


class Bytes(msgspec.Struct, frozen=True):
    """An answer that is no JSON, of one of the operation's `media_types`."""

    media_type: str
    data: bytes


class Streamed(msgspec.Struct, frozen=True):
    """An answer that is no JSON and may be long: sent in pieces, or the part that was asked for (surface/ranges)."""

    media_type: str
    size: int  # bytes of it all
    etag: str  # in quotation marks; the same for the same bytes
    headers: dict[str, str]
    read: Callable[[int, int], Awaitable[bytes]]  # from one byte to before another


@dataclass(frozen=True)
class Operation:
    """What is published of one operation, and what its handler asks for by type."""

    method: str
    path: str  # as Sanic writes it, below /api/v1
    tag: str
    handler: Handler
    summary: str
    description: str
    status: int
    public: bool
    errors: tuple[ErrorMaker, ...]
    limit: str
    parameters: dict[str, Any] = field(default_factory=dict)  # the handler's arguments by name
    answer: type[msgspec.Struct] | None = None
    media_types: tuple[str, ...] = ()  # of an answer that is no JSON
    kept: bool = False  # the whole answer stays in the process until content changes (kept_answers)

    @property
    def id(self) -> str:
        """The operation id: the handler's name."""
        return self.handler.__name__

    @cached_property
    def cached(self) -> bool:
        """Whether anybody may keep the answer: it is a read, and the same for everyone."""
        return self.public and self.method == "GET" and not self.media_types

    @cached_property
    def streamed(self) -> bool:
        """Whether parts of the answer may be asked for."""
        return self.answer is not None and issubclass(self.answer, Streamed)

    @cached_property
    def takes_file(self) -> bool:
        """Whether its body is a form with one file."""
        return self.argument_of(Upload) is not None

    def argument_of(self, base: type) -> tuple[str, Any] | None:
        """The handler's argument whose type is a `base`."""
        for name, kind in self.parameters.items():
            if isinstance(kind, type) and issubclass(kind, base):
                return name, kind
        return None


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every request body: unknown fields are errors."""


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every set of query arguments."""


@dataclass
class Routes:
    """The operations of one capability."""

    tag: str
    operations: list[Operation] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        errors: Sequence[ErrorMaker] = (),
        public: bool = False,
        status: int = 200,
        limit: str | None = None,
        media_types: tuple[str, ...] = (),
        kept: bool = False,
    ) -> Callable[[H], H]:
        """Declare a handler. Its docstring is the description; its annotations say what it needs and answers.

        Without `public` the handler must name who speaks: Session, Account or Citizen. `limit` is counted by speaker,
        or by address where nobody speaks; `media_types` are those of Bytes or Streamed. What is `kept` is public, the
        same for everyone while published content stays as it is, and worked out once for a whole rush of readers.
        """

        def declare(handler: H) -> H:
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    tag=self.tag,
                    summary=summary,
                    status=status,
                    public=public,
                    errors=tuple(errors),
                    limit=limit or _LIMITS[method == "GET", public],
                    media_types=media_types,
                    kept=kept,
                    **_said_by(handler),
                )
            )
            return handler

        return declare


def _said_by(handler: Handler) -> dict[str, Any]:
    """What a handler's docstring and annotations say of its operation."""
    hints = get_type_hints(handler)
    return {
        "handler": handler,
        "description": (handler.__doc__ or "").strip(),
        "parameters": {name: hints[name] for name in signature(handler).parameters},
        "answer": None if hints["return"] is type(None) else hints["return"],
    }
