"""The form of a season: setting up a draft, and planning it anew before it is published."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.awards.awards import MODES, Award, Criterion, award
from backend.awards.date_rules import LEAST_NOMINATING, NAMES
from backend.awards.models import Season
from backend.awards.phases import NOTICE_WORKDAYS, Dates
from backend.awards.plans import LONGEST_INTRO, LONGEST_NAME, MOST_CRITERIA, MOST_HONOURED, MOST_MARKS, Plan
from backend.awards.season_faults import award_not_yours, season_not_draft
from backend.console.desk import Desk
from backend.console.seasons import MANAGE, version_of
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, FieldError, Invalid, invalid_fields
from backend.pages import typed
from miniprogram_api.surface.problem import status_of

desk = Desk("season_form")
JUDGED_DAYS = ("nominate_from", "nominate_until", "judge_from", "judge_until", "notice_from")
REFERRED_DAYS = JUDGED_DAYS[:2]


@desk.add("GET", "/seasons/new", permission=MANAGE)
async def new_season(visit: Visit) -> HTTPResponse:
    """The form, filled with what the award proposes."""
    what = _own(visit, visit.asked("award"))
    return await _show(visit, what, _fields(Plan("", what.summary, what.quota, _NO_DATES, what.criteria)))


@desk.add("POST", "/seasons", permission=MANAGE)
async def create_season(visit: Visit) -> HTTPResponse:
    """A draft."""
    what = _own(visit, visit.form.get("award", ""))
    try:
        season = await seasons.create(visit.staff, what.code, plan_typed(visit.form, what))
    except Invalid as error:
        return await _show(visit, what, visit.form, status_of(error), error)
    return visit.go(f"/seasons/{season.id}?done=created")


@desk.add("GET", "/seasons/<season_id:uuid>/plan", permission=MANAGE)
async def edit_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """The form of a draft, as it stands."""
    season = await seasons.season_of(visit.staff, season_id)
    if season.state != "draft":
        raise season_not_draft()
    return await _show(visit, award(season.award), _fields(_plan_of(season)), season=season, version=season.version)


@desk.add("POST", "/seasons/<season_id:uuid>/plan", permission=MANAGE)
async def change_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Plan a draft anew, from the version that she opened."""
    season = await seasons.season_of(visit.staff, season_id)
    what, version = award(season.award), version_of(visit)
    try:
        await seasons.change(visit.staff, season_id, plan_typed(visit.form, what), version)
    except Invalid as error:
        return await _show(visit, what, visit.form, status_of(error), error, season=season, version=version)
    except Conflict as error:  # whoever was first is shown above; pressed once more, it counts
        now = season.version
        return await _show(visit, what, visit.form, status_of(error), error, season=season, version=now)
    return visit.go(f"/seasons/{season_id}?done=changed")


_NO_DATES = Dates(date.min, date.min, None, None, None, None)


def plan_typed(form: Mapping[str, str], what: Award) -> Plan:
    """What the form says. Raises Invalid when a day or a number is none."""
    names = JUDGED_DAYS if what.mode == "judged" else REFERRED_DAYS
    days = {name: typed.day(form.get(name, "")) for name in names}
    faults = [FieldError(name, "no_day", f"请填写{NAMES[name]}的日期。") for name in names if days[name] is None]
    if faults:
        raise invalid_fields(faults)
    dates = Dates(**{name: days.get(name) for name in Dates._fields})  # type: ignore[arg-type] # those two are there
    quota = typed.whole_number(form.get("quota", ""), 4) or 0
    return Plan(form.get("name", ""), form.get("intro", ""), quota, dates, _criteria_typed(form))


def _criteria_typed(form: Mapping[str, str]) -> list[Criterion]:
    """Every row in which anything stands; a new one gets a code that none of them has."""
    rows = [_row(form, number) for number in range(MOST_CRITERIA)]
    rows = [row for row in rows if row["name"] or row["words"] or row["most"]]
    known = {row["code"] for row in rows}
    free = (f"c{number}" for number in range(1, 2 * MOST_CRITERIA + 1) if f"c{number}" not in known)
    return [
        Criterion(row["code"] or next(free), row["name"], row["words"], typed.whole_number(row["most"], 4) or 0)
        for row in rows
    ]


def _row(form: Mapping[str, str], number: int) -> dict[str, str]:
    return {each: form.get(f"criterion-{each}-{number}", "") for each in ("code", "name", "words", "most")}


def _fields(plan: Plan) -> dict[str, str]:
    """A plan as the form's fields."""
    fields = {"name": plan.name, "intro": plan.intro, "quota": str(plan.quota or "")}
    days = {name: day for name, day in plan.dates._asdict().items() if day not in (None, date.min)}
    fields |= {name: day.isoformat() for name, day in days.items()}
    for number, each in enumerate(plan.criteria):
        said = {"code": each.code, "name": each.name, "words": each.words, "most": str(each.most)}
        fields |= {f"criterion-{name}-{number}": value for name, value in said.items()}
    return fields


def _plan_of(season: Season) -> Plan:
    dates, criteria = seasons.dates_of(season), seasons.criteria_of(season)
    return Plan(season.name, season.intro, season.quota, dates, criteria)


def _own(visit: Visit, code: str) -> Award:
    what = award(code)
    if what.department != visit.staff.department_code:
        raise award_not_yours()
    return what


async def _show(
    visit: Visit,
    what: Award,
    fields: Mapping[str, str],
    status: int = 200,
    fault: DomainError | None = None,
    *,
    season: Season | None = None,
    version: int = 0,
) -> HTTPResponse:
    rows = range(MOST_CRITERIA) if what.mode == "judged" else ()
    used = [n for n in rows if any(_row(fields, n).values())]
    values: dict[str, Any] = {
        "award": what,
        "mode": MODES[what.mode],
        "season": season,
        "version": version,
        "fields": fields,
        "days": {name: NAMES[name] for name in (JUDGED_DAYS if rows else REFERRED_DAYS)},
        "criteria": [(n, _row(fields, n)) for n in rows if n <= max(used, default=0) + 2],
        "most": {"name": LONGEST_NAME, "intro": LONGEST_INTRO, "quota": MOST_HONOURED, "marks": MOST_MARKS},
        "least_days": LEAST_NOMINATING,
        "notice_workdays": NOTICE_WORKDAYS,
    }
    return await visit.show("season_form.html", status, fault=fault, **values)
