"""What may go wrong, in the domain's words. Each surface maps these kinds to its answers in one table."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FieldError:
    """One field's fault: its path in the body, a stable code, and a Chinese sentence. Never the rejected value."""

    field: str
    code: str
    detail: str


class DomainError(Exception):
    """A refusal that a person can act on.

    `code` is a stable English word for programs; `detail` is a Chinese sentence that says what to do.
    Neither may contain personal data, because both are logged.
    """

    def __init__(
        self, code: str, detail: str, *, fields: Sequence[FieldError] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.fields = tuple(fields)
        self.retry_after = retry_after


class Unauthenticated(DomainError):
    """Nobody is signed in, or no longer."""


class Forbidden(DomainError):
    """The speaker is known but may not do this."""


class NotFound(DomainError):
    """There is no such thing, or it belongs to somebody else: the two are never told apart."""


class Conflict(DomainError):
    """The thing is not in a state that allows this."""


class Invalid(DomainError):
    """The input is wrong; `fields` names each fault."""


class TooMany(DomainError):
    """Tried too often; `retry_after` is in seconds."""


class Unavailable(DomainError):
    """Something outside does not answer now; `retry_after` is in seconds."""


def trace(error: BaseException) -> str:
    """Where an error came from, for the log: classes and places only, because messages may carry personal data."""
    lines = []
    for each in _chain(error):
        frames = traceback.extract_tb(each.__traceback__)
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        lines.append(f"{type(each).__name__} at {places}")
    return "; from ".join(lines)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def invalid_fields(fields: Sequence[FieldError]) -> Invalid:
    """What was filled in is wrong, field by field."""
    return Invalid("invalid_fields", "有内容填写不对，请按提示修改后重新提交。", fields=fields)
