"""Pure: what one catalogue item must not be. Every rule stands here with its source (charter 1, 6, 7)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from backend.records.catalogue import DOMAINS, HONOURS, CatalogueItem, Department, Fault, Rate

# Months from the document's date: 信用修复管理办法 (国家发展改革委令第36号, in force 2026-04-01), 国办发〔2025〕22号.
LONGEST_TERM = {"minor": 3, "general": 12, "serious": 36}
LONGEST_TERM_BY_RULE = 60  # charter 7; 河南省社会信用条例 art. 19 draws the outer bound at five years
POSITIVE_TERM = range(12, 61)  # our own: everything lapses
MOST_STEPS = 10  # our own: a citizen has to understand them
# The same 办法: months before one may apply for repair, at least and at most.
SHORTEST_REPAIR = {"minor": (0, 0), "general": (3, 12), "serious": (12, 36)}
# 信用修复管理办法 art. 4, 河南省社会信用条例 art. 11: a county invents no negative item.
LISTS = ("《全国公共信用信息基础目录》", "《全国失信惩戒措施基础清单》", "《河南省公共信用信息补充目录》")
CITED = re.compile(r"《[^《》]+》")
LAW = re.compile(r"《[^《》]+》(（[^（）]+）)?")
ARTICLE = re.compile(r"第[一二三四五六七八九十百千零]+条(之[一二三四五六七八九十]+)?(第[一二三四五六七八九十]+款)?")
CODE = re.compile(r"[A-Z]{2,4}-\d{3}")


def item_faults(
    item: CatalogueItem, departments: Mapping[str, Department], domain_cap: int | None, day: date
) -> Iterator[Fault]:
    """Every fault of one item. `domain_cap` is its domain's points a year; departments must stand on `day`."""
    for where, code, detail in (
        *_names(item),
        *_basis(item),
        *(_negative(item) if item.kind == "negative" else _positive(item)),
        *_points(item),
        *_caps(item, domain_cap),
        *_filed_by(item, departments, day),
    ):
        yield Fault(f"{item.code}.{where}", code, detail)


def yearly_most(item: CatalogueItem) -> int | None:
    """The most absolute points that the item can give in a calendar year by its own caps; None: no bound."""
    if item.points_per_year is not None:
        return item.points_per_year
    if item.times_per_year is not None and item.points is not None:
        return item.times_per_year * abs(item.points)
    return None


Found = Iterator[tuple[str, str, str]]


def _names(item: CatalogueItem) -> Found:
    if not CODE.fullmatch(item.code):
        yield "code", "code_form", "编码请写成“两到四个大写字母-三位数字”，如 VOL-001。"
    if item.domain not in (*DOMAINS, HONOURS):
        yield "domain", "unknown_domain", f"没有这个领域；可以写：{'、'.join((*DOMAINS, HONOURS))}。"


def _basis(item: CatalogueItem) -> Found:
    if not item.legal_basis:
        yield "legal_basis", "no_legal_basis", "没有写法律依据；没有依据的事项不能列入目录。"
    for number, basis in enumerate(item.legal_basis):
        if not LAW.fullmatch(basis.law):
            yield f"legal_basis[{number}].law", "law_title", "请写法律法规的全称，并用书名号《》括起来。"
        if basis.article is not None and not ARTICLE.fullmatch(basis.article):
            yield f"legal_basis[{number}].article", "article_form", "条号请写成“第六十条”的样子；不确定就不要写。"


def _negative(item: CatalogueItem) -> Found:
    if item.domain == HONOURS:
        yield "kind", "negative_honour", "荣誉领域只能有加分事项。"
    if item.catalogue_ref is None or not any(each in item.catalogue_ref for each in LISTS):
        yield "catalogue_ref", "no_reference", f"失信事项必须写明列在哪个目录：{'、'.join(LISTS)}；县里不能自设。"
    if not item.needs_final:
        yield "needs_final", "not_final", "失信事项必须等处罚或裁判生效后才能记录，请写 needs_final = true。"
    if not item.recovery:
        yield "recovery", "no_recovery", "请至少写一种恢复积分的办法。"
    elif all(each.way == "charity" for each in item.recovery):
        yield "recovery", "no_free_way", "恢复积分不能只靠捐赠，请至少写一种不花钱的办法。"
    if item.severity is None:
        yield "severity", "no_severity", "失信事项必须写明程度：minor（轻微）、general（一般）或 serious（严重）。"
    else:
        yield from _negative_term(item, item.severity)
    yield from _repair(item, item.severity)


def _negative_term(item: CatalogueItem, severity: str) -> Found:
    by_rule = severity == "serious" and item.term_rule is not None and CITED.search(item.term_rule)
    longest = LONGEST_TERM_BY_RULE if by_rule else LONGEST_TERM[severity]
    if item.term_months > longest:
        detail = (
            f"这一程度的失信记录最多计 {longest} 个月；只有严重的、有明文规定的（写在 term_rule 里）才可到 60 个月。"
        )
        yield "term_months", "term_over_limit", detail


def _repair(item: CatalogueItem, severity: str | None) -> Found:
    repair = item.repair
    if repair is None:
        yield "repair", "no_repair", "请写明能不能信用修复、最短多少个月、怎样办、到哪里办。"
        return
    if not repair.allowed:
        if not CITED.search(repair.what):
            yield "repair.what", "repair_refused_without_law", "写“不可修复”必须引用明文规定（法规全称加书名号）。"
        return
    at_least, at_most = SHORTEST_REPAIR[severity] if severity else (0, repair.shortest_months)
    by_rule = repair.rule is not None and CITED.search(repair.rule) and repair.shortest_months <= at_most
    if not by_rule and not at_least <= repair.shortest_months <= at_most:
        detail = f"这一程度的最短公示期应在 {at_least} 到 {at_most} 个月之间；另有规定的写在 repair.rule 里。"
        yield "repair.shortest_months", "repair_time", detail
    if repair.shortest_months > item.term_months:
        yield "repair.shortest_months", "repair_after_term", "最短公示期比有效期还长，修复就没有意义了。"


def _positive(item: CatalogueItem) -> Found:
    if item.catalogue_ref is not None:
        yield "catalogue_ref", "reference_on_positive", "加分事项不写失信目录，请删去这一项。"
    if item.severity is not None:
        yield "severity", "severity_on_positive", "加分事项没有轻重之分，请删去 severity。"
    if item.recovery or item.repair is not None:
        yield "repair", "repair_on_positive", "加分事项不需要恢复或修复，请删去这一项。"
    if item.needs_final:
        yield "needs_final", "final_on_positive", "加分事项不是处罚，请删去 needs_final。"
    if item.term_months not in POSITIVE_TERM:
        yield "term_months", "term_over_limit", "加分事项的有效期应在 12 到 60 个月之间。"


def _points(item: CatalogueItem) -> Found:
    if (item.points is None) == (item.rate is None):
        yield "points", "points_or_rate", "固定分值 points 和按量计分 rate 必须写一个，也只能写一个。"
    if item.points == 0:
        yield "points", "zero_points", "分值不能是 0。"
    elif item.points is not None and (item.points > 0) != (item.kind == "positive"):
        yield "points", "sign", "加分事项的分值应大于 0，失信事项的分值应小于 0。"
    if item.rate is not None:
        if item.kind == "negative":
            yield "rate", "rate_on_negative", "失信事项只能写固定分值，不能按量扣分。"
        yield from _steps(item.rate)


def _steps(rate: Rate) -> Found:
    """Diminishing steps, as Weihai's for volunteer hours: ever higher, ever less for one unit, the last open."""
    if not rate.steps:
        yield "rate.steps", "no_steps", "请至少写一档计分办法。"
        return
    if len(rate.steps) > MOST_STEPS:
        yield "rate.steps", "too_many_steps", f"最多写 {MOST_STEPS} 档。"
    if any(step.points <= 0 for step in rate.steps):
        yield "rate.steps", "zero_points", "每一档的分值 points 都应大于 0。"
    tops = [step.up_to for step in rate.steps[:-1]]
    if rate.steps[-1].up_to is not None or None in tops:
        yield "rate.steps", "steps_end", "只有最后一档不写 up_to，前面各档都要写。"
    known = [0, *(top for top in tops if top is not None)]
    if any(upper <= lower for lower, upper in pairwise(known)):
        yield "rate.steps", "steps_order", "各档的 up_to 应一档比一档高。"
    for lower, upper in pairwise(rate.steps):
        if upper.per < lower.per or upper.points * lower.per > lower.points * upper.per:
            yield "rate.steps", "steps_rise", "越往后每单位得分应越少：per 不能变小，折合分值不能变高。"


def _caps(item: CatalogueItem, domain_cap: int | None) -> Found:
    grant = abs(item.points or 0) or (item.rate.steps[0].points if item.rate and item.rate.steps else 0)
    cap, times = item.points_per_year, item.times_per_year
    for name, value in (("points_per_year", cap), ("times_per_year", times)):
        if value is not None and value <= 0:
            yield name, "zero_cap", "上限应大于 0。"
    if cap is not None and 0 < cap < grant:
        yield "points_per_year", "cap_below_grant", "全年上限比一次的分值还小。"
    most = times * grant if times is not None and item.rate is None else None
    if cap is not None and most is not None and most != cap:
        code = "cap_never_binds" if most < cap else "times_above_cap"
        yield "points_per_year", code, "次数乘分值与全年分值上限对不上：总有一个上限永远用不到。请只留一个。"
    if domain_cap is None or item.kind == "negative":
        return
    if grant > domain_cap:
        yield "points", "cap_below_grant", "所在领域的全年上限比这一项一次的分值还小。"
    elif cap is not None and cap > domain_cap:
        yield "points_per_year", "cap_above_domain", "这一项的全年上限超过了所在领域的上限。"
    elif most is not None and most > domain_cap:
        yield "times_per_year", "times_above_cap", "次数乘分值超过了所在领域的全年上限，后几次得不到分。"


def _filed_by(item: CatalogueItem, departments: Mapping[str, Department], day: date) -> Found:
    if not item.departments:
        yield "departments", "no_department", "请写明由哪个部门提供。"
    for code in item.departments:
        department = departments.get(code)
        if department is None:
            yield "departments", "unknown_department", f"部门文件里没有 {code}，请核对编码。"
        elif department.from_day > day or (department.until_day is not None and department.until_day < day):
            yield "departments", "expired_department", f"{department.name}这时不在职责期内，请改为接替它的部门。"
