"""The one error shape, RFC 9457 `application/problem+json`, and the one table from kinds of error to answers."""

import msgspec
from sanic import HTTPResponse

from backend.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)

CONTENT_TYPE = "application/problem+json"

STATUS: dict[type[DomainError], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
TITLES = {
    400: "请求无法读取",
    401: "需要登录",
    403: "不能这样做",
    404: "没有找到",
    405: "不支持的操作",
    408: "网络太慢",
    409: "当前状态不允许",
    413: "内容太大",
    416: "没有这一段",
    422: "填写有误",
    429: "操作太频繁",
    500: "系统出错",
    503: "暂时无法服务",
}

# What is found wrong with a request before any operation is asked, and with an answer that never came.
WORDS = {
    400: ("bad_request", "请求无法读取，请更新小程序后重试。"),
    404: ("not_found", "没有找到您要的内容。"),
    405: ("method_not_allowed", "这里不支持这样的操作。"),
    408: ("too_slow", "网络太慢，没有收到完整的请求，请重试。"),
    413: ("too_large", "提交的内容太大。照片每张最多 10 MB，请缩小后重试。"),
    416: ("no_such_range", "文件没有这么长，请从头再读。"),
    503: ("unavailable", "暂时无法服务，请稍后再试。"),
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error that a citizen can act on: `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: tuple[FieldError, ...] = ()


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error's kind."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def answer(error: DomainError, request_id: str) -> HTTPResponse:
    """A domain error as a problem answer."""
    status = status_of(error)
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, error.code, error.detail, request_id, fields=error.fields, headers=headers)


def problem(
    status: int,
    code: str,
    detail: str,
    request_id: str,
    *,
    fields: tuple[FieldError, ...] = (),
    headers: dict[str, str] | None = None,
) -> HTTPResponse:
    """Any problem as an answer."""
    body = Problem("about:blank", TITLES.get(status, "出错了"), status, code, detail, request_id, fields)
    return HTTPResponse(
        msgspec.json.encode(body),
        status=status,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
