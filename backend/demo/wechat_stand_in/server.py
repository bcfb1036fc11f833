"""The stand-in's HTTP: WeChat's paths as WeChat serves them, and the controls beside them."""

import inspect
import json
import math
import secrets
import socket
import socketserver
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from backend.demo.wechat_stand_in.answers import answer_wechat
from backend.demo.wechat_stand_in.faults import Faults
from backend.demo.wechat_stand_in.memory import Memory, RefusedError
from backend.demo.wechat_stand_in.pushing import Address, Pushing

_LONGEST_BODY = 65_536
_PAGES = {"broken": 502, "garbage": 200, "moved": 307}
_PAGE = b"<html><body><h1>Bad Gateway</h1></body></html>"


class Server(ThreadingHTTPServer):
    """One stand-in: its memory, its faults, its open connections."""

    daemon_threads = False  # so that stop() waits for them all
    request_queue_size = 128

    def __init__(self, host: str, port: int, app_id: str, app_secret: str, pushes: Address | None = None) -> None:
        self.memory = Memory(app_id, app_secret)
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.woken = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__((host, port), Handler)
        self.pushing = Pushing(app_id, self.memory.pictures, pushes)
        self.controls: dict[str, Callable[..., dict[str, Any] | None]] = {
            "POST /stand-in/codes": self.memory.mint_code,
            "POST /stand-in/phone-codes": self.memory.mint_phone_code,
            "POST /stand-in/users": self.memory.set_user,
            "POST /stand-in/clock": self.memory.advance,
            "POST /stand-in/faults": self._order_fault,
            "DELETE /stand-in/faults": self._clear_faults,
            "POST /stand-in/pushes": self._push_to,
            "DELETE /stand-in/pushes": self._push_nothing,
            "GET /stand-in/calls": lambda: dict(self.calls),
        }

    def server_bind(self) -> None:
        # HTTPServer's own asks the name server for this machine's name, which can take seconds offline.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that would not wait is no error of ours
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Leave as a machine that is switched off: no listening socket, no open connection, no thread."""
        self.woken.set()
        self.pushing.stop()
        self.socket.close()
        for each in list(self._connections):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:  # already gone
                continue
        self.server_close()

    def _order_fault(
        self,
        kind: str,
        times: int | None = None,
        seconds: float | None = None,
        delay_seconds: float = 30,
        path: str | None = None,
    ) -> None:
        if kind == "expire_tokens":
            self.memory.expire_tokens()
        else:
            self.faults.order(self.memory.now(), kind, times, seconds, delay_seconds, path)

    def _push_to(self, url: str, token: str, key: str, form: str = "json") -> None:
        self.pushing.to = Address(url, token, key, form)

    def _push_nothing(self) -> None:
        self.pushing.to = None

    def _clear_faults(self) -> None:
        self.faults.clear()
        self.woken.set()  # whoever still waits in a slow one goes on
        self.woken = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """One connection. Says nothing on the terminal: its lines would hold secrets and codes."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > 9 or int(length) > _LONGEST_BODY:
            self.close_connection = True
            self._send(413, b"", "text/plain")
            return
        body = self.rfile.read(int(length))
        url = urlsplit(self.path)
        if url.path.startswith("/stand-in/"):
            self._control(f"{method} {url.path}", body)
        else:
            query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
            self._wechat(method, url.path, query, body)

    def _wechat(self, method: str, path: str, query: dict[str, str], body: bytes) -> None:
        server = self.server
        with server.memory.lock:
            server.calls[path] += 1
            fault = server.faults.strike(server.memory.now(), path)
            woken = server.woken
        kind = fault.kind if fault else ""
        if kind == "down":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if kind in _PAGES:
            self._send(_PAGES[kind], _PAGE, "text/html")
            return
        if fault and kind == "slow":
            woken.wait(fault.delay_seconds)
        try:
            if kind == "busy":
                raise RefusedError(-1, "system error")
            if kind == "exhausted":
                raise RefusedError(45009, "reach max api minute quota limit")
            with server.memory.lock:
                refuse_token = kind == "refuse_tokens"
                answer: dict[str, Any] | bytes = answer_wechat(
                    server.memory, method, path, query, body, refuse_token=refuse_token
                )
        except RefusedError as no:
            answer = {
                "errcode": no.errcode,
                "errmsg": f"{no.errmsg}, rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}",
            }
        if isinstance(answer, bytes):
            self._send(200, answer, "image/jpeg")
            return
        # WeChat sends the answer to a login as text/plain, although it is JSON.
        kind_of_text = "text/plain" if path == "/sns/jscode2session" else "application/json; encoding=utf-8"
        self._send(200, json.dumps(answer, ensure_ascii=False).encode(), kind_of_text)

    def _control(self, name: str, body: bytes) -> None:
        """A control's arguments are its JSON body's fields; one too many, too few or wrong is a 400 that says which."""
        control = self.server.controls.get(name)
        if control is None:
            self._send(404, b'{"fault": "no such control"}', "application/json")
            return
        try:
            asked = json.loads(body or b"{}")
            if not isinstance(asked, dict):
                raise ValueError("the body is a JSON object")
            _check_types(control, asked)
            with self.server.memory.lock:
                answer = control(**asked) or {}
        except (ValueError, RecursionError) as fault:
            self._send(400, json.dumps({"fault": str(fault)}).encode(), "application/json")
            return
        self._send(200, json.dumps(answer).encode(), "application/json")

    def _send(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        if status == 307:
            self.send_header("Location", self.path)
        self.end_headers()
        self.wfile.write(content)


def _check_types(control: Callable[..., Any], asked: dict[str, Any]) -> None:
    """Raises ValueError unless the fields fit the control's own signature."""
    try:
        inspect.signature(control).bind(**asked)
    except TypeError as misfit:
        raise ValueError(str(misfit)) from None
    for name, value in asked.items():
        kinds = _KINDS_OF_FIELD.get(name)
        if kinds is None or type(value) not in kinds or (kinds is _FIGURE and not math.isfinite(value)):
            raise ValueError(f"{name} is unknown or of the wrong type")


_FIGURE: set[type] = {int, float}
_KINDS_OF_FIELD: dict[str, set[type]] = {
    "user": {str},
    "with_unionid": {bool},
    "phone": {str},
    "country_code": {str},
    "blocked": {bool},
    "kind": {str},
    "times": {int},
    "seconds": _FIGURE,
    "delay_seconds": _FIGURE,
    "path": {str},
    "url": {str},
    "token": {str},
    "key": {str},
    "form": {str},
    "advance_seconds": _FIGURE,
}
