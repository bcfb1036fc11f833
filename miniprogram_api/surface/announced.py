"""Problems as a published contract announces them: every code of an operation, by the status under which it comes."""

from collections.abc import Iterable
from typing import Any

from backend.errors import DomainError, FieldError
from miniprogram_api.surface.problem import CONTENT_TYPE, TITLES, Problem, status_of

_REQUEST_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def announced(possible: Iterable[Problem]) -> dict[str, Any]:
    """The responses of an operation that can give these; their examples stand among the components, by their codes."""
    by_status: dict[int, set[str]] = {}
    for each in possible:
        by_status.setdefault(each.status, set()).add(each.code)
    return {str(status): _problem(sorted(by_status[status])) for status in sorted(by_status)}


def of_error(error: DomainError) -> Problem:
    """What a domain error looks like."""
    return example(status_of(error), error.code, error.detail, error.fields)


def example(status: int, code: str, detail: str, fields: tuple[FieldError, ...] = ()) -> Problem:
    """A problem with a made-up request id."""
    return Problem("about:blank", TITLES[status], status, code, detail, _REQUEST_ID, fields)


def _problem(codes: list[str]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    return {"description": "、".join(codes), "content": content}
