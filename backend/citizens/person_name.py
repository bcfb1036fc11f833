"""Pure: a person's name in the one spelling in which names are compared, whoever typed it."""

import re
import unicodedata

from backend.errors import Invalid
from backend.spreadsheets.cells import clean

FEWEST_CHARACTERS = 2
MOST_CHARACTERS = 50

# The dot inside names such as 买买提·吐逊 is typed in many ways; here it is always U+00B7.
_DOTS = dict.fromkeys([0x0387, 0x16EB, 0x2022, 0x2027, 0x2219, 0x22C5, 0x25CF, 0x2E31, 0x30FB, 0xFF65], "·")
# Full-width Latin, and the radicals that a copy from a PDF gives for the characters that look the same.
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_SPELLING: dict[int, str] = {**_WIDE, **_RADICALS, **_DOTS}
_USUAL = re.compile(f"[\\u4e00-\\u9fff]{{{FEWEST_CHARACTERS},{MOST_CHARACTERS}}}")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_POINT_IN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s*[.·]\s*(?=[^\x00-\x7f])")
_SIGNS_INSIDE = frozenset("·-' .")


def parse_name(text: str) -> str:
    """The name as it is compared and digested: no spaces inside Chinese names, one kind of dot, composed characters.

    Raises Invalid with code `name_length` (2 to 50 characters) or `name_characters` (digits, signs, a masking *).
    """
    if _USUAL.fullmatch(text):
        return text
    name = unicodedata.normalize("NFC", clean(text).translate(_SPELLING))
    if _HAN.search(name):
        name = "".join(_POINT_IN_HAN.sub("·", name).split())
    if not FEWEST_CHARACTERS <= len(name) <= MOST_CHARACTERS:
        raise Invalid("name_length", f"姓名应为 {FEWEST_CHARACTERS} 至 {MOST_CHARACTERS} 个字，请与身份证核对。")
    if not name.isalpha() and not (_is_letter(name[0]) and all(map(_may_stand, name))):
        raise Invalid("name_characters", "姓名里有数字或符号。请写身份证上的完整姓名，不要用 * 代替。")
    return name


def _is_letter(character: str) -> bool:
    """Letters of any script, 〇, and code points that this Python does not know yet: rare ideographs come late."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category in {"Cn", "Co"} or character == "〇"


def _may_stand(character: str) -> bool:
    return character in _SIGNS_INSIDE or _is_letter(character)
