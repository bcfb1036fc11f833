"""What keeps a department's seasons waiting: what is unchecked, unasked, unanswered or open, as counts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from backend import clock
from backend.awards.models import Season, SeasonMember
from backend.awards.phases import Phase
from backend.awards.seasons import phase
from backend.honours.models import Objection
from backend.nominations.models import Nominee
from backend.nominations.moderation_queue import waiting_in


@dataclass(frozen=True)
class Waiting:
    """Of one season."""

    unchecked: int = 0  # nominations that a moderator has to decide now, appeals too
    at_wechat: int = 0  # nominations whose content is being checked; they move on by themselves
    unasked: int = 0  # nominees whom nobody has asked yet
    unanswered: int = 0  # nominees who were asked
    agreed: int = 0
    objections: int = 0  # open ones
    members: int = 0
    chair: bool = False


@dataclass(frozen=True)
class Task:
    """One thing that somebody has to do before the season can go on; `desk` is where."""

    sentence: str
    desk: str  # nominations, nominees, committee, judging, objections, results, leads, dates


async def waiting_of(season_ids: Collection[UUID]) -> dict[UUID, Waiting]:
    """What each of these seasons waits for; so many counts, however many seasons."""
    nominations = await waiting_in(list(season_ids))
    found: dict[str, dict[UUID, int]] = {
        "unchecked": {each: waits.lines for each, waits in nominations.items()},
        "at_wechat": {each: waits.checking for each, waits in nominations.items()},
        "objections": await _counted(Objection.filter(state="waiting"), season_ids),
        "members": await _counted(SeasonMember.all(), season_ids),
    }
    for name, state in (("unasked", "gathered"), ("unanswered", "asked"), ("agreed", "agreed")):
        found[name] = await _counted(Nominee.filter(state=state), season_ids)
    chairs = await _counted(SeasonMember.filter(chair=True), season_ids)
    return {
        each: Waiting(chair=each in chairs, **{name: counts[each] for name, counts in found.items()})
        for each in season_ids
    }


def tasks_of(season: Season, waiting: Waiting) -> list[Task]:
    """What blocks the season now, or will soon, in sentences for its moderators; empty when time alone moves it on."""
    now = phase(season)
    if now in ("cancelled", "result"):
        return []
    if now == "draft":
        return [Task("核对以后发布，居民才看得到。", "dates"), *_committee(season, waiting, now)]
    return [*_nominations(waiting), *_committee(season, waiting, now), *_ending(season, waiting, now)]


def _nominations(waiting: Waiting) -> list[Task]:
    said = (
        (waiting.unchecked, "{} 份推荐等待审核", "nominations"),
        (waiting.unasked, "{} 位被推荐人还没有征求本人意见", "nominees"),
        (waiting.unanswered, "{} 位被推荐人还没有答复", "nominees"),
    )
    return [Task(words.format(count), desk) for count, words, desk in said if count]


def _committee(season: Season, waiting: Waiting, now: Phase) -> list[Task]:
    if season.mode != "judged" or now in ("decided", "notice", "closing"):
        return []
    if not waiting.members:
        return [Task("还没有评审委员", "committee")]
    return [] if waiting.chair else [Task("还没有主任委员，评审决定由主任委员登记", "committee")]


def _ending(season: Season, waiting: Waiting, now: Phase) -> list[Task]:
    if season.mode == "referred":
        open_ones = waiting.unchecked or waiting.at_wechat or waiting.unasked or waiting.unanswered
        ready = now == "checking" and not open_ones
        return [Task("可以移交主办单位", "leads")] if ready else []
    if now == "deciding":
        late = season.notice_from is not None and season.notice_from <= clock.today()
        return [Task("等主任委员登记评审决定" + ("；公示开始的日期已经到了，会顺延" if late else ""), "judging")]
    if waiting.objections:
        return [Task(f"{waiting.objections} 件公示异议没有办结，办结前不能公布结果", "objections")]
    return [Task("异议都已办结，可以公布结果", "results")] if now == "closing" else []


async def _counted(rows: QuerySet[Any], season_ids: Collection[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = defaultdict(int)
    if season_ids:
        counted = rows.filter(season_id__in=list(season_ids)).annotate(number=Count("id")).group_by("season_id")
        pairs: Sequence[tuple[UUID, int]] = await counted.values_list("season_id", "number")
        counts.update(pairs)
    return counts
