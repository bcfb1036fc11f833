"""How often somebody may ask: what is counted of a request, and the refusal."""

from sanic import Request

from backend.cache import Allowance, Cache
from backend.errors import TooMany
from miniprogram_api.surface.speaker import address_of, network_of


def too_often() -> TooMany:
    return TooMany("too_often", "操作太频繁，请稍后再试。")


def let_pass(allowance: Allowance) -> None:
    """Raise TooMany unless this call was allowed."""
    if not allowance.allowed:
        error = too_often()
        error.retry_after = allowance.reset_in
        raise error


class Readers:
    """Whoever reads what is kept, which waits for nothing and costs no query: its own limit is enough."""

    def __init__(self, cache: Cache, proxies: int) -> None:
        self._cache = cache
        self._proxies = proxies

    def let_in(self, request: Request, limit: str) -> None:
        """Count a read of this address. Raises TooMany."""
        address = network_of(address_of(request, self._proxies))
        request.ctx.allowance = allowance = self._cache.hit_now(limit, "read", address)
        let_pass(allowance)
