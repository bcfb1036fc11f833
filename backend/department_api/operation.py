"""One operation of the departments' API: its route, its contract, and what its handler asks for by type."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, TypeVar, get_type_hints

import msgspec

from backend.errors import DomainError, Invalid
from backend.staff.models import DepartmentKey
from backend.staff.permissions import Staff

PREFIX = "/api/department/v1"
REQUEST_KEY = "[!-~]{8,64}"  # an Idempotency-Key
SMALL = 64 * 1024  # bytes
TOO_LARGE = ("too_large", "内容太大，请分成几批。报送一次最多 2 MB、1000 行，更正和撤回一次最多 64 KB。")

Handler = Callable[..., Awaitable[msgspec.Struct]]
H = TypeVar("H", bound=Handler)
ErrorMaker = Callable[[], DomainError]

_request_key = re.compile(REQUEST_KEY)


@dataclass(frozen=True)
class Caller:
    """A department's system, proven by its signature, and the officer in whose name it speaks."""

    key: DepartmentKey
    staff: Staff


class RequestKey(str):
    """The system's own name for a write, in the header Idempotency-Key."""


def request_key_needed() -> Invalid:
    return Invalid("idempotency_key_needed", "请在 Idempotency-Key 里给这一批一个编号（8 至 64 个可见的英文字符）。")


def read_request_key(text: str) -> RequestKey:
    """Raises Invalid for what is none."""
    if _request_key.fullmatch(text) is None:
        raise request_key_needed()
    return RequestKey(text)


@dataclass(frozen=True)
class Operation:
    """What is published of one operation. Its docstring is the description."""

    method: str
    path: str  # as Sanic writes it, below PREFIX
    handler: Handler
    summary: str
    errors: tuple[ErrorMaker, ...]
    parameters: dict[str, Any]
    answer: type[msgspec.Struct]
    body: type[msgspec.Struct] | None = None
    read: Callable[[bytes], msgspec.Struct] | None = None  # a body's bytes into its struct
    most_bytes: int = SMALL

    @property
    def id(self) -> str:
        """The operation id: the handler's name."""
        return self.handler.__name__

    def asks_for(self, kind: type) -> bool:
        """Whether the handler has an argument of this type."""
        return kind in self.parameters.values()


@dataclass
class Routes:
    """The operations in the order of their declaration."""

    operations: list[Operation] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        errors: Sequence[ErrorMaker] = (),
        read: Callable[[bytes], msgspec.Struct] | None = None,
        most_bytes: int = SMALL,
    ) -> Callable[[H], H]:
        """Declare a handler; its annotations say what it needs and answers. Each is reached by a signature only."""

        def declare(handler: H) -> H:
            hints = get_type_hints(handler)
            parameters = {name: hints[name] for name in signature(handler).parameters}
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    summary=summary,
                    errors=tuple(errors),
                    parameters=parameters,
                    answer=hints["return"],
                    body=get_type_hints(read)["return"] if read is not None else None,
                    read=read,
                    most_bytes=most_bytes,
                )
            )
            return handler

        return declare
