"""Pure: identity, mobile phone and bank card numbers in a text, however they are spaced; masked ones pass."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from backend import clock
from backend.citizens.identity_number import carries_number
from backend.content.finding import Finding

_IDENTITY = "identity_number"
_ADVICE = {
    _IDENTITY: "请删去身份证号，或者打码，例如 4104**********0017。",
    "phone": "请删去手机号，或者打码，例如 138****0001；要留联系方式的，请写办公电话。",
    "bank_card": "请删去银行卡号，或者打码，只留后四位。",
}
_AHEAD, _BEHIND = r"(?<![0-9\-])", r"(?![0-9\-])"
_MOBILE = re.compile(rf"{_AHEAD}(?:(?:\+|00)?86[ \-]?)?1[3-9][0-9][ \-]?[0-9]{{4}}[ \-]?[0-9]{{4}}{_BEHIND}")
_CARD = re.compile(rf"{_AHEAD}[3-6](?:[ \-]?[0-9]){{15,18}}{_BEHIND}")
_RUN = re.compile(r"[0-9](?:[\s\-－—_.·,，、/]?[0-9Xx]){6,}")
_CUT = 12  # characters shown around what was found


def private_numbers(where: str, text: str) -> Iterator[Finding]:
    """One finding for each kind of number in the text."""
    plain = unicodedata.normalize("NFKC", text)
    if sum(map(str.isdigit, plain)) < 11:  # as nearly every passage
        return
    kinds = []
    # Documents of this year are numbered like people born in it, of whom no article speaks.
    if carries_number(_MOBILE.sub("；", plain), date(clock.today().year, 1, 1)):
        kinds.append(_IDENTITY)
    if _MOBILE.search(plain):
        kinds.append("phone")
    if _IDENTITY not in kinds and any(_is_card(found[0]) for found in _CARD.finditer(plain)):
        kinds.append("bank_card")
    yield from (Finding(kind, where, excerpt(plain), _ADVICE[kind], must=True) for kind in kinds)


def hidden(text: str) -> str:
    """The text with every long number masked."""
    return _RUN.sub(_mask, text)


def excerpt(text: str) -> str:
    """The stretch of a text around its first long number, masked."""
    shown = hidden(text)
    place = max(shown.find("****"), 0)
    start, end = max(place - _CUT, 0), place + _CUT
    return ("…" if start else "") + shown[start:end] + ("…" if end < len(shown) else "")


def _mask(run: re.Match[str]) -> str:
    digits = "".join(letter for letter in run[0] if letter.isalnum())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 10 else f"{digits[:2]}****"


def _is_card(number: str) -> bool:
    """Whether its check digit is right (Luhn). Of 18 digits are documents and mistyped identity numbers, not cards."""
    digits = [int(each) for each in reversed(number) if each.isdigit()]
    if len(digits) == 18:
        return False
    doubled = [each * 2 - 9 if each > 4 else each * 2 for each in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
