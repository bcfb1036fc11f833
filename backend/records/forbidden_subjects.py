"""Pure: subjects that may never be a record, whoever files them; each carries the rule that forbids it."""

import re
from pathlib import Path

import msgspec

from backend.records.strict_toml import CatalogueRefused, Fault, read_toml

FORBIDDEN_SUBJECTS = Path(__file__).with_name("forbidden_subjects.toml")


class ForbiddenSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject: any of `patterns` in an item's name or summary is it, unless one of `unless` stands there too.

    `confirmed` is false where the source is not yet checked by the county's legal office.
    """

    code: str
    name: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    source: str
    confirmed: bool

    def found_in(self, text: str) -> bool:
        """Whether the text is about this subject. Spaces do not hide a word."""
        plain = re.sub(r"\s+", "", text)
        return _any(self.patterns, plain) and not _any(self.unless, plain)


class _SubjectsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subjects: tuple[ForbiddenSubject, ...]


def parse_forbidden(data: bytes) -> tuple[ForbiddenSubject, ...]:
    """The subjects of a TOML file. Raises CatalogueRefused on structural faults, and on a pattern that is none."""
    subjects = read_toml(data, _SubjectsFile).subjects
    faults = [
        Fault(f"{each.code}.source", "blank", "请写明依据哪部法规的哪一条。")
        for each in subjects
        if not each.source.strip()
    ]
    faults += [
        Fault(f"{each.code}.patterns", "bad_pattern", "这个匹配写法有误，请检查括号等符号。")
        for each in subjects
        for pattern in (*each.patterns, *each.unless)
        if not _compiles(pattern)
    ]
    if faults:
        raise CatalogueRefused(faults)
    return subjects


def read_forbidden() -> tuple[ForbiddenSubject, ...]:
    """The subjects of the file beside this one."""
    return parse_forbidden(FORBIDDEN_SUBJECTS.read_bytes())


def _any(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _compiles(pattern: str) -> bool:
    """Whether it is a pattern that needs at least one character: an empty one would be found everywhere."""
    try:
        return re.search(pattern, "") is None
    except re.error:
        return False
