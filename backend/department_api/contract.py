"""The departments' contract, OpenAPI 3.1, made from the operations themselves."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from backend.database import database_away
from backend.department_api.body import not_json
from backend.department_api.operation import (
    PREFIX,
    REQUEST_KEY,
    TOO_LARGE,
    ErrorMaker,
    Operation,
    RequestKey,
    Routes,
    request_key_needed,
)
from backend.department_api.signature import FORMATS, KEY, clock_off, not_signed, replayed
from backend.errors import FieldError, invalid_fields
from backend.staff.department_keys import officer_gone
from miniprogram_api.surface.announced import announced, example, of_error
from miniprogram_api.surface.problem import WORDS, Problem

_REF = "#/components/schemas/{name}"
_EXAMPLES = Path(__file__).with_name("examples.json")  # one of each struct that is sent or answered, by its name
_PATH_ARGUMENT = re.compile(r"<(\w+):uuid>")
_ABOUT = {
    KEY: "密钥编号",
    "X-Lushan-Time": "发送时刻，1970 年以来的秒数，与服务器相差不超过 300 秒",
    "X-Lushan-Nonce": "随机串，每次发送都要新的",
    "X-Lushan-Signature": "HMAC-SHA256 签名，十六进制",
}


def document(routes: Routes, version: str, too_often: ErrorMaker) -> dict[str, Any]:
    """The OpenAPI document of all operations, as plain values."""
    examples = msgspec.json.decode(_EXAMPLES.read_bytes())
    structs = {kind for each in routes.operations for kind in (each.answer, each.body) if kind} | {Problem}
    _, schemas = msgspec.json.schema_components(sorted(structs, key=lambda kind: kind.__name__), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in routes.operations:
        path = PREFIX + _PATH_ARGUMENT.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _describe(operation, examples, too_often)
    problems = {each.code: each for operation in routes.operations for each in _possible(operation, too_often)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "诚信鲁山 · 部门接口",
            "version": version,
            "description": "部门业务系统报送、更正和撤回公共信用记录。每个请求都要签名，见 docs/department-api.md。",
        },
        "servers": [{"url": "/", "description": "本服务"}],
        "tags": [{"name": "records"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "examples": {code: {"value": msgspec.to_builtins(problems[code])} for code in sorted(problems)},
            "securitySchemes": {
                "signature": {"type": "apiKey", "in": "header", "name": KEY, "description": "密钥编号，与签名同时使用"}
            },
        },
    }


def _describe(operation: Operation, examples: dict[str, Any], too_often: ErrorMaker) -> dict[str, Any]:
    success = {"200": {"description": "成功", "content": _json(operation.answer, examples)}}
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": (operation.handler.__doc__ or "").strip(),
        "tags": ["records"],
        "parameters": _parameters(operation),
        "responses": success | announced(_possible(operation, too_often)),
        "security": [{"signature": []}],
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _json(operation.body, examples)}
    return described


def _json(kind: type[msgspec.Struct], examples: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    return {"application/json": {"schema": {"$ref": _REF.format(name=name)}, "example": examples[name]}}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in _PATH_ARGUMENT.findall(operation.path)
    ]
    formats = {name: (FORMATS[name], about) for name, about in _ABOUT.items()}
    if operation.asks_for(RequestKey):
        formats["Idempotency-Key"] = (REQUEST_KEY, "本系统给这一批的编号；重发时不变。")
    for name, (pattern, about) in formats.items():
        schema = {"type": "string", "pattern": f"^{pattern}$"}
        parameters.append({"name": name, "in": "header", "required": True, "description": about, "schema": schema})
    return parameters


def _possible(operation: Operation, too_often: ErrorMaker) -> list[Problem]:
    """Every error code that the operation can give: its own, and those of any signed request."""
    errors = [make() for make in operation.errors]
    errors += [not_signed(), clock_off(), replayed(), officer_gone(), too_often(), database_away()]
    if operation.asks_for(RequestKey):
        errors.append(request_key_needed())
    errors.append(invalid_fields([FieldError("rows[0].name", "required", "请填写这一项。")]))
    if operation.body is not None:
        errors.append(not_json())
    statuses = {400, 408, 503} | ({404} if operation.asks_for(UUID) else set())
    found = [of_error(each) for each in errors] + [example(status, *WORDS[status]) for status in sorted(statuses)]
    return [*found, example(413, *TOO_LARGE)]
