"""Pure: what a catalogue says, field by field, in words that an officer and a citizen understand."""

from collections.abc import Iterator, Mapping

from backend.records.catalogue import Catalogue, CatalogueItem, EvidenceRule, Level, Rate, RecoveryWay, Repair

KINDS = {"positive": "守信", "negative": "失信"}
SEVERITIES = {"minor": "轻微", "general": "一般", "serious": "严重"}
EVIDENCE = {"service": "志愿服务", "donation": "慈善捐赠", "fulfilment": "履行义务", "study": "学习培训"}
WAYS = {"fulfilment": "履行义务", "service": "志愿服务", "study": "学习培训", "charity": "慈善捐赠"}
UNITS = {"hour": "小时", "day": "天", "activity": "场"}

Names = Mapping[str, str]  # of departments by their codes; a code without one is shown as it is
Words = dict[str, str]  # what is said, by what it is about; what is not said is left out


def head_words(catalogue: Catalogue) -> Words:
    """What the catalogue says of itself."""
    standing = "样本，还要经法制机构审核确认" if catalogue.sample else "正式目录"
    return _said({"名称": catalogue.name, "性质": standing, "提示": catalogue.notice})


def level_words(level: Level) -> Words:
    """What one level is called, from how many points on, and what it opens."""
    asked = "人人都有，不看积分" if level.at_least is None else f"{level.at_least} 分以上"
    return {"名称": level.name, "需要的积分": asked, "可以使用": level.opens}


def item_words(item: CatalogueItem, names: Names) -> Words:
    """All that an item says, in the order in which people ask."""
    away = item.kind == "negative"
    return _said(
        {
            "名称": item.name,
            "领域": item.domain,
            "类别": KINDS[item.kind],
            "程度": SEVERITIES[item.severity] if item.severity else None,
            "分值": points_words(item),
            "一年最多减分" if away else "一年最多加分": _count(item.points_per_year, "分"),
            "一年最多计分次数": _count(item.times_per_year, "次"),
            "计分期限": f"{item.term_months} 个月",
            "期限的依据": item.term_rule,
            "说明": item.summary,
            "法律依据": "；".join(_basis(item)),
            "目录依据": item.catalogue_ref,
            "报送部门": _departments(item.departments, names),
            "何时报送": "处罚或者认定已经最终生效" if item.needs_final else None,
            "积分恢复": "".join(_way(each) for each in item.recovery),
            "信用修复": _repair(item.repair) if item.repair else None,
        }
    )


def evidence_words(rule: EvidenceRule, items: Mapping[str, CatalogueItem], names: Names) -> Words:
    """How one kind of evidence is taken; `items` are those of its catalogue."""
    item = items.get(rule.item or "")
    over = _count(rule.second_review_over, UNITS[item.rate.unit] if item and item.rate else "次")
    return _said(
        {
            "计分": f"按 {item.code} 计分" if item else "自己不计分，可用于积分恢复",
            "审核部门": _departments(rule.departments, names) or "文书的作出部门",
            "提交期限": f"事后 {rule.months_back} 个月以内",
            "审核期限": f"{rule.review_workdays} 个工作日",
            "两人审核": over and f"超过 {over}",
        }
    )


def named(item: CatalogueItem) -> str:
    """An item by code and name."""
    return f"{item.code} {item.name}"


def points_words(item: CatalogueItem) -> str | None:
    """What one record under the item gives or takes."""
    if item.rate is not None:
        return rate_words(item.rate)
    if item.points is None:
        return None
    return f"加 {item.points} 分" if item.points > 0 else f"减 {-item.points} 分"


def rate_words(rate: Rate) -> str:
    """Points by quantity, step by step, of a calendar year."""
    unit, said = UNITS[rate.unit], []
    for number, step in enumerate(rate.steps):
        each = f"每{unit}" if step.per == 1 else f"每 {step.per} {unit}"
        upto = "" if step.up_to is None else f"{'前' if number == 0 else '到'} {step.up_to} {unit}"
        said.append(f"{upto or ('以后' if number else '')}{each} {step.points} 分")
    return "，".join(said)


def _basis(item: CatalogueItem) -> Iterator[str]:
    for each in item.legal_basis:
        yield each.law + (each.article or "") + (f"（{each.note}）" if each.note else "")


def _departments(codes: tuple[str, ...], names: Names) -> str:
    return "、".join(names.get(code, code) for code in codes)


def _way(way: RecoveryWay) -> str:
    return f"{WAYS[way.way]}：{way.what.rstrip('。')}。"


def _repair(repair: Repair) -> str:
    if not repair.allowed:
        when = "不适用"
    else:
        when = f"满 {repair.shortest_months} 个月可以申请" if repair.shortest_months else "改正后就可以申请"
    return f"{when}。{repair.what}" + (f"（{repair.rule}）" if repair.rule else "")


def _count(number: int | None, unit: str) -> str | None:
    return None if number is None else f"{number} {unit}"


def _said(words: Mapping[str, str | None]) -> Words:
    return {label: said for label, said in words.items() if said}
