"""Pure: what a catalogue must not be, besides the faults of its single items (charter 1, 3, 6, 7)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from backend.records.catalogue import DOMAINS, HONOURS, Catalogue, Department, Fault
from backend.records.evidence_linter import evidence_faults
from backend.records.forbidden_subjects import ForbiddenSubject, read_forbidden
from backend.records.item_linter import item_faults, yearly_most

__all__ = ["lint", "read_forbidden"]

YEARS = range(2000, 2101)  # no version could follow one that begins when the calendar ends


def lint(
    catalogue: Catalogue,
    departments: Sequence[Department],
    forbidden: Sequence[ForbiddenSubject],
    earlier: Mapping[str, str],
    *,
    day: date | None = None,
) -> list[Fault]:
    """Every fault of a catalogue; empty: it may be loaded.

    `earlier` maps the versions loaded so far to their files' fingerprints. Departments must stand on `day`: today when
    a catalogue is loaded, by default its first day in force.
    """
    by_code = {each.code: each for each in departments}
    caps = {each.domain: each.points_per_year for each in catalogue.domain_caps}
    faults = [*_version(catalogue, earlier), *_levels(catalogue), *_domain_caps(catalogue), *_departments(departments)]
    faults += _repeated("items", (each.code for each in catalogue.items))
    faults += _repeated("evidence", (each.kind for each in catalogue.evidence))
    faults += evidence_faults(catalogue, by_code)
    for item in catalogue.items:
        faults += item_faults(item, by_code, caps.get(item.domain), day or catalogue.in_force_from)
        faults += [
            Fault(
                f"{item.code}.summary", "forbidden_subject", f"涉及“{each.name}”，不得列入目录。依据：{each.source}。"
            )
            for each in forbidden
            if each.found_in(f"{item.name}。{item.summary}")
        ]
    return faults


def _version(catalogue: Catalogue, earlier: Mapping[str, str]) -> Iterator[Fault]:
    # Records and entries quote their version for ever, so what stood under it may never change.
    if earlier.get(catalogue.version, catalogue.digest) != catalogue.digest:
        detail = "这个版本已经发布，内容不能再改；请恢复原文件，或者换一个新的版本号。"
        yield Fault("version", "changed_version", detail)
    if catalogue.sample and not catalogue.notice.strip():
        yield Fault("notice", "no_notice", "样本目录必须写明：须经县司法局（法制机构）审核确认后方可施行。")
    if catalogue.in_force_from.year not in YEARS:
        detail = f"施行日期的年份超出了范围，应在 {YEARS[0]} 到 {YEARS[-1]} 之间。"
        yield Fault("in_force_from", "out_of_range", detail)
    if catalogue.base_points <= 0:
        yield Fault("base_points", "zero_points", "基础分应大于 0。")
    if not catalogue.items:
        yield Fault("items", "no_items", "目录里还没有事项。")


def _levels(catalogue: Catalogue) -> Iterator[Fault]:
    """The lowest is for everybody, so it asks for no points (charter 3); the others rise."""
    yield from _repeated("levels", (each.code for each in catalogue.levels))
    if [each.at_least for each in catalogue.levels].count(None) != 1:
        yield Fault("levels", "no_lowest", "应当有且只有一个最低等级，它不写 at_least，人人都有。")
        return
    if catalogue.levels[0].at_least is not None:
        yield Fault("levels", "lowest_not_first", "不写 at_least 的最低等级应当排在最前面。")
    asked = [each.at_least for each in catalogue.levels if each.at_least is not None]
    if any(upper <= lower for lower, upper in zip([0, *asked], asked, strict=False)):
        yield Fault("levels", "levels_not_rising", "各等级的 at_least 应大于 0，并且一级比一级高。")


def _domain_caps(catalogue: Catalogue) -> Iterator[Fault]:
    yield from _repeated("domain_caps", (each.domain for each in catalogue.domain_caps))
    for cap in catalogue.domain_caps:
        where = f"domain_caps.{cap.domain}"
        if cap.domain not in (*DOMAINS, HONOURS):
            yield Fault(where, "unknown_domain", "没有这个领域，请核对写法。")
        if cap.points_per_year <= 0:
            yield Fault(where, "zero_cap", "上限应大于 0。")
        most = [yearly_most(each) for each in catalogue.items if each.domain == cap.domain and each.kind == "positive"]
        if None not in most and sum(each or 0 for each in most) < cap.points_per_year:
            yield Fault(where, "cap_never_binds", "这个领域各项加起来也到不了这个上限，上限永远用不到。")


def _departments(departments: Sequence[Department]) -> Iterator[Fault]:
    yield from _repeated("departments", (each.code for each in departments))
    codes = {each.code for each in departments}
    for each in departments:
        where = f"departments.{each.code}"
        if each.until_day is not None and each.until_day < each.from_day:
            yield Fault(f"{where}.until", "until_before_from", "结束日期早于开始日期。")
        if each.replaced_by is not None and (each.replaced_by not in codes or each.replaced_by == each.code):
            yield Fault(f"{where}.replaced_by", "unknown_department", "接替的部门不在部门文件里，请核对编码。")


def _repeated(where: str, codes: Iterable[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield Fault(f"{where}.{code}", "repeated_code", f"同一个编码写了 {count} 遍，请只留一个。")
