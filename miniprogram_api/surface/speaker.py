"""Who speaks: from `Authorization: Bearer` to a session, an account, a citizen."""

from sanic import Request

from backend import clock
from backend.citizens import consent, sessions
from backend.citizens.models import Account, Citizen, Session
from backend.errors import Forbidden


def binding_needed() -> Forbidden:
    return Forbidden("binding_needed", "请先完成实名绑定。")


async def session_of(request: Request) -> Session:
    """The live session behind the request. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    # Headers may hold any bytes, and ours are ASCII.
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise sessions.sign_in_needed()
    return await sessions.find(token.strip())


def bound_citizen(account: Account) -> Citizen:
    """The citizen that the account is bound to, consent or not. Raises Forbidden before binding.

    For what is hers by law whatever she agreed to: her records, the notices about them, and leaving
    (个人信息保护法 art. 45; without it, a deduction could count that she could not read of).
    """
    if account.citizen is None:
        raise binding_needed()
    return account.citizen


def citizen_of(account: Account) -> Citizen:
    """The citizen that the account is bound to. Raises Forbidden before the texts are accepted, or before binding."""
    if not consent.agreed(account, clock.now()):
        raise consent.consent_needed()
    return bound_citizen(account)
