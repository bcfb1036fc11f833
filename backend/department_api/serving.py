"""From signed requests to handlers: flood, headers, key, body, signature, replay, officer, limits; then the deed."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import PayloadTooLarge, RequestTimeout
from sanic.response import BaseHTTPResponse

from backend import clock
from backend.cache import Allowance, Cache
from backend.department_api import signature
from backend.department_api.body import without_names
from backend.department_api.contract import document
from backend.department_api.operation import PREFIX, TOO_LARGE, Caller, Operation, RequestKey, Routes, read_request_key
from backend.errors import Invalid, TooMany
from backend.secrets import Vault
from backend.staff import department_keys
from backend.staff.models import DepartmentKey
from miniprogram_api.surface.body import read_query
from miniprogram_api.surface.operation import Query
from miniprogram_api.surface.problem import problem
from miniprogram_api.surface.speaker import network_of
from miniprogram_api.surface.upload import answered_early

DOCUMENT = "/docs/department-openapi.json"
FLOOD = "600/minute"  # requests of one address
LIMIT = "120/minute"  # signed requests of one key
BODY_SECONDS = 60.0

Tools = Mapping[type, Any]


def too_often() -> TooMany:
    return TooMany(
        "too_often", f"请求太频繁，请按 Retry-After 的秒数稍后再发。每个密钥每分钟最多 {LIMIT.split('/')[0]} 次。"
    )


def blueprint(routes: Routes, version: str, tools: Tools) -> Blueprint:
    """All operations, and their contract at DOCUMENT."""
    api = Blueprint("department_api")
    for operation in routes.operations:
        _check(operation, tools)
        api.add_route(
            _serve(operation, tools),
            PREFIX + operation.path,
            methods=[operation.method],
            name=operation.id,
            stream=True,  # the body is read once the headers are plausible
            error_format="json",  # unsaid, Sanic would parse the source of each handler to guess it
        )
    contract = msgspec.json.format(msgspec.json.encode(document(routes, version, too_often)))

    async def show_contract(_request: Request) -> HTTPResponse:
        return HTTPResponse(contract, 200, {"Cache-Control": "no-cache"}, "application/json")

    api.add_route(show_contract, DOCUMENT, methods=["GET"], name="show_contract")
    api.middleware(_add_headers, "response")
    return api


def _check(operation: Operation, tools: Tools) -> None:
    """A route that nobody signs for, or that asks for what nobody has, does not start."""
    if not operation.asks_for(Caller):
        raise TypeError(f"{operation.id}: a route names its caller")
    for name, kind in operation.parameters.items():
        if kind not in (Caller, RequestKey, UUID, operation.body, *tools):
            raise TypeError(f"{operation.id}: nothing to give for {name}")


def _serve(operation: Operation, tools: Tools) -> Any:
    async def serve(request: Request, **path: UUID) -> HTTPResponse:
        try:
            caller, body = await _let_in(operation, request, tools)
        except PayloadTooLarge:
            return problem(413, *TOO_LARGE, str(request.ctx.request_id))
        _take_no_arguments(request)
        given: dict[type, Any] = {Caller: caller}
        if operation.asks_for(RequestKey):
            given[RequestKey] = read_request_key(request.headers.get("idempotency-key", ""))
        if operation.body is not None and operation.read is not None:
            given[operation.body] = await asyncio.to_thread(operation.read, body)
        wanted = {name: kind for name, kind in operation.parameters.items() if name not in path}
        arguments = {name: given[kind] if kind in given else tools[kind] for name, kind in wanted.items()}
        answer = await operation.handler(**arguments, **path)
        headers = {"Cache-Control": "private, no-store"}
        return HTTPResponse(msgspec.json.encode(answer), 200, headers, "application/json")

    return answered_early(serve)


def _take_no_arguments(request: Request) -> None:
    """No route has any. Raises Invalid."""
    try:
        asked = request.get_args(keep_blank_values=True)
        read_query({name: asked.getlist(name) for name in asked}, Query)
    except Invalid as refusal:
        raise without_names(refusal) from None


async def _let_in(operation: Operation, request: Request, tools: Tools) -> tuple[Caller, bytes]:
    """Who calls, proven, and the body that she signed. Raises Unauthenticated, Forbidden, TooMany."""
    cache: Cache = tools[Cache]
    _pass(
        request, await cache.hit_here(FLOOD, "department-address", network_of(str(request.remote_addr or request.ip)))
    )
    claim = signature.read_claim(request.headers, clock.now())
    key = await department_keys.find(claim.public_id)
    if key is None:
        raise signature.not_signed()
    body = await _read_body(request, operation.most_bytes)
    signing_key = department_keys.signing_key(tools[Vault], key)
    signature.check(signing_key, request.method, request.raw_url, claim, body)
    return await _proven(request, key, claim.nonce, cache), body


async def _proven(request: Request, key: DepartmentKey, nonce: str, cache: Cache) -> Caller:
    """What is asked only of who holds the secret, so that nobody else can use up a nonce or a limit."""
    _pass(request, await cache.hit(LIMIT, "department-key", str(key.id)))
    if not await department_keys.remember(key, nonce):
        raise signature.replayed()
    await department_keys.note_use(key)
    return Caller(key, await department_keys.officer_of(key))


async def _read_body(request: Request, most: int) -> bytes:
    """All of the body, never more than `most` bytes. Raises Sanic's PayloadTooLarge and RequestTimeout."""
    if int(request.headers.get("content-length", 0)) > most:
        raise PayloadTooLarge
    stream: Any = request.stream
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while (chunk := await stream.read()) is not None:
                body += chunk
                if len(body) > most:
                    raise PayloadTooLarge
    except TimeoutError:
        raise RequestTimeout from None
    return bytes(body)


def _pass(request: Request, allowance: Allowance) -> None:
    request.ctx.allowance = allowance
    if not allowance.allowed:
        error = too_often()
        error.retry_after = allowance.reset_in
        raise error


async def _add_headers(request: Request, response: BaseHTTPResponse) -> None:
    """What is left of the limit, on refusals too; and by which scheme to come again (RFC 9110, 11.6.1)."""
    allowance: Allowance | None = getattr(request.ctx, "allowance", None)
    if allowance is not None:
        response.headers["RateLimit-Limit"] = str(allowance.limit)
        response.headers["RateLimit-Remaining"] = str(allowance.remaining)
        response.headers["RateLimit-Reset"] = str(allowance.reset_in)
    if response.status == 401:
        response.headers["WWW-Authenticate"] = "Lushan-HMAC-SHA256"
