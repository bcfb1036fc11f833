"""Lists by keyset: `?cursor=&limit=` in, `{items, next_cursor}` out."""

import base64
import binascii
from typing import Annotated
from uuid import UUID

import msgspec

from backend.errors import FieldError, Invalid, invalid_fields
from miniprogram_api.surface.operation import Query


class PageQuery(Query, frozen=True, kw_only=True):
    """Where a list goes on, and how many items it gives."""

    cursor: Annotated[str, msgspec.Meta(max_length=100, description="上一页返回的 next_cursor")] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="每页条数")] = 20


def encode_cursor(key: str | bytes) -> str:
    """An opaque cursor for the key of a page's last item."""
    data = key.encode() if isinstance(key, str) else key
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_number(cursor: str | None) -> int | None:
    """The number behind a cursor, None on the first page. Raises Invalid for one that was made up."""
    if cursor is None:
        return None
    key = _decode(cursor)
    if not key.isdecimal() or len(key) > 9:
        raise bad_cursor()
    return int(key)


def decode_id(cursor: str | None) -> UUID | None:
    """The id behind a cursor, None on the first page. Raises Invalid for one that was made up."""
    if cursor is None:
        return None
    try:
        return UUID(_decode(cursor))
    except ValueError:
        raise bad_cursor() from None


def decode_numbers(cursor: str | None, *limits: int) -> tuple[int, ...] | None:
    """The numbers behind a cursor, `3:17`, each below its limit, None on the first page. Raises Invalid as above."""
    if cursor is None:
        return None
    told = _decode(cursor).split(":")
    if len(told) != len(limits) or not all(each.isdecimal() for each in told):
        raise bad_cursor()
    numbers = tuple(map(int, told))
    if not all(number < limit for number, limit in zip(numbers, limits, strict=True)):
        raise bad_cursor()
    return numbers


def bad_cursor() -> Invalid:
    return invalid_fields([FieldError("cursor", "bad_cursor", "翻页位置无效，请从第一页重新打开。")])


def decode_bytes(cursor: str) -> bytes:
    """The bytes behind a cursor. Raises Invalid for what is none."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise bad_cursor() from None


def _decode(cursor: str) -> str:
    try:
        return decode_bytes(cursor).decode("ascii")
    except UnicodeDecodeError:
        raise bad_cursor() from None
