"""Pure: what looks like the name of a person. A guess by surnames, to point out; never to decide about anybody."""

import re
import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_SURNAMES = "".join(_DATA["surnames"].split())
_DOUBLE = "|".join(_DATA["double"].split())
_NOT_NAMES = tuple(_DATA["words"].split())  # a longer word is passed over with its beginning
_GIVEN = "[㐀-䶿一-鿿]"
_NAME = f"(?:(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{1,2}})"
_WHOLE = re.compile(_NAME)
_DOTTED = re.compile(f"{_GIVEN}{{2,8}}(?:[·•‧・]{_GIVEN}{{2,8}})+")  # 买买提·艾力
_MASKED = re.compile("[某*＊×xX○〇□]")
_BETWEEN = r"[ \t]*(?:[、，,；;/|]|\s|和|及|与)[ \t]*"
_BESIDE = r"(?:[（(][^（）()]{0,30}[）)]|[ \t]*[0-9][0-9.,]{0,15}[ \t]*[万亿]?[元户件]?)?"  # 张三（欠款）、李四 3000 元
_LIST = re.compile(f"{_NAME}{_BESIDE}(?:{_BETWEEN}{_NAME}{_BESIDE}){{2,}}")
_LISTED = re.compile(f"({_NAME}){_BESIDE}(?:{_BETWEEN}|$)")
_PLACES = tuple("省市县区镇乡路街巷站厂店院校局所队组部室科股处办")  # what ends so is a place or an office


def is_name(text: str) -> bool:
    """Whether the whole text looks like one person's full name; a masked one (鲁某, 鲁*) does not."""
    plain = "".join(text.split())
    if _MASKED.search(plain):
        return False
    if _DOTTED.fullmatch(plain):
        return True
    return _WHOLE.fullmatch(plain) is not None and not _is_word(plain)


def listed_names(text: str) -> list[str]:
    """The first list of three names or more in a text; nothing when there is none."""
    for found in _LIST.finditer(text):
        names = [each for each in _LISTED.findall(found[0]) if not _MASKED.search(each) and not _is_word(each)]
        if len(names) >= 3:
            return names
    return []


def masked(name: str) -> str:
    """The name as it may be shown: 鲁某某."""
    return name[:1] + "某" * (len(name) - 1)


def _is_word(text: str) -> bool:
    return text.startswith(_NOT_NAMES) or (len(text) > 1 and text.endswith(_PLACES))
