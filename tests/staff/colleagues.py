"""People at work: hired, set up by their invitations, with a phone that shows codes."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp

from backend import clock
from backend.cache import Cache
from backend.staff import invitations, one_time_codes, sessions
from backend.staff.models import StaffUser
from backend.staff.people import add_staff, staff_named
from backend.staff.permissions import Staff, staff_of
from backend.staff.sign_in import SignedIn, sign_in
from tests.factories import DEPARTMENT, VAULT, number_of
from tests.running_app import CountyClock

PASSWORD = "three geese by the well"
OWN_NUMBER = "410423195202290022"


@dataclass
class Colleague:
    """One staff user who is set up: what she knows and what she holds."""

    username: str
    id: UUID
    phone: pyotp.TOTP

    def code(self) -> str:
        """What her phone shows now."""
        return self.phone.at(clock.now())

    async def row(self) -> StaffUser:
        return await StaffUser.get(id=self.id)

    async def at_work(self) -> Staff:
        return await staff_of(await self.row())


@dataclass
class Office:
    """The department, its clock, and the cache that its processes share."""

    cache: Cache
    clock: CountyClock

    async def hire(self, username: str = "wang", *roles: str) -> Colleague:
        """A colleague who can sign in."""
        user = await add_staff(username, "王办事", DEPARTMENT, roles)
        return await self.set_up(username, await invitations.invite(user.id))

    async def set_up(self, username: str, token: str) -> Colleague:
        """Follow an invitation to its end, as its page does; the next code is the first that signs in."""
        shown = await invitations.begin(VAULT, token)
        secret = parse_qs(urlsplit(shown.secret_uri).query)["secret"][0]
        assert secret == shown.secret
        phone = pyotp.TOTP(secret)
        await invitations.finish(VAULT, token, PASSWORD, phone.at(clock.now()), number_of(username))
        self.next_code()
        return Colleague(username, (await staff_named(username)).id, phone)

    def next_code(self) -> None:
        """Wait until phones show other codes."""
        self.clock.forward(seconds=one_time_codes.LASTS)

    async def sign_in(self, who: Colleague, password: str = PASSWORD, code: str | None = None) -> SignedIn:
        """With her password and the present code, unless others are given."""
        return await sign_in(VAULT, self.cache, who.username, password, who.code() if code is None else code)

    async def signed_in(self, who: Colleague) -> str:
        """The token of a new session."""
        return (await self.sign_in(who)).token


async def is_signed_in(token: str) -> bool:
    """Whether a token still speaks for somebody."""
    try:
        await sessions.find(token)
    except type(sessions.staff_sign_in_needed()):
        return False
    return True
