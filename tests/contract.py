"""What the API publishes of itself, as a yardstick: an answer that its document does not announce fails the test."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import msgspec
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from backend.app import VERSION
from miniprogram_api.all_routes import ALL_ROUTES
from miniprogram_api.surface.openapi import document
from miniprogram_api.surface.problem import CONTENT_TYPE

Operation = dict[str, Any]


@cache
def published() -> dict[str, Any]:
    """The document, as it is served."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document(ALL_ROUTES, VERSION)))
    return told


@cache
def operations() -> dict[str, Operation]:
    """Each operation by its id."""
    return {each["operationId"]: each for path in published()["paths"].values() for each in path.values()}


@cache
def _routes() -> list[tuple[str, re.Pattern[str], Operation]]:
    return [
        (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?"), operation)
        for path, methods in published()["paths"].items()
        for method, operation in methods.items()
    ]


def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request goes to."""
    return next((each for verb, pattern, each in _routes() if verb == method and pattern.fullmatch(path)), None)


def codes_of(operation: Operation) -> dict[str, int]:
    """The error codes that an operation announces, each with its status."""
    return {
        code: int(status)
        for status, answer in operation["responses"].items()
        for code in answer.get("content", {}).get(CONTENT_TYPE, {}).get("examples", {})
    }


async def check(answer: httpx.Response) -> None:
    """Fail when an answer has a status, a code or a shape that the operation does not announce."""
    request = answer.request
    if not request.url.path.startswith("/api/"):
        return
    await answer.aread()
    assert_announced(request.method, request.url.path, answer)


def assert_announced(method: str, path: str, answer: httpx.Response) -> None:
    operation = operation_of(method, path)
    kind = answer.headers.get("content-type")
    if operation is None:
        assert (answer.status_code, kind) in {(404, CONTENT_TYPE), (405, CONTENT_TYPE)}
        return
    here = f"{operation['operationId']} answered {answer.status_code} {answer.text[:200]}"
    announced = operation["responses"].get(str(answer.status_code))
    assert announced is not None, f"{here}, a status that it does not announce"
    assert (kind is None) == ("content" not in announced), f"{here} as {kind}"
    if kind is None:
        assert answer.content == b"", f"{here}, which has no body"
        return
    assert kind in announced["content"], f"{here} as {kind}"
    content = announced["content"][kind]
    if content["schema"].get("format") == "binary":
        assert answer.content, f"{here}, and no bytes"
        return
    faults = [each.message for each in validator(content["schema"]["$ref"]).iter_errors(answer.json())]
    assert faults == [], f"{here}: {faults}"
    if kind == CONTENT_TYPE:
        assert answer.json()["code"] in content["examples"], f"{here}, a code that it does not announce"


@cache
def validator(reference: str) -> OAS31Validator:
    """What checks values against one of the document's schemas."""
    schema = {"$ref": reference, "components": {"schemas": published()["components"]["schemas"]}}
    return OAS31Validator(schema, format_checker=oas31_format_checker)


def limited(kind: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    """Whether no value of the kind can be over-long or over-large; `schemas` are those that a document names."""
    if "anyOf" in kind:
        return all(limited(each, schemas) for each in kind["anyOf"])
    if "$ref" in kind:
        inner = schemas[kind["$ref"].rpartition("/")[2]]
        return all(limited(each, schemas) for each in inner["properties"].values())
    if kind.get("type") == "string":
        return "maxLength" in kind or "format" in kind
    if kind.get("type") in {"integer", "number"}:
        return {"minimum", "maximum"} <= kind.keys()
    if kind.get("type") == "array":
        return "maxItems" in kind and limited(kind["items"], schemas)
    return kind.get("type") in {"boolean", "null"} or "enum" in kind
