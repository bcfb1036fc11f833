"""A staff user's browser over real HTTP: sets the account up by its invitation, signs in, works with forms."""

import re
from html import unescape

import httpx
import pyotp

from tests.journeys.office import Office

PASSWORD = "青山 绿水 白云 石桥"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_SECRET = re.compile(r'id="secret">([A-Z2-7 ]+)<')


class Desk:
    """One browser on the console of a running server."""

    def __init__(self, url: str, office: Office, username: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/console", timeout=30)
        self._office = office
        self.username = username
        self.page = ""

    def set_up(self, printed: str, own_number: str) -> None:
        """What the invitation's page asks for; `printed` is what the command told of it."""
        found = re.search(r"/console(/set-up/\S+)", printed)
        assert found, printed
        self.open(found[1])
        secret = _SECRET.search(self.page)
        assert secret, self.page
        code = pyotp.TOTP(secret[1].replace(" ", "")).now()
        self.send(found[1], password=PASSWORD, code=code, own_number=own_number)

    def sign_in(self) -> None:
        """With the password, and the code that the phone shows."""
        self.open("/sign-in")
        code = re.search(r"\b(\d{6})\b", self._office.run("demo-code", self.username))
        assert code
        self.send("/sign-in", username=self.username, password=PASSWORD, code=code[1])

    def open(self, path: str, status: int = 200) -> str:
        """A page."""
        return self._took(self._http.get(path, follow_redirects=True), status)

    def send(self, path: str, status: int = 200, **fields: str) -> str:
        """A form with the token of the last page, and the page to which it leads."""
        token = _TOKEN.search(self.page)
        assert token, "the last page had no form"
        sent = {"csrf": token[1], **fields}
        return self._took(self._http.post(path, data=sent, follow_redirects=True), status)

    def picture(self) -> httpx.Response:
        """The first picture of the page."""
        found = re.search(r'src="/console(/pictures/[^"]+)"', self.page)
        assert found, "no picture on the page"
        return self._http.get(found[1])

    def close(self) -> None:
        """Leave the desk."""
        self._http.close()

    def _took(self, answer: httpx.Response, status: int) -> str:
        self.page = unescape(answer.text)
        assert answer.status_code == status, self.page
        return self.page
