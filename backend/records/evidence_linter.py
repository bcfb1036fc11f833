"""Pure: what a catalogue's rules of evidence must not say: credit is not for sale, and who reviews must be able to."""

from collections.abc import Iterator, Mapping

from backend.records.catalogue import Catalogue, CatalogueItem, Department, EvidenceRule, Fault


def evidence_faults(catalogue: Catalogue, departments: Mapping[str, Department]) -> Iterator[Fault]:
    """Every fault of the catalogue's rules of evidence."""
    items = {each.code: each for each in catalogue.items}
    for rule in catalogue.evidence:
        where = f"evidence.{rule.kind}"
        for code in rule.departments:
            if code not in departments:
                yield Fault(f"{where}.departments", "unknown_department", "没有这个部门，请核对编码。")
        if not rule.departments and rule.kind != "fulfilment":
            yield Fault(f"{where}.departments", "no_departments", "请写明由哪个部门审核。")
        if rule.item is not None:
            yield from _item_faults(where, rule, items.get(rule.item))


def _item_faults(where: str, rule: EvidenceRule, item: CatalogueItem | None) -> Iterator[Fault]:
    if item is None or item.kind != "positive":
        yield Fault(f"{where}.item", "no_positive_item", "计分事项应当是目录里的一个守信事项。")
        return
    if not set(rule.departments) <= set(item.departments):
        yield Fault(f"{where}.departments", "department_may_not", "审核部门应当是该事项的报送部门。")
    if rule.kind == "donation" and (item.rate is not None or item.times_per_year != 1):
        # 慈善法: giving is no purchase. A small flat amount once a year, whatever was given.
        yield Fault(f"{where}.item", "donation_for_sale", "捐赠每年只计一次、分值固定，不能按金额或次数计分。")
    if rule.kind == "service" and (item.rate is None or item.rate.unit != "hour"):
        yield Fault(f"{where}.item", "service_not_by_hour", "志愿服务应当按小时计分。")
