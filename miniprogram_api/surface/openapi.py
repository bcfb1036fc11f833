"""The published contract, OpenAPI 3.1, made from the operations themselves."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from backend.citizens.beside import Beside
from backend.citizens.consent import consent_needed
from backend.citizens.idempotency import Once, key_reused
from backend.citizens.models import Citizen
from backend.citizens.sessions import sign_in_needed
from backend.database import database_away
from backend.errors import DomainError, FieldError, invalid_fields
from miniprogram_api.surface.announced import announced, example, of_error
from miniprogram_api.surface.body import unreadable
from miniprogram_api.surface.form import FILE, unreadable_upload
from miniprogram_api.surface.operation import Body, Bytes, Operation, Query, Routes, Streamed, Token
from miniprogram_api.surface.problem import WORDS, Problem
from miniprogram_api.surface.serving import KEY, PREFIX, SPEAKERS, idempotency_key_needed, no_such_thing, too_often
from miniprogram_api.surface.speaker import binding_needed
from miniprogram_api.surface.upload import not_multipart, uploads_at_once, uploads_busy

_REF = "#/components/schemas/{name}"
_EXAMPLES = Path(__file__).parents[1] / "examples.json"  # one of each struct that is sent or answered, by its name
_BINARY = {"type": "string", "format": "binary"}
_PATH_ARGUMENT = re.compile(r"<(\w+)(?::\w+)?>")


def document(all_routes: list[Routes], version: str) -> dict[str, Any]:
    """The OpenAPI document of all operations, as plain values."""
    operations = [operation for routes in all_routes for operation in routes.operations]
    examples = msgspec.json.decode(_EXAMPLES.read_bytes())
    structs = {kind for operation in operations for kind in _structs(operation)} | {Problem}
    ordered = sorted(structs, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = PREFIX + _PATH_ARGUMENT.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _describe(operation, examples)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "诚信鲁山 · 居民端接口",
            "version": version,
            "description": "微信小程序使用的接口。除标明公开的接口外，都需要登录。",
        },
        "servers": [{"url": "/", "description": "本服务"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(routes.tag for routes in all_routes)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "examples": _problem_examples(operations),
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "description": "登录后得到的令牌"}},
        },
    }


def _problem_examples(operations: list[Operation]) -> dict[str, Any]:
    """One example of each error code, told once for all operations: a code means the same everywhere."""
    problems = {each.code: each for operation in operations for each in _possible(operation)}
    return {code: {"value": msgspec.to_builtins(problems[code])} for code in sorted(problems)}


def _structs(operation: Operation) -> list[type[msgspec.Struct]]:
    body = operation.argument_of(Body)
    kinds = [kind for kind in (operation.answer, body and body[1]) if kind is not None]
    return [kind for kind in kinds if not issubclass(kind, Bytes | Streamed)]


def _describe(operation: Operation, examples: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.description or operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation),
        "responses": {**_success(operation, examples), **announced(_possible(operation))},
        "security": [] if operation.public else [{"session": []}],
    }
    body = operation.argument_of(Body)
    if body:
        described["requestBody"] = {"required": True, "content": _json(body[1], examples)}
    if operation.takes_file:
        described["requestBody"] = {"required": True, "content": _form()}
    return described


def _form() -> dict[str, Any]:
    """A form with one file. What the file may be is told by decoding it, so the document names no type."""
    schema = {
        "type": "object",
        "properties": {FILE: {**_BINARY, "description": "照片文件，最多 10 MB"}},
        "required": [FILE],
        "additionalProperties": False,
    }
    return {"multipart/form-data": {"schema": schema, "example": {FILE: "（照片文件的内容）"}}}


def _json(kind: type[msgspec.Struct], examples: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(name=kind.__name__)}}
    if kind.__name__ in examples:
        content["example"] = examples[kind.__name__]
    return {"application/json": content}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _of_path(operation, name)}
        for name in _PATH_ARGUMENT.findall(operation.path)
    ]
    query = operation.argument_of(Query)
    if query:
        _, schemas = msgspec.json.schema_components([query[1]], ref_template=_REF)
        asked = schemas[query[1].__name__]
        needed = asked.get("required", ())
        parameters += [
            {"name": name, "in": "query", "required": name in needed, "schema": schema}
            for name, schema in asked["properties"].items()
        ]
    if operation.argument_of(Once):
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "客户端为这一次提交生成的随机编号；重试时不变。",
                "schema": {"type": "string", "pattern": f"^{KEY}$"},
                "example": "0f8fad5b-d9cb-469f-a165-70867728950e",
            }
        )
    return parameters


def _of_path(operation: Operation, name: str) -> dict[str, str]:
    if operation.parameters[name] is Token:
        return {"type": "string", "pattern": f"^{Token.PATTERN}$"}
    return {"type": "string", "format": "uuid"}


def _success(operation: Operation, examples: dict[str, Any]) -> dict[str, Any]:
    if operation.answer is None:
        return {"204": {"description": "完成"}}
    content = {kind: {"schema": _BINARY} for kind in operation.media_types} or _json(operation.answer, examples)
    answers: dict[str, Any] = {str(operation.status): {"description": "成功", "content": content}}
    if operation.streamed:
        answers["206"] = {"description": "Range 所要的一段", "content": content}
    if operation.cached or operation.streamed:
        answers["304"] = {"description": "与 If-None-Match 所列的版本相同"}
    return answers


def _possible(operation: Operation) -> list[Problem]:
    """Every error code that the operation can give: its own, those of what it asks for, and those of any request."""
    errors = [make() for make in operation.errors] + _errors_of_arguments(operation) + [too_often(), database_away()]
    statuses: tuple[int, ...] = (400, 408, 413, 503) if operation.argument_of(Body) or operation.takes_file else (503,)
    statuses += (416,) if operation.streamed else ()
    return [of_error(error) for error in errors] + [example(status, *WORDS[status]) for status in statuses]


def _errors_of_arguments(operation: Operation) -> list[DomainError]:
    errors: list[DomainError] = []
    if operation.argument_of(Body):
        errors.append(unreadable())
    errors.append(invalid_fields([FieldError("name", "required", "请填写这一项。")]))
    if operation.argument_of(Once):
        errors += [idempotency_key_needed(), key_reused()]
    if operation.takes_file:
        errors += [not_multipart(), unreadable_upload(), uploads_at_once(), uploads_busy()]
    if operation.argument_of(UUID) or operation.argument_of(Token):
        errors.append(no_such_thing())
    if any(operation.argument_of(kind) for kind in SPEAKERS):
        errors.append(sign_in_needed())
    if operation.argument_of(Citizen) or operation.argument_of(Beside):
        errors += [consent_needed(), binding_needed()]
    return errors
