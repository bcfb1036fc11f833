"""Pure: what stands in the catalogue and departments files. What must not stand there is `catalogue_linter`'s."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.records.strict_toml import CatalogueRefused, Fault, read_toml

__all__ = [
    "DOMAINS",
    "HONOURS",
    "SAMPLE_CATALOGUE",
    "SAMPLE_DEPARTMENTS",
    "Catalogue",
    "CatalogueItem",
    "CatalogueRefused",
    "Department",
    "DomainCap",
    "EvidenceRule",
    "Fault",
    "LegalBasis",
    "Level",
    "Rate",
    "RecoveryWay",
    "Repair",
    "Step",
    "fingerprint",
    "parse_catalogue",
    "parse_departments",
]

SAMPLE_CATALOGUE = Path(__file__).with_name("sample_catalogue.toml")
SAMPLE_DEPARTMENTS = Path(__file__).with_name("sample_departments.toml")

HONOURS = "荣誉"
# The plan's sixteen domains: 鲁政办〔2018〕53号 §三(二).
DOMAINS = (
    *("食品药品", "安全生产", "消防安全", "交通安全", "环境保护", "生物安全", "产品质量", "税收缴纳"),
    *("医疗卫生", "劳动保障", "工程建设", "金融服务", "知识产权", "司法诉讼", "电子商务", "志愿服务"),
)

# Lengths are those of the tables' columns. `\S`: blank is as bad as missing.
Word = Annotated[str, Meta(pattern=r"\S", max_length=20)]
Line = Annotated[str, Meta(pattern=r"\S", max_length=100)]
Sentence = Annotated[str, Meta(pattern=r"\S", max_length=300)]
# Far beyond any catalogue, and far below what a column holds and a day or a quantity can be counted with.
Points = Annotated[int, Meta(ge=-100_000, le=100_000)]
Units = Annotated[int, Meta(ge=1, le=100_000)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of one of the files; what is not named here is refused."""


class Level(_Table, frozen=True, kw_only=True):
    """What some points open. Only the lowest has no `at_least`, and opens all that anybody has (charter 3)."""

    code: Word
    name: Word
    at_least: Points | None = None
    opens: Sentence


class DomainCap(_Table, frozen=True, kw_only=True):
    """The most points that a domain's positive items give in a calendar year; deductions are not capped by it."""

    domain: str
    points_per_year: Points


class LegalBasis(_Table, frozen=True, kw_only=True):
    """A law by its full title in 《》; the article only where sure; `note` when it was replaced or is new."""

    law: Line
    article: Word | None = None
    note: Sentence | None = None


class Step(_Table, frozen=True, kw_only=True):
    """Up to `up_to` units in a calendar year (None: no end), `points` for each `per` units."""

    up_to: Units | None = None
    points: Points
    per: Units


class Rate(_Table, frozen=True, kw_only=True):
    """Points by quantity, over diminishing steps."""

    unit: Literal["hour", "day", "activity"]
    steps: tuple[Step, ...]


class RecoveryWay(_Table, frozen=True, kw_only=True):
    """One way to get back the points that a record cost; `charity` costs money, the others are free."""

    way: Literal["fulfilment", "service", "study", "charity"]
    what: Sentence


class Repair(_Table, frozen=True, kw_only=True):
    """信用修复: months from the document's date before one may apply, and what to do where.

    `rule` cites the rule, if one sets another shortest time than the severity's.
    """

    allowed: bool
    shortest_months: Annotated[int, Meta(ge=0, le=600)]
    what: Sentence
    rule: Line | None = None


class CatalogueItem(_Table, frozen=True, kw_only=True):
    """目录事项. Yearly caps are absolute points of a calendar year; `term_months` count from the document's date."""

    code: Word
    name: Line
    domain: str
    kind: Literal["positive", "negative"]
    severity: Literal["minor", "general", "serious"] | None = None
    summary: Sentence
    legal_basis: tuple[LegalBasis, ...] = ()
    catalogue_ref: Sentence | None = None
    departments: tuple[str, ...] = ()
    points: Points | None = None
    rate: Rate | None = None
    points_per_year: Points | None = None
    times_per_year: Points | None = None
    term_months: Annotated[int, Meta(ge=1, le=600)]
    term_rule: Sentence | None = None
    needs_final: bool = False
    recovery: tuple[RecoveryWay, ...] = ()
    repair: Repair | None = None


class EvidenceRule(_Table, frozen=True, kw_only=True):
    """How one kind of evidence is taken in, reviewed and counted.

    `item` is the positive item under which it gives points; without one it is kept for the recovery of points.
    `departments` review it, the first one unless the citizen names another; empty: the department of the document that
    was fulfilled. It is taken in up to `months_back` after it happened and reviewed within `review_workdays`. Over
    `second_review_over` units of the item a second reviewer confirms.
    """

    kind: Literal["service", "donation", "fulfilment", "study"]
    item: Word | None = None
    departments: tuple[str, ...] = ()
    months_back: Annotated[int, Meta(ge=1, le=60)]
    review_workdays: Annotated[int, Meta(ge=1, le=60)]
    second_review_over: Annotated[int, Meta(ge=1, le=10_000)] | None = None


class _CatalogueFile(_Table, frozen=True, kw_only=True):
    version: Annotated[str, Meta(pattern=r"\S", max_length=40)]
    name: Line
    sample: bool
    notice: Annotated[str, Meta(max_length=300)] = ""
    in_force_from: date
    base_points: Annotated[int, Meta(ge=0, le=100_000)]
    levels: tuple[Level, ...] = ()
    domain_caps: tuple[DomainCap, ...] = ()
    evidence: tuple[EvidenceRule, ...] = ()
    items: tuple[CatalogueItem, ...] = ()


class Catalogue(_CatalogueFile, frozen=True, kw_only=True):
    """One version of the catalogue; `digest` is the `fingerprint` of its file."""

    digest: str


class Department(_Table, frozen=True, kw_only=True):
    """部门, with the first and the last day on which it stands, and the code of who took over."""

    code: Word
    name: Annotated[str, Meta(pattern=r"\S", max_length=60)]
    office: Annotated[str, Meta(pattern=r"\S", max_length=120)]
    phone: Annotated[str, Meta(pattern=r"\S", max_length=40)]
    from_day: date = msgspec.field(name="from")
    until_day: date | None = msgspec.field(name="until", default=None)
    replaced_by: str | None = None


class _DepartmentsFile(_Table, frozen=True, kw_only=True):
    departments: tuple[Department, ...]


def fingerprint(data: bytes) -> str:
    """SHA-256 of a file's bytes, in hex: tells whether the file under a version is still the same."""
    return hashlib.sha256(data).hexdigest()


def parse_catalogue(data: bytes) -> Catalogue:
    """The catalogue of a TOML file. Raises CatalogueRefused with every structural fault; the rules are `lint`'s."""
    file = read_toml(data, _CatalogueFile)
    return Catalogue(**msgspec.structs.asdict(file), digest=fingerprint(data))


def parse_departments(data: bytes) -> tuple[Department, ...]:
    """The departments of a TOML file. Raises CatalogueRefused with every structural fault."""
    return read_toml(data, _DepartmentsFile).departments
