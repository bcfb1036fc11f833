"""The departments' contract as a yardstick: an answer that it does not announce fails the test.

Run as a program (`.venv/bin/python -m tests.department_api.contract`) it renews the file that keeps it.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from backend.app import VERSION
from backend.department_api.contract import document
from backend.department_api.records import routes
from backend.department_api.serving import too_often
from miniprogram_api.surface.problem import CONTENT_TYPE

KEPT = Path(__file__).parents[1] / "department_openapi.json"


@cache
def published() -> dict[str, Any]:
    """The document, as it is served."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document(routes, VERSION, too_often)))
    return told


@cache
def validator(reference: str) -> OAS31Validator:
    """What checks values against one of the document's schemas."""
    schema = {"$ref": reference, "components": {"schemas": published()["components"]["schemas"]}}
    return OAS31Validator(schema, format_checker=oas31_format_checker)


def written() -> str:
    """The published document as tests/department_openapi.json keeps it."""
    return msgspec.json.format(msgspec.json.encode(published())).decode() + "\n"


def assert_announced(method: str, path: str, answer: httpx.Response) -> None:
    """Fail when an answer has a status, a code or a shape that its operation does not announce."""
    operation = _operation_of(method, path)
    if operation is None:
        assert answer.status_code in {404, 405}
        return
    here = f"{operation['operationId']} answered {answer.status_code} {answer.text[:200]}"
    announced = operation["responses"].get(str(answer.status_code))
    assert announced is not None, f"{here}, a status that it does not announce"
    content = announced["content"][answer.headers["content-type"]]
    faults = [each.message for each in validator(content["schema"]["$ref"]).iter_errors(answer.json())]
    assert faults == [], f"{here}: {faults}"
    if answer.headers["content-type"] == CONTENT_TYPE:
        assert answer.json()["code"] in content["examples"], f"{here}, a code that it does not announce"


def _operation_of(method: str, path: str) -> dict[str, Any] | None:
    for shape, methods in published()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[0-9a-f-]{36}", shape), path) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    return None


if __name__ == "__main__":
    KEPT.write_text(written(), encoding="utf-8")
