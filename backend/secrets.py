"""Field encryption, keyed digests, masking and token hashing. The only importer of `cryptography`."""

import hashlib
import os
import secrets as random_source
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from backend.settings import Settings, SettingsError

_NONCE_BYTES = 12
_TAG_BYTES = 16


class Undecipherable(Exception):
    """A stored field was encrypted under a key that is no longer configured, or was altered."""


@dataclass(frozen=True)
class Vault:
    """The keys by which people's fields are hidden and found.

    `field_keys` maps a key number (1 to 255) to a 16-byte SM4 key, the encrypting one first;
    `digest_key` is the 32-byte HMAC-SM3 key.
    """

    field_keys: dict[int, bytes] = field(repr=False)  # a traceback or a log line shows the repr
    digest_key: bytes = field(repr=False)

    def encrypt(self, text: str, field: str) -> bytes:
        """SM4-GCM: key number (1 byte), nonce (12), tag (16), ciphertext. `field` ties the value to its column."""
        number, key = next(iter(self.field_keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(field.encode())
        hidden = encryptor.update(text.encode()) + encryptor.finalize()
        return bytes([number]) + nonce + encryptor.tag + hidden

    def decrypt(self, stored: bytes, field: str) -> str:
        """The text behind `encrypt`. Raises Undecipherable; the message carries no data."""
        key = self.field_keys.get(stored[0]) if stored else None
        if key is None:
            raise Undecipherable(f"no key for {field}")
        if len(stored) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise Undecipherable(f"{field} was cut short")
        nonce, rest = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        decryptor = Cipher(SM4(key), modes.GCM(nonce, rest[:_TAG_BYTES])).decryptor()
        decryptor.authenticate_additional_data(field.encode())
        try:
            return (decryptor.update(rest[_TAG_BYTES:]) + decryptor.finalize()).decode()
        except InvalidTag:
            raise Undecipherable(f"{field} was altered") from None

    def digest(self, text: str, field: str) -> str:
        """HMAC-SM3 as 64 hex digits: equal texts of one field meet, and nobody without the key can guess them."""
        mac = hmac.HMAC(self.digest_key, hashes.SM3())
        mac.update(field.encode() + b"\x00" + text.encode())
        return mac.finalize().hex()


def open_vault(settings: Settings) -> Vault:
    """The vault of FIELD_KEYS and DIGEST_KEY. Raises SettingsError on malformed keys, never repeating them."""
    try:
        pairs = [pair.split(":") for pair in settings.field_keys.split(",")]
        field_keys = {int(number): bytes.fromhex(key) for number, key in pairs}
        digest_key = bytes.fromhex(settings.digest_key)
    except ValueError:
        raise SettingsError("FIELD_KEYS or DIGEST_KEY is malformed") from None
    if len(field_keys) != len(pairs):
        raise SettingsError("FIELD_KEYS gives one NUMBER to two keys")
    if any(len(key) != 16 for key in field_keys.values()) or not all(0 < number < 256 for number in field_keys):
        raise SettingsError("FIELD_KEYS wants NUMBER:32 hex digits, NUMBER from 1 to 255")
    if len(digest_key) != 32:
        raise SettingsError("DIGEST_KEY wants 64 hex digits")
    return Vault(field_keys, digest_key)


def new_token() -> str:
    """An opaque random token of 256 bits, safe in a header."""
    return random_source.token_urlsafe(32)


def new_counter_code() -> str:
    """Eight digits that a clerk can read out at a counter."""
    return f"{random_source.randbelow(10**8):08d}"


def hash_token(token: str) -> str:
    """What is stored of a random token: SHA-256 is enough, because 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def mask_name(name: str) -> str:
    """鲁小明 → 鲁**"""
    return name[:1] + "*" * (len(name) - 1)


def mask_number(number: str) -> str:
    """410423199003070017 → 4104**********0017"""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]
