"""From a request to a handler's arguments, each by its type; how is worked out once, when the server starts."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sanic import Request

from backend.citizens.beside import Beside, Speaker
from backend.citizens.idempotency import Once
from backend.citizens.models import Account, Citizen, Session
from backend.errors import FieldError, Invalid, NotFound, invalid_fields
from backend.secrets import Vault
from backend.settings import Settings
from media.pictures import MOST_BYTES
from miniprogram_api.surface.body import read_json, read_query, safe_name
from miniprogram_api.surface.operation import Body, Operation, Query, Token, Visitor
from miniprogram_api.surface.speaker import address_of, check_citizen, citizen_of, network_of
from miniprogram_api.surface.upload import Upload, read_upload

KEY = "[!-~]{8,64}"  # an Idempotency-Key
SPEAKERS = (Session, Account, Citizen, Beside)
Tools = Mapping[type, Any]
Found = Session | tuple[Speaker, Beside]  # who speaks, as the operation wants to know it


def idempotency_key_needed() -> Invalid:
    return Invalid("idempotency_key_needed", "提交缺少防重复编号，请更新小程序后重试。")


def no_such_thing() -> NotFound:
    return NotFound("not_found", "没有找到您要的内容。")


class Arguments:
    """What one operation's handler is given."""

    def __init__(self, operation: Operation, tools: Tools) -> None:
        kinds = operation.parameters
        self._operation = operation
        self._vault: Vault = tools[Vault]
        self._path = {name: kind for name, kind in kinds.items() if issubclass(kind, UUID | Token)}
        self._speakers = {name: kind for name, kind in kinds.items() if issubclass(kind, SPEAKERS)}
        self._query = operation.argument_of(Query)
        self._unasked = _defaults(self._query[1] if self._query else Query)
        self._body = operation.argument_of(Body)
        self._upload = operation.argument_of(Upload)
        self._once = operation.argument_of(Once)
        self._visitor = operation.argument_of(Visitor)
        self._proxies: int = tools[Settings].trusted_proxies
        self._tools = {name: tools[kind] for name, kind in kinds.items() if kind in tools}

    async def of(self, request: Request, found: Found | None, path: Mapping[str, str]) -> dict[str, Any]:
        """Raises NotFound, Forbidden and Invalid, in that order: nobody is told of a wrong field in a closed room."""
        given = dict(self._tools)
        for name, kind in self._path.items():
            given[name] = _path_value(kind, path[name])
        if found is not None:
            for name, kind in self._speakers.items():
                given[name] = _speaker(kind, found)
        if self._visitor:
            given[self._visitor[0]] = _visitor(request, self._proxies)
        query = self._asked(request)
        if self._query:
            given[self._query[0]] = query
        key = _key(request) if self._once else ""
        # The body is read last: a stranger's never is.
        if self._body:
            given[self._body[0]] = read_json(request.body, self._body[1])
        if self._upload:
            given[self._upload[0]] = await _file(request)
        if self._once and isinstance(found, Session):
            given[self._once[0]] = self._named(found.account, key, given)
        return given

    def _asked(self, request: Request) -> Query:
        if self._unasked is not None and not request.query_string:
            return self._unasked
        kind: type[Query] = self._query[1] if self._query else Query
        # Sanic's own `args` leave out what has no value: `?sort` would go unseen.
        given = request.get_args(keep_blank_values=True)
        return read_query({name: given.getlist(name) for name in given}, kind)

    def _named(self, account: Account, key: str, given: Mapping[str, Any]) -> Once:
        """The write's name for idempotency; its fingerprint is over the decoded fields, so spacing does not matter.

        Keyed, because a body may hold an identity number or a short code that could be guessed from a plain hash.
        """
        content = [value.digest if isinstance(value, Upload) else value for value in given.values() if _is_sent(value)]
        fingerprint = self._vault.digest(msgspec.json.encode(content, order="sorted").decode(), "idempotency.content")
        return Once(account, self._operation.id, key, fingerprint)


def _defaults(kind: type[Query]) -> Query | None:
    """What is asked when nothing is said; None when something has to be."""
    if any(field.required for field in msgspec.structs.fields(kind)):
        return None
    return kind()


def _is_sent(value: Any) -> bool:
    return isinstance(value, Body | UUID | Upload)


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


def _speaker(kind: type, found: Found) -> Session | Account | Citizen | Beside:
    if not isinstance(found, Session):
        speaker, beside = found
        check_citizen(speaker)
        return beside
    if kind is Session:
        return found
    return found.account if kind is Account else citizen_of(found.account)


def _visitor(request: Request, proxies: int) -> Visitor:
    return Visitor(network_of(address_of(request, proxies)), request.headers.get("user-agent", ""))


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch(KEY, key):
        raise idempotency_key_needed()
    return key


async def _file(request: Request) -> Upload:
    """A photo and nothing beside it."""
    upload = await read_upload(request, MOST_BYTES)
    if upload.fields:
        raise invalid_fields([FieldError(safe_name(each), "unknown_field", "没有这一项。") for each in upload.fields])
    return upload
