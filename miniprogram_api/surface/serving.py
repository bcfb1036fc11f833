"""From operations to Sanic routes: identity first, then limits, then the body, then the handler."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from uuid import UUID

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import BaseHTTPResponse

from backend.cache import Allowance, Cache
from backend.citizens.idempotency import Once
from backend.citizens.models import Account, Citizen, Session
from backend.errors import FieldError, Invalid, NotFound, TooMany
from backend.secrets import Vault
from media.pictures import MOST_BYTES
from miniprogram_api.surface.body import invalid_fields, read_json, read_query, safe_name
from miniprogram_api.surface.operation import Body, Bytes, Operation, Query, Routes, Token
from miniprogram_api.surface.speaker import citizen_of, session_of
from miniprogram_api.surface.upload import Upload, answered_early, read_upload, slot

PREFIX = "/api/v1"
KEY = "[!-~]{8,64}"  # an Idempotency-Key
FLOOD = "6000/minute"  # all requests of one address
SPEAKERS = (Session, Account, Citizen)
Tools = Mapping[type, Any]
# Of files that belong to one person: her phone may keep one while she looks, and nobody in between.
_OF_BYTES = {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}


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
            serve = _serve(operation, tools)
            api.add_route(
                serve,
                operation.path,
                methods=[operation.method],
                name=operation.id,
                stream=operation.takes_file,
                error_format="json",  # unsaid, Sanic would parse the source of each handler to guess it
            )
    api.middleware(_add_limits, "response")
    return api


def _check(operation: Operation, tools: Tools) -> None:
    """A route that nobody speaks for, or that asks for what nobody has, does not start."""
    speaks = any(operation.argument_of(kind) for kind in SPEAKERS)
    if speaks == operation.public:
        raise TypeError(f"{operation.id}: a route names who speaks, or is public, and never both")
    if operation.takes_file and not operation.argument_of(Once):
        raise TypeError(f"{operation.id}: a file that comes twice is kept once")
    if bool(operation.media_types) != (operation.answer is not None and issubclass(operation.answer, Bytes)):
        raise TypeError(f"{operation.id}: bytes are answered under media types, and nothing else is")
    known = (*SPEAKERS, Body, Query, Once, UUID, Token, Upload, *tools)
    for name, kind in operation.parameters.items():
        if not (isinstance(kind, type) and issubclass(kind, known)):
            raise TypeError(f"{operation.id}: nothing to give for {name}")


def _serve(operation: Operation, tools: Tools) -> Any:
    async def serve(request: Request, **path: str) -> HTTPResponse:
        session = await _let_in(operation, request, tools[Cache])
        with slot(str(session.account_id)) if session and operation.takes_file else nullcontext():
            arguments = await _arguments(operation, request, session, path, tools)
            answer = await operation.handler(**arguments)
        return _respond(operation, request, answer)

    return answered_early(serve) if operation.takes_file else serve


async def _let_in(operation: Operation, request: Request, cache: Cache) -> Session | None:
    """Who speaks, None on a public route. Raises TooMany, Unauthenticated."""
    await _refuse_flood(request, cache)
    session = None if operation.public else await session_of(request)
    await _allow(operation, request, session, cache)
    return session


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


async def _arguments(
    operation: Operation, request: Request, session: Session | None, path: Mapping[str, str], tools: Tools
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        if name in path:
            given[name] = _path_value(kind, path[name])
        elif session is not None and kind in SPEAKERS:
            given[name] = _speaker(kind, session)
    # The body is read last: a stranger's never is, and nobody is told that a field is wrong in a closed room.
    asked = operation.argument_of(Query)
    query = read_query({key: request.args.getlist(key) for key in request.args}, asked[1] if asked else Query)
    wanted = operation.argument_of(Once)
    key = _key(request) if wanted else ""
    for name, kind in operation.parameters.items():
        if name in given:
            continue
        if issubclass(kind, Body):
            given[name] = read_json(request.body, kind)
        elif issubclass(kind, Query):
            given[name] = query
        elif kind is Upload:
            given[name] = await _file(request)
        elif kind is not Once:
            given[name] = tools[kind]
    if session is not None and wanted:
        given[wanted[0]] = _once(operation, session, key, given, tools[Vault])
    return given


async def _file(request: Request) -> Upload:
    """A photo and nothing beside it."""
    upload = await read_upload(request, MOST_BYTES)
    if upload.fields:
        raise invalid_fields([FieldError(safe_name(each), "unknown_field", "没有这一项。") for each in upload.fields])
    return upload


def _path_value(kind: type, text: str) -> UUID | Token:
    """Ids in paths are UUIDs, links are tokens; anything else names nothing."""
    if kind is Token:
        if re.fullmatch(Token.PATTERN, text) is None:
            raise no_such_thing()
        return Token(text)
    try:
        return UUID(text)
    except ValueError:
        raise no_such_thing() from None


def _speaker(kind: type, session: Session) -> Session | Account | Citizen:
    if kind is Session:
        return session
    return session.account if kind is Account else citizen_of(session.account)


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch(KEY, key):
        raise idempotency_key_needed()
    return key


def _once(operation: Operation, session: Session, key: str, given: Mapping[str, Any], vault: Vault) -> Once:
    """The write's name for idempotency; its fingerprint is over the decoded fields, so spacing does not matter.

    Keyed, because a body may hold an identity number or a short code that could be guessed from a plain hash.
    """
    content = [value.digest if isinstance(value, Upload) else value for value in given.values() if _sent(value)]
    fingerprint = vault.digest(msgspec.json.encode(content, order="sorted").decode(), "idempotency.content")
    return Once(session.account, operation.id, key, fingerprint)


def _sent(value: Any) -> bool:
    return isinstance(value, Body | UUID | Upload)


def _respond(operation: Operation, request: Request, answer: msgspec.Struct | None) -> HTTPResponse:
    if answer is None:
        return HTTPResponse(status=204, headers={"Cache-Control": "private, no-store"})
    if isinstance(answer, Bytes):
        return HTTPResponse(answer.data, operation.status, _OF_BYTES, answer.media_type)
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
