"""Fields hidden at rest: right back with the key, nothing without it, and a changed byte is noticed."""

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.secrets import (
    Undecipherable,
    Vault,
    hash_token,
    mask_name,
    mask_number,
    new_counter_code,
    new_token,
    open_vault,
)
from backend.settings import DEMO_SECRETS, Settings, SettingsError

NUMBER = "410423199003070017"
OLD, NEW = bytes(range(16)), bytes(range(16, 32))
VAULT = Vault({1: OLD}, bytes(32))


@given(text=st.text(max_size=200), field=st.text(min_size=1, max_size=20))
def test_what_was_hidden_comes_back(text: str, field: str) -> None:
    assert VAULT.decrypt(VAULT.encrypt(text, field), field) == text


def test_the_same_text_never_looks_the_same() -> None:
    hidden = {VAULT.encrypt(NUMBER, "citizen.number") for _ in range(100)}
    assert len(hidden) == 100
    assert not any(NUMBER.encode() in each for each in hidden)


def test_many_at_once_are_each_hidden_on_their_own() -> None:
    texts = [NUMBER, "", NUMBER, "示" * 200]
    hidden = VAULT.encrypt_all(texts, "citizen.number")
    assert [VAULT.decrypt(each, "citizen.number") for each in hidden] == texts
    assert len({each[1:13] for each in hidden}) == len(texts), "a nonce is never used twice"
    assert VAULT.encrypt_all([], "citizen.number") == []
    with pytest.raises(Undecipherable):
        VAULT.decrypt(hidden[0], "citizen.name")


def test_every_changed_bit_is_noticed() -> None:
    hidden = VAULT.encrypt(NUMBER, "citizen.number")
    for place in range(len(hidden) * 8):
        changed = bytearray(hidden)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Undecipherable):
            VAULT.decrypt(bytes(changed), "citizen.number")


@pytest.mark.parametrize("length", [0, 1, 5, 12, 13, 20, 28, 29, 46])
def test_what_is_cut_short_is_noticed(length: int) -> None:
    hidden = VAULT.encrypt(NUMBER, "citizen.number")
    with pytest.raises(Undecipherable):
        VAULT.decrypt(hidden[:length], "citizen.number")


@given(stored=st.binary(max_size=60))
def test_rubbish_is_never_a_text_nor_another_error(stored: bytes) -> None:
    with pytest.raises(Undecipherable):
        VAULT.decrypt(stored, "citizen.number")


def test_a_value_moved_to_another_column_is_noticed() -> None:
    with pytest.raises(Undecipherable):
        VAULT.decrypt(VAULT.encrypt(NUMBER, "citizen.number"), "citizen.name")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Undecipherable):
        Vault({1: NEW}, bytes(32)).decrypt(VAULT.encrypt(NUMBER, "citizen.number"), "citizen.number")


def test_an_error_carries_no_data() -> None:
    hidden = VAULT.encrypt(NUMBER, "citizen.number")
    for broken in (hidden[:-1], hidden[:20], b"\x09" + hidden[1:]):
        with pytest.raises(Undecipherable) as error:
            VAULT.decrypt(broken, "citizen.number")
        assert NUMBER not in str(error.value)
        assert error.value.__cause__ is None


def test_keys_rotate_the_first_encrypts_and_all_decrypt() -> None:
    before = VAULT.encrypt(NUMBER, "f")
    rotated = Vault({2: NEW, 1: OLD}, VAULT.digest_key)
    after = rotated.encrypt(NUMBER, "f")
    assert (before[0], after[0]) == (1, 2)
    assert rotated.decrypt(before, "f") == rotated.decrypt(after, "f") == NUMBER
    with pytest.raises(Undecipherable):
        Vault({2: NEW}, VAULT.digest_key).decrypt(before, "f")


def test_equal_texts_of_one_field_meet_and_nothing_else_does() -> None:
    digest = VAULT.digest(NUMBER, "citizen.number")
    assert digest == VAULT.digest(NUMBER, "citizen.number")
    assert len(digest) == 64
    others = {
        VAULT.digest(NUMBER, "citizen.phone"),
        VAULT.digest(NUMBER + " ", "citizen.number"),
        replace(VAULT, digest_key=b"\x01" * 32).digest(NUMBER, "citizen.number"),
    }
    assert len(others | {digest}) == 4


def test_a_digest_does_not_depend_on_the_key_that_encrypts() -> None:
    """Else nobody would be found after a rotation."""
    assert Vault({2: NEW}, VAULT.digest_key).digest(NUMBER, "f") == VAULT.digest(NUMBER, "f")


def test_the_vault_opens_with_the_settings_keys() -> None:
    settings = Settings(**DEMO_SECRETS)
    vault = open_vault(replace(settings, field_keys=f"7:{NEW.hex()},1:{OLD.hex().upper()}"))
    assert vault.field_keys == {7: NEW, 1: OLD}
    assert next(iter(vault.field_keys)) == 7


@pytest.mark.parametrize(
    "field_keys",
    [
        "", "1", "1:", "x:" + "00" * 16, "1:zz", "1:" + "00" * 15, "1:" + "00" * 17,
        "0:" + "00" * 16, "256:" + "00" * 16, "-1:" + "00" * 16,
        "1:" + "00" * 16 + ",", "1:00:" + "00" * 16, f"1:{OLD.hex()},1:{NEW.hex()}",
    ],
)  # fmt: skip
def test_malformed_field_keys_are_refused_and_not_repeated(field_keys: str) -> None:
    """Twice the same number too: the first key would be lost in silence, and all that it hid."""
    with pytest.raises(SettingsError) as refused:
        open_vault(Settings(**{**DEMO_SECRETS, "field_keys": field_keys}))
    assert "FIELD_KEYS" in str(refused.value)
    assert len(field_keys) < 10 or field_keys not in str(refused.value)
    assert "00" not in str(refused.value)


@pytest.mark.parametrize("digest_key", ["", "00", "zz" * 32, "00" * 31, "00" * 33])
def test_malformed_digest_keys_are_refused(digest_key: str) -> None:
    with pytest.raises(SettingsError, match="DIGEST_KEY"):
        open_vault(Settings(**{**DEMO_SECRETS, "digest_key": digest_key}))


def test_the_vault_does_not_show_its_keys() -> None:
    """A traceback or a log line shows the repr of what it touches."""
    shown = repr(Vault({1: OLD}, os.urandom(32)))
    assert "\\x" not in shown
    assert OLD.hex() not in shown


def test_tokens_are_long_random_and_stored_as_hashes() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert min(map(len, tokens)) >= 43
    token = tokens.pop()
    assert hash_token(token) == hash_token(token)
    assert (len(hash_token(token)), token in hash_token(token)) == (64, False)


def test_counter_codes_are_eight_digits_with_their_zeros() -> None:
    codes = [new_counter_code() for _ in range(2000)]
    assert all(len(code) == 8 and code.isascii() and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 1990


@pytest.mark.parametrize(
    ("mask", "whole", "masked"),
    [
        (mask_name, "鲁小明", "鲁**"),
        (mask_name, "鲁明", "鲁*"),
        (mask_name, "", ""),
        (mask_number, NUMBER, "4104**********0017"),
        (mask_number, "41042319850512018X", "4104**********018X"),
        (mask_number, "12345678", "********"),
        (mask_number, "", ""),
    ],
)
def test_masks_leave_enough_to_recognise_and_no_more(mask, whole: str, masked: str) -> None:  # type: ignore[no-untyped-def]
    assert mask(whole) == masked
