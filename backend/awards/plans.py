"""Pure: what a moderator plans for a season, what each award proposes, and what may be wrong with it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from backend.awards.awards import Award, Criterion, Mode
from backend.awards.date_rules import check, completed
from backend.awards.phases import Dates
from backend.errors import FieldError

LONGEST_NAME, LONGEST_INTRO = 60, 2000  # characters
MOST_HONOURED = 200
MOST_CRITERIA, MOST_MARKS = 8, 100


class Plan(NamedTuple):
    """A season as it is to be. `dates.notice_until` is worked out, whatever stands there."""

    name: str
    intro: str
    quota: int
    dates: Dates
    criteria: Sequence[Criterion]


def plan_of(award: Award, name: str, dates: Dates) -> Plan:
    """What the award proposes for a new season."""
    return Plan(name, award.summary, award.quota, dates, award.criteria)


def faults_of(plan: Plan, mode: Mode, today: date) -> list[FieldError]:
    """What is wrong with a plan, field by field: `name`, `quota`, `judge_from`, `criteria[0].most` …"""
    faults = []
    if not 2 <= len(plan.name) <= LONGEST_NAME:
        faults.append(FieldError("name", "wrong_length", f"名称请写 2 到 {LONGEST_NAME} 个字。"))
    if not 1 <= len(plan.intro) <= LONGEST_INTRO:
        faults.append(FieldError("intro", "wrong_length", f"介绍请写 1 到 {LONGEST_INTRO} 个字。"))
    if mode == "judged":
        if not 1 <= plan.quota <= MOST_HONOURED:
            faults.append(FieldError("quota", "wrong_number", f"名额请写 1 到 {MOST_HONOURED} 名。"))
        faults += _criteria_faults(plan.criteria)
    return faults + check(completed(plan.dates, mode), today, mode)


def columns_of(plan: Plan, mode: Mode) -> dict[str, Any]:
    """The plan as columns of Season; a referred season has neither quota nor criteria here."""
    judged = mode == "judged"
    return {
        "name": plan.name,
        "intro": plan.intro,
        "quota": plan.quota if judged else 0,
        "criteria": msgspec.to_builtins(list(plan.criteria)) if judged else [],
        **completed(plan.dates, mode)._asdict(),
    }


def _criteria_faults(criteria: Sequence[Criterion]) -> list[FieldError]:
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        return [FieldError("criteria", "wrong_number", f"评审标准请写 1 到 {MOST_CRITERIA} 条。")]
    faults = []
    codes = Counter(each.code for each in criteria)
    for number, each in enumerate(criteria):
        if codes[each.code] > 1 or not 1 <= len(each.code) <= 20:
            faults.append(FieldError(f"criteria[{number}].code", "wrong_code", "评审标准的代码重复了。"))
        if not 1 <= len(each.name) <= 20:
            faults.append(FieldError(f"criteria[{number}].name", "wrong_length", "标准的名称请写 1 到 20 个字。"))
        if len(each.words) > 200:
            faults.append(FieldError(f"criteria[{number}].words", "wrong_length", "标准的说明最多 200 个字。"))
        if not 1 <= each.most <= MOST_MARKS:
            words = f"每条标准的满分请写 1 到 {MOST_MARKS} 分。"
            faults.append(FieldError(f"criteria[{number}].most", "wrong_number", words))
    return faults
