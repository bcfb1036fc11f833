"""From operations to Sanic routes: identity first, then limits, then the body, then the handler."""

from typing import Any
from uuid import UUID

import msgspec
from sanic import Blueprint, HTTPResponse, Request

from backend.cache import Allowance, Cache
from backend.citizens import sessions
from backend.citizens.beside import Beside, find_with
from backend.citizens.idempotency import Once
from backend.settings import Settings
from miniprogram_api.surface import ranges
from miniprogram_api.surface.answer import Answer
from miniprogram_api.surface.arguments import (
    KEY,
    SPEAKERS,
    Arguments,
    Found,
    Tools,
    idempotency_key_needed,
    no_such_thing,
)
from miniprogram_api.surface.etags import etag_of, names
from miniprogram_api.surface.kept_answers import KeptAnswers
from miniprogram_api.surface.limits import Readers, let_pass, too_often
from miniprogram_api.surface.operation import Body, Bytes, Operation, Query, Routes, Streamed, Token, Visitor
from miniprogram_api.surface.speaker import address_of, network_of, token_of
from miniprogram_api.surface.upload import Upload, answered_early, slot

__all__ = ["KEY", "PREFIX", "SPEAKERS", "blueprint", "idempotency_key_needed", "no_such_thing", "too_often"]

PREFIX = "/api/v1"
FLOOD = "6000/minute"  # all requests of one address, or one /64 of IPv6, but those for what is kept
_OF_NOBODY_ELSE = {"Cache-Control": "private, no-store"}
# Of files that belong to one person: her phone may keep one while she looks, and nobody in between.
_OF_BYTES = {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}


def blueprint(all_routes: list[Routes], tools: Tools) -> Blueprint:
    """All operations as one blueprint under /api/v1; `tools` are what handlers may ask for by type."""
    api = Blueprint("miniprogram_api", url_prefix=PREFIX)
    for routes in all_routes:
        for operation in routes.operations:
            _check(operation, tools)
            serve = _serve_kept(operation, tools) if operation.kept else _serve(operation, tools)
            api.add_route(
                serve,
                operation.path,
                methods=[operation.method],
                name=operation.id,
                stream=operation.takes_file,
                error_format="json",  # unsaid, Sanic would parse the source of each handler to guess it
            )
    return api


def _check(operation: Operation, tools: Tools) -> None:
    """A route that nobody speaks for, or that asks for what nobody has, does not start."""
    speaks = any(operation.argument_of(kind) for kind in SPEAKERS)
    if speaks == operation.public:
        raise TypeError(f"{operation.id}: a route names who speaks, or is public, and never both")
    if operation.takes_file and not operation.argument_of(Once):
        raise TypeError(f"{operation.id}: a file that comes twice is kept once")
    if bool(operation.media_types) != (operation.answer is not None and issubclass(operation.answer, Bytes | Streamed)):
        raise TypeError(f"{operation.id}: bytes are answered under media types, and nothing else is")
    if operation.argument_of(Beside) and (operation.method != "GET" or len(_speakers(operation)) > 1):
        raise TypeError(
            f"{operation.id}: what is read beside the speaker is for a read that asks for nothing else of her"
        )
    if operation.kept and not (operation.cached and operation.answer):
        raise TypeError(f"{operation.id}: what is kept for everybody is a public read of JSON")
    known = (*SPEAKERS, Visitor, Body, Query, Once, UUID, Token, Upload, *tools)
    for name, kind in operation.parameters.items():
        if not (isinstance(kind, type) and issubclass(kind, known)):
            raise TypeError(f"{operation.id}: nothing to give for {name}")


def _speakers(operation: Operation) -> list[type]:
    return [kind for kind in operation.parameters.values() if issubclass(kind, SPEAKERS)]


def _serve(operation: Operation, tools: Tools) -> Any:
    arguments, door = Arguments(operation, tools), _Door(operation, tools)

    async def serve(request: Request, **path: str) -> HTTPResponse:
        found, _ = await door.let_in(request)
        answer = await operation.handler(**await arguments.of(request, found, path))
        if isinstance(answer, Streamed):
            return await ranges.respond(request, answer)
        return _respond(operation, request, answer)

    async def take_in(request: Request, **path: str) -> HTTPResponse:
        found, account_id = await door.let_in(request)
        with slot(str(account_id)):
            answer = await operation.handler(**await arguments.of(request, found, path))
        return _respond(operation, request, answer)

    return answered_early(take_in) if operation.takes_file else serve


def _serve_kept(operation: Operation, tools: Tools) -> Any:
    """What `KeptFirst` did not find; asked for in between, it is waited for or given here."""
    arguments = Arguments(operation, tools)
    readers: Readers = tools[Readers]
    kept: KeptAnswers = tools[KeptAnswers]

    async def serve(request: Request, **path: str) -> HTTPResponse:
        readers.let_in(request, operation.limit)
        asked = await arguments.of(request, None, path)
        return await kept.get(request, operation.limit, lambda: operation.handler(**asked))

    return serve


class _Door:
    """Who comes in, and how often."""

    def __init__(self, operation: Operation, tools: Tools) -> None:
        beside = operation.argument_of(Beside)
        self._operation = operation
        self._cache: Cache = tools[Cache]
        self._proxies: int = tools[Settings].trusted_proxies
        self._beside: type[Beside] | None = beside[1] if beside else None
        self._read = operation.method == "GET"

    async def let_in(self, request: Request) -> tuple[Found | None, UUID | None]:
        """Who speaks and by which account, None on a public route. Raises TooMany, Unauthenticated."""
        # Before anybody is looked up: made-up tokens cost a query each. Generous, for a village may share one address.
        address = network_of(address_of(request, self._proxies))
        let_pass(self._cache.hit_now(FLOOD, "address", address))
        found, account_id = (None, None) if self._operation.public else await self._found(request)
        request.ctx.allowance = allowance = await self._count(str(account_id) if account_id else address)
        let_pass(allowance)
        return found, account_id

    async def _found(self, request: Request) -> tuple[Found, UUID]:
        token = token_of(request)
        if self._beside is None:
            session = await sessions.find(token)
            return session, session.account_id
        speaker, beside = await find_with(token, self._beside)
        return (speaker, beside), speaker.account_id

    async def _count(self, speaker: str) -> Allowance:
        """Reads count in this process; writes and sign-in count wherever REDIS_URL reaches."""
        if self._read:
            return self._count_read(speaker)
        return await self._cache.hit(self._operation.limit, self._operation.id, speaker)

    def _count_read(self, speaker: str) -> Allowance:
        return self._cache.hit_now(self._operation.limit, "read", speaker)


def _respond(operation: Operation, request: Request, answer: msgspec.Struct | None) -> HTTPResponse:
    if answer is None:
        return Answer(status=204, headers=_OF_NOBODY_ELSE)
    if isinstance(answer, Bytes):
        return Answer(answer.data, operation.status, _OF_BYTES, answer.media_type)
    body = msgspec.json.encode(answer)
    if not operation.cached:
        return Answer(body, operation.status, _OF_NOBODY_ELSE, "application/json")
    etag = etag_of(body)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if names(request.headers.getall("if-none-match", []), etag):
        return Answer(status=304, headers=headers)
    return Answer(body, operation.status, headers, "application/json")
