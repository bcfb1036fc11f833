"""A citizen's phone over real HTTP: signs in from WeChat, reads, writes with idempotency keys."""

from typing import Any
from uuid import uuid4

import httpx

from backend.demo.wechat_stand_in import StandIn


class Phone:
    """One WeChat user's mini-program against a running server."""

    def __init__(self, url: str, wechat: StandIn, user: str) -> None:
        self._wechat = wechat
        self._user = user
        self._origin = url
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=30)

    def sign_in(self) -> None:
        """A fresh session from a fresh `wx.login` code."""
        answer = self.post("sessions", code=self._wechat.code(self._user))
        self._http.headers["authorization"] = f"Bearer {answer['token']}"

    def accept_texts(self) -> None:
        """Read what there is to read, and say yes to what anything personal needs."""
        texts = {text["kind"]: text for text in self.get("texts")["items"]}
        for kind in ("privacy", "terms"):
            assert texts[kind]["body"]
            self.post("consents", text=kind, version=texts[kind]["version"], given=True)

    def bind(self, name: str, number: str, phone: str) -> dict[str, Any]:
        """Prove who this is, by the register and by WeChat's phone."""
        return self.post("binding", name=name, identity_number=number, phone_code=self._wechat.phone_code(phone))

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """What a read answers; fails on anything but 200."""
        return self._answer(self._http.get(path, params=query), 200)

    def post(self, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
        """What a write answers; fails on another status."""
        sent: dict[str, Any] = {"json": body} if body else {}
        return self._answer(self._http.post(path, headers={"idempotency-key": uuid4().hex}, **sent), status)

    def upload(self, name: str, data: bytes, key: str) -> dict[str, Any]:
        """A photo, under a key by which it may be sent again."""
        files = {"file": (name, data, "application/octet-stream")}
        return self._answer(self._http.post("media", files=files, headers={"idempotency-key": key}), 201)

    def picture(self, url: str) -> bytes:
        """What a picture's link shows."""
        answer = httpx.get(self._origin + url)  # as a picture on a page: without her token
        assert answer.status_code == 200
        return answer.content

    def try_get(self, path: str) -> httpx.Response:
        """A read that may be refused."""
        return self._http.get(path)

    def close(self) -> None:
        """Put the phone away."""
        self._http.close()

    @staticmethod
    def _answer(response: httpx.Response, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.text
        answer: dict[str, Any] = response.json()
        return answer
