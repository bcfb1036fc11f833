"""Field encryption, keyed digests, passwords, masking and token hashing. The only importer of `cryptography`."""

import asyncio
import hashlib
import os
import secrets as random_source
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from backend.settings import Settings, SettingsError

_NONCE_BYTES = 12
_TAG_BYTES = 16

# Argon2id as OWASP's Password Storage Cheat Sheet asks at least: 19 MiB, two passes, one lane. About 24 ms of a core.
_ARGON2_KIBIBYTES = 19 * 1024
_ARGON2_PASSES = 2
# A hash that no password fits: who has none costs as much time as who has one.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43


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
        return self.seal_bytes(text.encode(), field)

    def encrypt_all(self, texts: Sequence[str], field: str) -> list[bytes]:
        """As `encrypt`, each with a nonce of its own, all of them asked for at once.

        Asking the system lets another thread have its turn: a file's hundred thousand times, that alone took seconds.
        """
        nonces = os.urandom(_NONCE_BYTES * len(texts))
        starts = range(0, len(nonces), _NONCE_BYTES)
        return [
            self._seal(text.encode(), field, nonces[start : start + _NONCE_BYTES])
            for text, start in zip(texts, starts, strict=True)
        ]

    def decrypt(self, stored: bytes, field: str) -> str:
        """The text behind `encrypt`. Raises Undecipherable; the message carries no data."""
        return self.open_bytes(stored, field).decode()

    def seal_bytes(self, data: bytes, field: str) -> bytes:
        """As `encrypt`, for a whole file; `field` ties it to where it is kept. 20 MB take a while: not on the loop."""
        return self._seal(data, field, os.urandom(_NONCE_BYTES))

    def _seal(self, data: bytes, field: str, nonce: bytes) -> bytes:
        number, key = next(iter(self.field_keys.items()))
        encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(field.encode())
        hidden = encryptor.update(data) + encryptor.finalize()
        return bytes([number]) + nonce + encryptor.tag + hidden

    def open_bytes(self, stored: bytes, field: str) -> bytes:
        """The bytes behind `seal_bytes`. Raises Undecipherable; the message carries no data."""
        key = self.field_keys.get(stored[0]) if stored else None
        if key is None:
            raise Undecipherable(f"no key for {field}")
        if len(stored) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise Undecipherable(f"{field} was cut short")
        nonce, rest = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        decryptor = Cipher(SM4(key), modes.GCM(nonce, rest[:_TAG_BYTES])).decryptor()
        decryptor.authenticate_additional_data(field.encode())
        try:
            return decryptor.update(rest[_TAG_BYTES:]) + decryptor.finalize()
        except InvalidTag:
            raise Undecipherable(f"{field} was altered") from None

    def digest(self, text: str, field: str) -> str:
        """HMAC-SM3 as 64 hex digits: equal texts of one field meet, and nobody without the key can guess them."""
        mac = _begun(self.digest_key, field).copy()
        mac.update(text.encode())
        return mac.finalize().hex()


@lru_cache(maxsize=256)
def _begun(key: bytes, field: str) -> hmac.HMAC:
    """A digest that has taken in its key and field and waits for the text: half the work of files of a million."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(field.encode() + b"\x00")
    return mac


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
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()  # a made-up token may hold anything


async def hash_password(password: str) -> str:
    """Argon2id as a PHC string, which names its own costs; worked out beside the event loop."""
    return await asyncio.to_thread(_argon2id().derive_phc_encoded, _password_bytes(password))


async def check_password(password: str, stored: str | None) -> bool:
    """Whether `hash_password` gave `stored` for this password. False for a malformed value and for none.

    None costs as much as a wrong password, so that nobody learns by the clock who has one.
    """
    return await asyncio.to_thread(_fits, password, stored or _NOBODYS)


def _argon2id() -> Argon2id:
    return Argon2id(salt=os.urandom(16), length=32, iterations=_ARGON2_PASSES, lanes=1, memory_cost=_ARGON2_KIBIBYTES)


def _fits(password: str, stored: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_password_bytes(password), stored)
    except (InvalidKey, ValueError):
        return False
    return True


def _password_bytes(password: str) -> bytes:
    """One spelling whatever keyboard it was typed on (NIST SP 800-63B 5.1.1.2); any text at all has bytes."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def mask_name(name: str) -> str:
    """鲁小明 → 鲁**"""
    return name[:1] + "*" * (len(name) - 1)


def mask_number(number: str) -> str:
    """410423199003070017 → 4104**********0017"""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]
