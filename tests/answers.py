"""Reading the API's answers in tests."""

import re
from typing import Any

import httpx

_CHINESE = re.compile(r"[一-鿿].*[。！]$")


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer that must be this refusal: a code for programs, a Chinese sentence for people."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert _CHINESE.search(problem["detail"])
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["Cache-Control"] == "no-store"
    return problem


def faults(answer: httpx.Response) -> dict[str, str]:
    """The code of each wrong field of an answer that must be about wrong fields."""
    problem = refused(answer, 422, "invalid_fields")
    assert all(_CHINESE.search(each["detail"]) for each in problem["errors"])
    return {each["field"]: each["code"] for each in problem["errors"]}


def anonymous(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All that a client can tell of an answer, without what differs for every request."""
    headers = {
        name: value for name, value in answer.headers.items() if not name.startswith(("x-request-id", "ratelimit-"))
    }
    return answer.status_code, answer.content.replace(answer.headers["X-Request-ID"].encode(), b""), headers
