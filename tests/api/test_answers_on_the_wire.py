"""What our own answers and addresses are made after: Sanic's, byte for byte."""

from types import SimpleNamespace
from typing import Any

import pytest
from sanic import HTTPResponse
from sanic.compat import Header
from sanic.headers import parse_xforwarded

from miniprogram_api.surface.answer import Answer
from miniprogram_api.surface.speaker import address_of

HEADERS: list[dict[str, Any]] = [
    {},
    {"Cache-Control": "private, no-store", "X-Request-ID": "1"},
    {"content-length": 12, "RateLimit-Reset": "5"},
    {"X-Odd": "a\r\nSet-Cookie: b", "X-鲁".encode().decode("latin-1"): "x"},
    {"X-Odd": "诚信\x00"},
]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("status", [200, 201, 204, 304, 422])
def test_headers_are_sent_as_sanic_sends_them(headers: dict[str, Any], status: int) -> None:
    def sent(kind: type[HTTPResponse]) -> list[tuple[bytes, bytes]] | str:
        try:
            return list(kind(b"{}", status, dict(headers), "application/json").processed_headers)
        except UnicodeEncodeError as error:
            return error.reason

    assert sent(Answer) == sent(HTTPResponse)
    assert sent(Answer) == sent(HTTPResponse), "the second time, too"


@pytest.mark.parametrize("proxies", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        [" , ,"],
        ["10.0.0.1"],
        ["6.6.6.6, 10.0.0.1 ,10.0.0.2"],
        ["6.6.6.6", "10.0.0.1,,10.0.0.2"],
        ["unknown"],
        ["_Hidden, 10.0.0.2"],
        ["2001:DB8::1"],
        ["2001:DB8::1, [2001:db8::2]:443"],
        ["made\tup"],
    ],
)
def test_an_address_is_the_one_that_sanic_believes(lines: list[str], proxies: int) -> None:
    """The entry that the outermost of our own proxies wrote; what a client writes in front of it counts for nothing."""
    headers = Header([("x-forwarded-for", line) for line in lines])
    config = SimpleNamespace(REAL_IP_HEADER=None, PROXIES_COUNT=proxies or None, FORWARDED_FOR_HEADER="X-Forwarded-For")
    sanics = (parse_xforwarded(headers, config) or {}).get("for") or "192.0.2.7"
    request: Any = SimpleNamespace(headers=headers, ip="192.0.2.7")
    assert address_of(request, proxies) == sanics
