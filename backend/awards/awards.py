"""The awards as awards.toml describes them: who owns each, how it is given, by which criteria (the seed's §二(三))."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from backend.errors import NotFound

Mode = Literal["judged", "referred"]  # 评选 here, or 推荐线索 handed to the owner
MODES: dict[Mode, str] = {"judged": "评选", "referred": "推荐线索"}


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing by which members judge, with the most points that one may give."""

    code: str
    name: str
    words: str
    most: int


class Award(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """评选项目: its owner by department code, its catalogue item, and what a new season begins with."""

    code: str
    name: str
    department: str
    mode: Mode
    item: str
    summary: str
    legal_basis: str
    quota: int
    questions: tuple[str, ...]
    criteria: tuple[Criterion, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    awards: tuple[Award, ...]


def no_such_award() -> NotFound:
    return NotFound("award_not_found", "没有这项评选。")


@cache
def awards() -> dict[str, Award]:
    """Every award by its code, in the order in which they are shown."""
    text = Path(__file__).with_name("awards.toml").read_bytes()
    return {each.code: each for each in msgspec.toml.decode(text, type=_File).awards}


def award(code: str) -> Award:
    """One award. Raises NotFound award_not_found."""
    found = awards().get(code)
    if found is None:
        raise no_such_award()
    return found
