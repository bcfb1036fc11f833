"""How many readings a process remembers of a day, so that nobody fills its memory with readers that he makes up.

Each reading that counts is remembered until the day is over, to know its repeats. IPv6 gives anybody who asks for it
65,536 networks (RFC 6177), so networks have a share, the site of several networks has one, and so has the whole day.
What comes when a share is used up is not counted: the figures may say too little, and never too much.
"""

import logging
from collections import Counter
from datetime import date
from hashlib import blake2b
from ipaddress import IPv6Network
from os import urandom

OF_A_NETWORK = 5_000  # an IPv4 address or an IPv6 /64: a whole school may read behind one
OF_A_SITE = 10_000  # an IPv6 /48
OF_A_DAY = 200_000  # readings, about 100 MB when each is from a network of its own
_SITE = 48  # bits

logger = logging.getLogger(__name__)


class ReadersOfDay:
    """The shares of one day; they begin anew with the next one."""

    def __init__(self, most: int = OF_A_DAY) -> None:
        self._most = most
        self._day = date.min
        self._taken: Counter[bytes] = Counter()  # by networks and sites, as hashes that the next day cannot repeat
        self._all = 0
        self._salt = b""

    def have_room(self, day: date, network: str) -> bool:
        """Whether a reading from there may still be remembered, and so be counted."""
        self._begin(day)
        return self._all < self._most and all(self._taken[share] < most for share, most in self._shares(network))

    def take_in(self, day: date, network: str) -> bool:
        """Remember that one more counts, if there is room."""
        if not self.have_room(day, network):
            return False
        self._taken.update(share for share, _ in self._shares(network))
        self._all += 1
        if self._all == self._most:
            logger.warning("%d reads were counted today: what comes until midnight is not counted", self._most)
        return True

    def _begin(self, day: date) -> None:
        if day != self._day:
            self._day, self._all, self._salt = day, 0, urandom(16)
            self._taken = Counter()

    def _shares(self, network: str) -> list[tuple[bytes, int]]:
        shares = [(network, OF_A_NETWORK)]
        if (site := _site_of(network)) is not None:
            shares.append((site, OF_A_SITE))
        return [
            (blake2b(name.encode(errors="replace"), key=self._salt, digest_size=12).digest(), most)
            for name, most in shares
        ]


def _site_of(network: str) -> str | None:
    """The /48 in which an IPv6 /64 lies; an IPv4 address has none."""
    try:
        return str(IPv6Network(network).supernet(new_prefix=_SITE)) if ":" in network else None
    except ValueError:
        return None
