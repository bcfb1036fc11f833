"""The limits that one process counts by itself: the library's numbers, at one price however many are counted."""

import time
from dataclasses import replace
from math import ceil
from random import Random
from types import SimpleNamespace

import pytest
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from backend.cache import Cache
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from miniprogram_api.surface.speaker import network_of
from tests.running_app import running_app


class Hours:
    """A clock that a test moves, for ours and for the library's limits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = 1_000_000.0
        for module in ("backend.cache", "limits.aio.strategies", "limits.aio.storage.memory"):
            clock = SimpleNamespace(time=lambda: self.moment, monotonic=lambda: self.moment)
            monkeypatch.setattr(f"{module}.time", clock)


@pytest.fixture
def alone() -> Cache:
    """A cache without Redis."""
    return Cache()


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    return Hours(monkeypatch)


@pytest.mark.parametrize("seed", range(8))
async def test_our_own_counting_says_what_the_library_says(alone: Cache, hours: Hours, seed: int) -> None:
    """The library's sliding window is what our own was made after: any calls, at any time, get the same answer."""
    random = Random(seed)  # noqa: S311 (no secret)
    library = SlidingWindowCounterRateLimiter(MemoryStorage())
    refused = 0
    for _ in range(1500):
        hours.moment += random.choice((0, 0, 0, 0, 0.25, 1.5, 7, 61)) * random.random()
        limit, who = random.choice(("3/minute", "10/minute", "30/hour")), random.choice("甲乙丙")
        item = parse(limit)
        allowed = await library.hit(item, who)
        stats = await library.get_window_stats(item, who)
        ours = alone.hit_now(limit, who)
        assert ours[:3] == (allowed, item.amount, stats.remaining), hours.moment
        # Of a whole second the two may miss the last digit.
        left = stats.reset_time - hours.moment
        assert ours.reset_in in {max(1, ceil(left + noise)) for noise in (-1e-6, 1e-6)}, hours.moment
        refused += not allowed
    assert 200 < refused < 1300


async def test_no_stretch_of_time_lets_more_through_than_the_limit_and_a_little(alone: Cache, hours: Hours) -> None:
    """Who calls all the time gets her share, and never two shares around a minute's end."""
    passed = []
    for _ in range(4 * 600):
        hours.moment += 0.1
        if alone.hit_now("60/minute", "she").allowed:
            passed.append(hours.moment)
    busiest = max(sum(first <= each < first + 60 for each in passed) for first in passed)
    assert 60 <= busiest < 120
    assert len(passed) >= 150


async def test_who_was_refused_gets_in_again_and_a_refusal_costs_nothing(alone: Cache, hours: Hours) -> None:
    hours.moment = 600.0
    assert [alone.hit_now("3/minute", "she").allowed for _ in range(50)] == [True] * 3 + [False] * 47
    hours.moment += 120
    assert [alone.hit_now("3/minute", "she").allowed for _ in range(4)] == [True] * 3 + [False]


@pytest.mark.parametrize("seed", range(4))
async def test_who_waits_as_long_as_she_was_told_gets_in(alone: Cache, hours: Hours, seed: int) -> None:
    """Also where half a second is missing to the next whole one."""
    random = Random(seed)  # noqa: S311 (no secret)
    hours.moment = 6000.37
    refused = 0
    for _ in range(2000):
        answer = alone.hit_now("5/minute", "she")
        hours.moment += random.random()
        if not answer.allowed:
            refused += 1
            hours.moment += answer.reset_in
            assert alone.hit_now("5/minute", "she").allowed, hours.moment
    assert refused > 200


async def test_the_phones_of_yesterday_are_forgotten(alone: Cache, hours: Hours) -> None:
    for minute in range(5):
        for number in range(2000):
            alone.hit_now("240/minute", "read", f"{minute}-{number}")
        hours.moment += 60
    (window,) = alone._local._windows.values()
    assert len(window.current) + len(window.before) <= 4000


async def test_a_call_costs_the_same_however_many_are_counted(alone: Cache) -> None:
    """The library's own memory walked through all of them at each call."""

    def seconds(name: str) -> float:
        began = time.process_time()
        for number in range(5000):
            alone.hit_now("240/minute", "read", f"{name}-{number % 100}")
        return time.process_time() - began

    few = min(seconds("few") for _ in range(3))
    for number in range(100_000):
        alone.hit_now("240/minute", "read", f"other-{number}")
    assert min(seconds("few") for _ in range(3)) < 10 * few


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:0:7::1", "2001:db8:0:7::/64"),
        ("[2001:db8:0:7:ffff:1:2:3]", "2001:db8:0:7::/64"),
        ("[2001:db8:0:7::2]:443", "2001:db8:0:7::/64"),
        ("2001:db8:0:8::1", "2001:db8:0:8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("_hidden:name", "_hidden:name"),
        ("", ""),
    ],
)
def test_who_has_a_network_of_addresses_is_counted_as_one(address: str, counted: str) -> None:
    assert network_of(address) == counted


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_behind_a_proxy_every_address_of_one_network_uses_up_one_limit(
    settings: Settings, wechat_stand_in: StandIn
) -> None:
    async with running_app(replace(settings, trusted_proxies=1), wechat_stand_in) as app:

        async def left(address: str) -> int:
            answer = await app.phone().get("/texts", headers={"X-Forwarded-For": address})
            return int(answer.headers["RateLimit-Remaining"])

        addresses = [*(f"2001:db8::{number:x}" for number in range(3)), "2001:db8:0:1::1", "10.0.0.1", "10.0.0.2"]
        most, *others = [await left(each) for each in addresses]
        assert others == [most - 1, most - 2, most, most, most]
