"""From operations to Sanic routes: identity first, then limits, then the body, then the handler."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import BaseHTTPResponse

from backend.cache import Allowance, Cache
from backend.citizens.idempotency import Once
from backend.citizens.models import Account, Citizen, Session
from backend.errors import Invalid, NotFound, TooMany
from backend.secrets import Vault
from miniprogram_api.surface.body import read_json, read_query
from miniprogram_api.surface.operation import Body, Operation, Query, Routes
from miniprogram_api.surface.speaker import citizen_of, session_of

PREFIX = "/api/v1"
KEY = "[!-~]{8,64}"  # an Idempotency-Key
FLOOD = "6000/minute"  # all requests of one address
SPEAKERS = (Session, Account, Citizen)
Tools = Mapping[type, Any]


def too_often() -> TooMany:
    return TooMany("too_often", "操作太频繁，请稍后再试。")


def idempotency_key_needed() -> Invalid:
    return Invalid("idempotency_key_needed", "提交缺少防重复编号，请更新小程序后重试。")


def no_such_thing() -> NotFound:
    return NotFound("not_found", "没有找到您要的内容。")


def blueprint(all_routes: list[Routes], tools: Tools) -> Blueprint:
    """All operations as one blueprint under /api/v1; `tools` are what handlers may ask for by type."""
    api = Blueprint("miniprogram_api", url_prefix=PREFIX)
    for routes in all_routes:
        for operation in routes.operations:
            _check(operation, tools)
            api.add_route(_serve(operation, tools), operation.path, methods=[operation.method], name=operation.id)
    api.middleware(_add_limits, "response")
    return api


def _check(operation: Operation, tools: Tools) -> None:
    """A route that nobody speaks for, or that asks for what nobody has, does not start."""
    speaks = any(operation.argument_of(kind) for kind in SPEAKERS)
    if speaks == operation.public:
        raise TypeError(f"{operation.id}: a route names who speaks, or is public, and never both")
    known = (*SPEAKERS, Body, Query, Once, UUID, *tools)
    for name, kind in operation.parameters.items():
        if not (isinstance(kind, type) and issubclass(kind, known)):
            raise TypeError(f"{operation.id}: nothing to give for {name}")


def _serve(operation: Operation, tools: Tools) -> Any:
    async def serve(request: Request, **path: str) -> HTTPResponse:
        await _refuse_flood(request, tools[Cache])
        session = None if operation.public else await session_of(request)
        await _allow(operation, request, session, tools[Cache])
        arguments = _arguments(operation, request, session, path, tools)
        answer = await operation.handler(**arguments)
        return _respond(operation, request, answer)

    return serve


async def _refuse_flood(request: Request, cache: Cache) -> None:
    """Before anybody is looked up: made-up tokens cost a query each. Generous, for a village may share one address."""
    _pass(await cache.hit_here(FLOOD, "address", _address(request)))


async def _allow(operation: Operation, request: Request, session: Session | None, cache: Cache) -> None:
    """Reads count in this process; writes and sign-in count wherever REDIS_URL reaches. Raises TooMany."""
    speaker = str(session.account_id) if session else _address(request)
    kind = "read" if operation.method == "GET" else operation.id
    hit = cache.hit_here if operation.method == "GET" else cache.hit
    request.ctx.allowance = await hit(operation.limit, kind, speaker)
    _pass(request.ctx.allowance)


def _pass(allowance: Allowance) -> None:
    if not allowance.allowed:
        error = too_often()
        error.retry_after = allowance.reset_in
        raise error


def _address(request: Request) -> str:
    return str(request.remote_addr or request.ip)


async def _add_limits(request: Request, response: BaseHTTPResponse) -> None:
    """Refusals tell what is left, too."""
    if hasattr(request.ctx, "allowance"):
        response.headers.update(limit_headers(request.ctx.allowance))


def limit_headers(allowance: Allowance) -> dict[str, str]:
    """The RateLimit header fields of an answer."""
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(allowance.reset_in),
    }


def _arguments(
    operation: Operation, request: Request, session: Session | None, path: Mapping[str, str], tools: Tools
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        if name in path:
            given[name] = _path_value(path[name])
        elif session is not None and kind in SPEAKERS:
            given[name] = _speaker(kind, session)
    # The body is read last: a stranger's never is, and nobody is told that a field is wrong in a closed room.
    asked = operation.argument_of(Query)
    query = read_query({key: request.args.getlist(key) for key in request.args}, asked[1] if asked else Query)
    for name, kind in operation.parameters.items():
        if name in given:
            continue
        if issubclass(kind, Body):
            given[name] = read_json(request.body, kind)
        elif issubclass(kind, Query):
            given[name] = query
        elif kind is not Once:
            given[name] = tools[kind]
    if session is not None and (wanted := operation.argument_of(Once)):
        given[wanted[0]] = _once(operation, request, session, given, tools[Vault])
    return given


def _path_value(text: str) -> UUID:
    """Ids in paths are UUIDs; anything else names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise no_such_thing() from None


def _speaker(kind: type, session: Session) -> Session | Account | Citizen:
    if kind is Session:
        return session
    return session.account if kind is Account else citizen_of(session.account)


def _once(operation: Operation, request: Request, session: Session, given: Mapping[str, Any], vault: Vault) -> Once:
    """The write's name for idempotency; its fingerprint is over the decoded fields, so spacing does not matter.

    Keyed, because a body may hold an identity number or a short code that could be guessed from a plain hash.
    """
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch(KEY, key):
        raise idempotency_key_needed()
    content = [value for value in given.values() if isinstance(value, Body | UUID)]
    fingerprint = vault.digest(msgspec.json.encode(content, order="sorted").decode(), "idempotency.content")
    return Once(session.account, operation.id, key, fingerprint)


def _respond(operation: Operation, request: Request, answer: msgspec.Struct | None) -> HTTPResponse:
    if answer is None:
        return HTTPResponse(status=204, headers={"Cache-Control": "private, no-store"})
    body = msgspec.json.encode(answer)
    if not operation.cached:
        headers = {"Cache-Control": "private, no-store"}
        return HTTPResponse(body, operation.status, headers, "application/json")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if _names(request.headers.getall("if-none-match", []), etag):
        return HTTPResponse(status=304, headers=headers)
    return HTTPResponse(body, operation.status, headers, "application/json")


def _names(if_none_match: list[str], etag: str) -> bool:
    """Whether the client has it already (RFC 9110, 13.1.2): in a list, or made weak by a proxy that compresses."""
    tags = {tag.strip().removeprefix("W/") for line in if_none_match for tag in line.split(",")}
    return etag in tags or "*" in tags
