"""What is remembered of a day's readers is bounded: by network, by site, and as a whole."""

import logging
from datetime import date

import pytest

from backend.content.readers_of_day import OF_A_NETWORK, OF_A_SITE, ReadersOfDay

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
HOME = "2001:db8:1:2::/64"


def taken(readers: ReadersOfDay, networks: list[str], day: date = TODAY) -> int:
    return sum(readers.take_in(day, each) for each in networks)


def test_a_network_has_a_share_and_its_neighbour_one_of_her_own() -> None:
    readers = ReadersOfDay()
    for network in ("203.0.113.7", "203.0.113.8", HOME):
        assert taken(readers, [network] * (OF_A_NETWORK + 5)) == OF_A_NETWORK
        assert not readers.have_room(TODAY, network)


def test_the_networks_of_one_site_share_and_another_site_does_not() -> None:
    readers = ReadersOfDay()
    assert taken(readers, [f"2001:db8:1:{number:x}::/64" for number in range(OF_A_SITE + 5)]) == OF_A_SITE
    assert not readers.have_room(TODAY, "2001:db8:1:ffff::/64")
    assert readers.have_room(TODAY, "2001:db8:2:ffff::/64")


def test_a_full_day_counts_no_more_says_so_once_and_the_next_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    readers = ReadersOfDay(most=100)
    with caplog.at_level(logging.WARNING):
        assert taken(readers, [f"2001:db8:{number:x}:1::/64" for number in range(150)]) == 100
    assert [each.getMessage() for each in caplog.records] == [
        "100 reads were counted today: what comes until midnight is not counted"
    ]
    assert len(readers._taken) == 200, "a network and a site of each, and nothing of those who came too late"
    assert taken(readers, [HOME], TOMORROW) == 1
    assert len(readers._taken) == 2


@pytest.mark.parametrize("network", ["", "unknown", "::ffff:garbage", "fe80::1%eth0", "\ud800:x", "2001:db8::1/200"])
def test_what_is_no_network_is_counted_as_one(network: str) -> None:
    assert taken(ReadersOfDay(most=3), [network] * 5) == 3


def test_no_network_stands_in_the_memory() -> None:
    readers = ReadersOfDay()
    taken(readers, [HOME, "203.0.113.7"])
    assert all(isinstance(each, bytes) and len(each) == 12 for each in readers._taken)
