"""Who speaks: from `Authorization: Bearer` to a session, an account, a citizen."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network

from sanic import Request
from sanic.headers import fwd_normalize_address

from backend import clock
from backend.citizens import consent, sessions
from backend.citizens.beside import Speaker
from backend.citizens.models import Account, Citizen
from backend.errors import Forbidden


def binding_needed() -> Forbidden:
    return Forbidden("binding_needed", "请先完成实名绑定。")


def token_of(request: Request) -> str:
    """What the request says of who speaks. Raises Unauthenticated when it says nothing that could be a token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    # Headers may hold any bytes, and ours are ASCII.
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise sessions.sign_in_needed()
    return token.strip()


def address_of(request: Request, proxies: int) -> str:
    """Where the request comes from, believing so many proxies: Sanic's `remote_addr`, without all else it looks up."""
    if proxies:
        told = request.headers.getall("x-forwarded-for", ())
        if (found := _believed(",".join(told), proxies)) is not None:
            return found
    return str(request.ip)


@lru_cache(maxsize=1024)
def _believed(told: str, proxies: int) -> str | None:
    """The entry that the outermost of our own proxies wrote; read once, for a phone asks more than once."""
    entries = [each.strip() for each in told.split(",") if each and not each.isspace()]
    if len(entries) < proxies or entries[-proxies] == "unknown":
        return None
    return fwd_normalize_address(entries[-proxies])


def network_of(address: str) -> str:
    """What a limit counts an address by: of IPv6 the /64, all of which one customer has (RFC 6177), of IPv4 all."""
    if ":" not in address:
        return address
    try:
        found = IPv6Address(address.removeprefix("[").partition("]")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((found.packed, 64), strict=False))


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


def check_citizen(speaker: Speaker) -> None:
    """The same for who was found with what is read beside. Raises Forbidden as `citizen_of` does."""
    if not consent.agreed(speaker, speaker.moment):
        raise consent.consent_needed()
    if speaker.citizen_id is None:
        raise binding_needed()
