"""Whether evidence can be taken in as it was written, and under which rule, by whom, for which item."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from backend import clock
from backend.errors import Conflict, FieldError, Invalid, invalid_fields
from backend.records.catalogue import EvidenceRule
from backend.records.evidence_rules import evidence_rules
from backend.records.items import standing_versions, version_in_force
from backend.records.models import CatalogueItem
from backend.repairs.content import Content, day_field
from backend.repairs.content_faults import faults
from backend.repairs.evidence import content_of, holder_of
from backend.repairs.models import Evidence
from backend.secrets import Vault
from backend.staff.departments import stands
from backend.staff.models import Department
from media import intake


def invalid_evidence(fields: Sequence[FieldError] = ()) -> Invalid:
    return invalid_fields(fields)


def kind_not_taken() -> Conflict:
    return Conflict("evidence_kind_not_taken", "现行目录暂不接收这类证明材料。")


class Accepted(NamedTuple):
    """What a submission is taken in as."""

    rule: EvidenceRule
    department_id: str
    item_id: UUID | None


async def accept(vault: Vault, evidence: Evidence) -> Accepted:
    """The rule under which it is taken, its department and item. Raises Invalid with every fault, or Conflict."""
    content, now = content_of(vault, evidence), clock.now()
    then = await _rule_on(evidence.kind, evidence.happened_on)
    rule = then or (await evidence_rules(clock.local_date(now))).get(evidence.kind)
    if rule is None:
        raise kind_not_taken()
    pictures = (await intake.pictures_of(holder_of(evidence.id)))[holder_of(evidence.id)]
    first = clock.local_date(evidence.submitted_at) if evidence.submitted_at else None
    wrong = faults(content, now, rule, len(pictures), first)
    day = day_field(content)
    if then is None and all(each.field != day for each in wrong):
        wrong.append(FieldError(day, "not_taken_then", "那一天的目录还不接收这类证明材料。"))
    department = await _department(evidence, rule, content)
    if isinstance(department, FieldError):
        raise invalid_evidence([*(each for each in wrong if each.field != "department"), department])
    if wrong:
        raise invalid_evidence(wrong)
    return Accepted(rule, department, await _item_of(rule, evidence.happened_on))


async def _rule_on(kind: str, day: date | None) -> EvidenceRule | None:
    """The rule of a day; none before the first catalogue."""
    if day is None or not await standing_versions().filter(in_force_from__lte=day).exists():
        return None
    return (await evidence_rules(day)).get(kind)


async def _department(evidence: Evidence, rule: EvidenceRule, content: Content) -> str | FieldError:
    """Who reviews it: the department that she named, or the first of the rule; it has to stand today.

    An answer to a request for more goes back to the department that asked.
    """
    named, asking = content.department, evidence.department_id
    if asking is not None:
        fixed = FieldError("department", "department_fixed", "审核部门不能再改；要换部门，请撤回后重新填写一份。")
        return asking if named in {None, asking} else fixed
    if not rule.departments and named is None:
        return FieldError("department", "required", "请填写这一项。")
    rows = {row.code: row for row in await Department.filter(code__in=rule.departments or [named])}
    standing = [code for code in rule.departments or [named] if code in rows and stands(rows[code], clock.today())]
    wanted = [code for code in standing if code and named in {None, code}]
    if not wanted:
        return FieldError("department", "department_not_for_this", "这个部门不审核这类材料，请从列表里另选一个。")
    return wanted[0]


async def _item_of(rule: EvidenceRule, day: date | None) -> UUID | None:
    """The item under which it gives points, as it stood on the day on which it happened."""
    if rule.item is None or day is None:
        return None
    item = await CatalogueItem.get_or_none(catalogue=await version_in_force(day), code=rule.item)
    return item.id if item else None
