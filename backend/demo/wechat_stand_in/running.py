"""Starting a stand-in, and talking to one that runs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from backend.demo.wechat_stand_in.pushing import Address
from backend.demo.wechat_stand_in.server import Server
from backend.settings import DEMO_SECRETS

_HERE = frozenset({"127.0.0.1", "localhost"})
APP_ID = DEMO_SECRETS["wechat_app_id"]
APP_SECRET = DEMO_SECRETS["wechat_app_secret"]


def serve(
    host: str, port: int, app_id: str = APP_ID, app_secret: str = APP_SECRET, pushes: Address | None = None
) -> None:
    """Be WeChat until interrupted; blocks. Raises OSError when the port is taken, ValueError on a host elsewhere.

    Only on this machine: whoever reaches it can sign in as any made-up person.
    """
    if host not in _HERE:
        raise ValueError("the WeChat stand-in listens on this machine only")
    server = Server(host, port, app_id, app_secret, pushes)
    try:
        with suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)
    finally:
        server.stop()


@contextmanager
def running(port: int = 0, app_id: str = APP_ID, app_secret: str = APP_SECRET) -> Iterator["StandIn"]:
    """A stand-in in a thread, on a free port unless one is named. After the block nothing of it is left."""
    server = Server("127.0.0.1", port, app_id, app_secret)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="stand-in")
    thread.start()
    try:
        yield StandIn(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.stop()


class StandIn:
    """Plays the phones and the bad days of a stand-in at `url`, in any process. Raises ValueError on a no."""

    def __init__(self, url: str) -> None:
        self.url = url

    def code(self, user: str, *, with_unionid: bool = False) -> str:
        """What `wx.login` gives on that user's phone: five minutes, once."""
        return str(self._call("POST", "codes", user=user, with_unionid=with_unionid)["code"])

    def phone_code(self, phone: str, country_code: str = "86") -> str:
        """What the button `getPhoneNumber` gives on the phone with that number: five minutes, once."""
        return str(self._call("POST", "phone-codes", phone=phone, country_code=country_code)["code"])

    def block(self, user: str, blocked: bool = True) -> None:
        """WeChat takes this user for a risk, or no longer."""
        self._call("POST", "users", user=user, blocked=blocked)

    def fault(
        self,
        kind: str,
        *,
        times: int | None = None,
        seconds: float | None = None,
        delay_seconds: float | None = None,
        path: str | None = None,
    ) -> None:
        """Order a bad day: kinds in `faults.py`; until cleared unless `times` (requests) or `seconds` are given."""
        how = {"times": times, "seconds": seconds, "delay_seconds": delay_seconds, "path": path}
        self._call("POST", "faults", kind=kind, **{name: value for name, value in how.items() if value is not None})

    def clear_faults(self) -> None:
        """All is well again, for those who wait in a slow answer too."""
        self._call("DELETE", "faults")

    def advance(self, seconds: float) -> None:
        """Let time pass at WeChat."""
        self._call("POST", "clock", advance_seconds=seconds)

    def push_to(self, url: str, token: str, key: str, form: str = "json") -> None:
        """Set up where verdicts on pictures are pushed, in `json` or `xml`."""
        self._call("POST", "pushes", url=url, token=token, key=key, form=form)

    def push_nothing(self) -> None:
        """Stay silent: whoever waits for a verdict waits in vain."""
        self._call("DELETE", "pushes")

    def calls(self, path: str) -> int:
        """How many requests came to one of WeChat's paths so far."""
        return int(self._call("GET", "calls").get(path, 0))

    def _call(self, method: str, control: str, **body: Any) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=5)
        try:
            connection.request(method, f"/stand-in/{control}", json.dumps(body))
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(answer.get("fault", f"the stand-in answered {response.status}"))
        return answer
