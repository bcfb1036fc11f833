"""Measures that a department reports as in force against a citizen, each under its item in an official list."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from backend import clock
from backend.errors import Invalid
from backend.records.strict_toml import CatalogueRefused, Fault, read_toml
from backend.secrets import Vault
from backend.spreadsheets.cells import fold, parse_date
from backend.workdays import months_after

MOST = 9
LONGEST_YEARS = 60  # a measure for life is written as a day within these
LONGEST_AUTHORITY = 60
LONGEST_WAY_OUT = 200
OFF_THE_LIST = "现在的清单里已经没有这一项"
LISTS = {"national": "《全国失信惩戒措施基础清单》", "provincial": "《河南省失信惩戒措施补充清单》"}

_LIST_FILE = Path(__file__).with_name("measures_list.toml")
_FIELD = "record.measures"
# Code, authority, last day and way out between bars. A cell's line breaks reach us as spaces, so the next one begins
# where a code and a bar stand, but only past the third bar: an authority may end like a code.
_ONE = re.compile(
    r"[\s;；]*([^|｜\s;；]+)\s*[|｜]([^|｜]*)[|｜]([^|｜]*)[|｜]([^|｜]*?)(?=\Z|[\s;；][A-Za-z]+-?[0-9]+\s*[|｜])"
)
_AROUND = " \t\r\n;；"

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class ListedMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of an official list that can concern a natural person; `confirmed` once the legal office checked it."""

    code: Words
    name: Words
    list: Literal["national", "provincial"]
    basis: Words
    confirmed: bool


class _ListFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measures: tuple[ListedMeasure, ...]


class Measure(msgspec.Struct, frozen=True):
    """A measure against one citizen: its code in MEASURES, who decided it, its last day, and how it ends sooner."""

    code: str
    authority: str
    until: date
    way_out: str

    def __repr__(self) -> str:
        return f"Measure({self.code})"  # the rest is about one person, and a repr ends up in logs


def parse_list(data: bytes) -> dict[str, ListedMeasure]:
    """The listed measures of a TOML file by code. Raises CatalogueRefused with every fault."""
    measures = read_toml(data, _ListFile).measures
    codes = [each.code for each in measures]
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise CatalogueRefused([Fault(code, "double", "同一个代码写了两遍。") for code in doubles])
    return {each.code: each for each in measures}


MEASURES = parse_list(_LIST_FILE.read_bytes())


def measure_unknown() -> Invalid:
    detail = "措施代码不在全国失信惩戒措施基础清单和河南省补充清单里，不能报送。请核对代码。"
    return Invalid("measure_unknown", detail)


def measure_format() -> Invalid:
    detail = (
        "措施请写成“代码｜决定机关｜截止日期｜怎样解除”，每条一行，例如 QG-03｜县人民法院｜2027-01-31｜履行完毕后解除。"
    )
    return Invalid("measure_format", detail)


def measure_until_past() -> Invalid:
    return Invalid("measure_until_past", "措施的截止日期已经过了，到期的措施不用报送。请核对日期。")


def measure_until_far() -> Invalid:
    detail = f"措施的截止日期最多写到 {LONGEST_YEARS} 年以后；终身的，写这以内的一个日期。请核对。"
    return Invalid("measure_until_far", detail)


def measure_too_long() -> Invalid:
    detail = f"措施的决定机关不超过 {LONGEST_AUTHORITY} 个字，怎样解除不超过 {LONGEST_WAY_OUT} 个字，请缩短。"
    return Invalid("measure_too_long", detail)


def measures_too_many() -> Invalid:
    return Invalid("measures_too_many", f"一条记录最多写 {MOST} 条措施。")


def measure_double() -> Invalid:
    return Invalid("measure_double", "同一条措施写了两遍，请删去一条。")


def parse_measures(text: str, today: date | None = None) -> tuple[Measure, ...]:
    """The measures of one cell: one a line, `代码｜决定机关｜截止日期｜怎样解除`; a blank cell has none.

    Raises Invalid as `check_measures` does, and measure_format. None of its words repeats the text.
    """
    measures, text, read = [], text.strip(_AROUND), 0
    while read < len(text):
        found = _ONE.match(text, read)
        if found is None:
            raise measure_format()
        measures.append(_parse(found.groups()))
        read = found.end()
    check_measures(measures, clock.today() if today is None else today)
    return tuple(measures)


def check_measures(measures: Sequence[Measure], today: date, *, known: Sequence[Measure] = ()) -> None:
    """Raise Invalid unless each measure stands in a list, is complete, not over before `today` and not endless.

    Those of `known` stand on the record already: one that has run out or left the list meanwhile may stay as it is.
    """
    farthest = months_after(today, LONGEST_YEARS * 12)
    if len(measures) > MOST:
        raise measures_too_many()
    if len(set(measures)) < len(measures):
        raise measure_double()
    for measure in measures:
        if measure in known:
            continue
        if measure.code not in MEASURES:
            raise measure_unknown()
        if not measure.authority.strip() or not measure.way_out.strip():
            raise measure_format()
        if len(measure.authority) > LONGEST_AUTHORITY or len(measure.way_out) > LONGEST_WAY_OUT:
            raise measure_too_long()
        if measure.until < today:
            raise measure_until_past()
        if measure.until > farthest:
            raise measure_until_far()


def measures_text(measures: Sequence[Measure]) -> str:
    """The cell that `parse_measures` reads as these."""
    return "\n".join("｜".join((each.code, each.authority, f"{each.until}", each.way_out)) for each in measures)


def hide(vault: Vault, measures: Sequence[Measure]) -> bytes | None:
    """As a record keeps them; nothing where there are none."""
    return vault.encrypt(msgspec.json.encode(measures).decode(), _FIELD) if measures else None


def reveal(vault: Vault, hidden: bytes | None) -> tuple[Measure, ...]:
    """What `hide` hid. Raises Undecipherable."""
    return () if hidden is None else _kept.decode(vault.decrypt(hidden, _FIELD))


def named(measure: Measure) -> str:
    """Its name in its list; its code where the list no longer has it: what was reported stays readable."""
    listed = MEASURES.get(measure.code)
    return listed.name if listed else f"{measure.code}（{OFF_THE_LIST}）"


def in_force(measures: Sequence[Measure], day: date) -> Iterator[Measure]:
    """Those that are not over on `day`: the last day counts."""
    return (each for each in measures if each.until >= day)


def _parse(parts: Sequence[str]) -> Measure:
    code, authority, last_day = (part.strip() for part in parts[:3])
    way_out = parts[3].strip(_AROUND).strip()
    if not (authority and way_out):
        raise measure_format()
    try:
        until = parse_date(last_day)
    except ValueError:
        until = None
    if until is None:
        raise measure_format()
    return Measure(fold(code).upper(), authority, until, way_out)


_kept = msgspec.json.Decoder(tuple[Measure, ...])
