"""The departments' contract: valid, kept in the repository as it is served, and its examples fit.

A change is renewed by `.venv/bin/python -m tests.department_api.contract`; its diff is read like code.
"""

import re
from typing import Any

import msgspec
from openapi_spec_validator import OpenAPIV31SpecValidator
from sanic import Sanic

from backend.app import create_app
from backend.department_api.operation import PREFIX
from backend.department_api.records import routes
from backend.department_api.serving import DOCUMENT
from backend.settings import demo_settings
from miniprogram_api.surface.body import read_json
from tests.department_api.contract import KEPT, published, validator, written
from tests.department_api.systems import System

CHINESE = re.compile(r"[一-鿿]")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def operations() -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in published()["paths"].values() for each in path.values()}


def test_it_is_openapi_3_1() -> None:
    assert [fault.message for fault in OpenAPIV31SpecValidator(published()).iter_errors()] == []


def test_the_document_in_the_repository_is_the_one_that_is_served() -> None:
    hint = "the API has changed: if that is meant, .venv/bin/python -m tests.department_api.contract"
    assert KEPT.read_text("utf-8") == written(), hint


async def test_the_server_serves_that_document(system: System) -> None:
    answer = await system.http.get(DOCUMENT)
    assert (answer.status_code, answer.headers["content-type"], answer.json()) == (200, "application/json", published())


def test_every_route_below_the_prefix_is_an_operation_of_the_document() -> None:
    app = create_app(demo_settings())
    Sanic.unregister_app(app)
    app.finalize()
    served = {f"/{route.path}" for route in app.router.routes if route.path.startswith(PREFIX.strip("/"))}
    assert served == {PREFIX + operation.path for operation in routes.operations}
    assert {each.id for each in routes.operations} == set(operations())


def test_every_operation_is_signed_and_says_in_chinese_what_it_is_for() -> None:
    for name, operation in operations().items():
        assert SNAKE.fullmatch(name), name
        assert operation["security"] == [{"signature": []}], name
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        assert {"X-Lushan-Key", "X-Lushan-Time", "X-Lushan-Nonce", "X-Lushan-Signature"} <= headers, name
        assert CHINESE.search(operation["summary"]), name
        assert len(CHINESE.findall(operation["description"])) >= 10, name


def test_every_example_fits_its_schema_and_is_read() -> None:
    for operation in routes.operations:
        told = operations()[operation.id]
        contents = [told["responses"]["200"]["content"], told.get("requestBody", {}).get("content")]
        for content in filter(None, contents):
            media = content["application/json"]
            faults = [each.message for each in validator(media["schema"]["$ref"]).iter_errors(media["example"])]
            assert faults == [], operation.id
        if operation.read is not None and operation.body is not None:
            raw = msgspec.json.encode(told["requestBody"]["content"]["application/json"]["example"])
            assert operation.read(raw) == read_json(raw, operation.body)


def test_every_announced_error_is_a_problem_with_a_sentence() -> None:
    examples = published()["components"]["examples"]
    assert {"not_signed", "clock_off", "replayed", "too_large", "idempotency_key_reused"} <= examples.keys()
    for code, example in examples.items():
        problem = example["value"]
        assert [each.message for each in validator("#/components/schemas/Problem").iter_errors(problem)] == [], code
        assert problem["code"] == code
        assert CHINESE.search(problem["detail"]), code


def test_everything_that_is_sent_has_limits() -> None:
    for name in ("RowSent", "ContentSent", "MeasureSent", "Push", "Amendment", "Withdrawal"):
        schema = published()["components"]["schemas"][name]
        assert schema["additionalProperties"] is False, name
        unlimited = [field for field, kind in schema["properties"].items() if not limited(kind)]
        assert unlimited == [], name


def limited(kind: dict[str, Any]) -> bool:
    """Whether no value of the kind can be over-long or over-large."""
    if "anyOf" in kind:
        return all(map(limited, kind["anyOf"]))
    if "$ref" in kind:
        return True
    if kind.get("type") == "string":
        return "maxLength" in kind
    if kind.get("type") in {"integer", "number"}:
        return {"minimum", "maximum"} <= kind.keys()
    if kind.get("type") == "array":
        return "maxItems" in kind and limited(kind["items"])
    return kind.get("type") == "null"
