"""A link shows one size of one picture to one session for ten minutes, and cannot be made or bent by anybody."""

import base64
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from backend.errors import NotFound
from backend.secrets import open_vault
from backend.settings import demo_settings
from media.links import SIZES, open_link, sign_link
from miniprogram_api.surface.operation import Token

ClockAt = Callable[[str], AbstractContextManager[None]]

VAULT = open_vault(demo_settings())
PICTURE = UUID("01998c2e-7a40-7000-8000-0000000000a1")
HERS = "account-session:01998c2e-7a40-7000-8000-0000000000b2"
DESK = "staff-session:01998c2e-7a40-7000-8000-0000000000c3"


def is_gone(token: str) -> bool:
    try:
        open_link(VAULT, token)
    except NotFound as error:
        return error.code == "link_gone"
    return False


def test_a_link_says_what_it_was_made_for(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        for size in SIZES:
            for viewer in (HERS, DESK):
                link = open_link(VAULT, sign_link(VAULT, PICTURE, size, viewer))
                assert (link.picture_id, link.size, link.viewer) == (PICTURE, size, viewer)
                assert link.expires_at == datetime(2026, 11, 23, 1, 10, tzinfo=UTC)


def test_it_ends_after_ten_minutes(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        token = sign_link(VAULT, PICTURE, "small", HERS)
    with clock_at("2026-11-23 09:09:59"):
        assert open_link(VAULT, token).size == "small"
    with clock_at("2026-11-23 09:10"):
        assert is_gone(token)


def test_a_link_with_one_changed_bit_is_gone(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        whole = base64.urlsafe_b64decode(sign_link(VAULT, PICTURE, "small", HERS) + "==")
        for place in range(len(whole)):
            bent = bytearray(whole)
            bent[place] ^= 1
            assert is_gone(base64.urlsafe_b64encode(bent).decode().rstrip("=")), place


def test_what_was_made_up_is_gone_whatever_it_is(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        token = sign_link(VAULT, PICTURE, "small", HERS)
        for made_up in ("", "x", "====", "照片", "a" * 5000, token[:-1], token + "A", token[::-1], token * 2, "%00"):
            assert is_gone(made_up), made_up


def test_another_server_s_link_is_gone(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        other = open_vault(replace(demo_settings(), digest_key="11" * 32))
        assert is_gone(sign_link(other, PICTURE, "small", HERS))


def test_a_link_fits_into_a_path_and_names_no_other_viewer(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        tokens = {sign_link(VAULT, PICTURE, size, viewer) for size in SIZES for viewer in (HERS, DESK)}
    assert len(tokens) == 6
    assert all(re.fullmatch(Token.PATTERN, token) and len(token) <= 100 for token in tokens)
    with pytest.raises(ValueError, match="not in tuple"):
        sign_link(VAULT, PICTURE, "small", "anybody:01998c2e-7a40-7000-8000-0000000000b2")
