"""Pure: where a season stands and what can be done now, in sentences for citizens."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from backend.awards.awards import Mode
from backend.awards.phases import NOTICE_WORKDAYS, PHASES, REFERRED_RESULT, Dates, Phase

Deed = Literal["nominate", "endorse", "read_notice", "object", "read_honours"]


class Action(NamedTuple):
    """Something that a citizen can do now, in a sentence, and the last day for it (None: no end is set)."""

    action: Deed
    label: str
    sentence: str
    until: date | None


class Coming(NamedTuple):
    """What comes next by itself: on which day, and in a sentence. No day: somebody has to do it first."""

    on: date | None
    sentence: str


def label_of(phase: Phase, mode: str) -> str:
    """The phase in a word; a referred season ends with being handed over."""
    return REFERRED_RESULT if phase == "result" and mode == "referred" else PHASES[phase]


def say_day(day: date) -> str:
    """2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def standing(phase: Phase, dates: Dates, mode: Mode, owner: str = "主办单位") -> str:
    """In plain words: where the season stands. `owner` is the department's name."""
    if phase == "nominating":
        return f"正在接受推荐，{say_day(dates.nominate_until)}截止，当天还可以推荐。"
    if phase == "checking":
        return _CHECKING[mode]
    if phase == "notice":
        return "正在公示拟授予的人" + (f"，{say_day(dates.notice_until)}截止。" if dates.notice_until else "。")
    if phase == "result" and mode == "referred":
        return f"推荐线索已经移交给{owner}，由{owner}按规定评选。"
    return _STANDING[phase]


_CHECKING: dict[Mode, str] = {
    "judged": "推荐已经截止。工作人员正在核实，并征求被推荐人本人的意见。",
    "referred": "推荐已经截止。工作人员正在核实，并征求本人意见；本人同意的，移交主办单位。",
}
_STANDING: dict[Phase, str] = {
    "draft": "正在筹备，还没有发布。",
    "cancelled": "这一届已经停止，不再接受和办理推荐。已提交的推荐和被推荐人的资料会在三十天内删除。",
    "coming": "还没有开始。",
    "judging": "评审委员会正在评审。",
    "deciding": "评审时间已经结束，评审委员会正在作出决定。",
    "decided": "评审委员会已经作出决定，公示还没有开始。",
    "closing": "公示已经结束，正在办完收到的异议，随后公布结果。",
    "result": "结果已经公布，谢谢每一位推荐和支持的人。",
}


def coming_of(phase: Phase, dates: Dates, mode: Mode) -> Coming | None:
    """What comes next; None when nothing does."""
    if phase == "coming":
        return Coming(dates.nominate_from, f"{say_day(dates.nominate_from)}开始接受推荐。")
    if phase == "nominating":
        after = dates.nominate_until + timedelta(days=1)
        return Coming(after, f"{say_day(after)}起不再接受推荐，开始集中核实。")
    if phase == "checking" and mode == "referred":
        return Coming(None, "核实完毕后移交主办单位。")
    following = _NEXT.get(phase)
    if following is None:
        return None
    day = _next_day(phase, dates)
    return Coming(day, (say_day(day) if day else "") + following)


_NEXT: dict[Phase, str] = {
    "checking": "开始评审。",
    "judging": "起由评审委员会作出决定，随后公示。",
    "deciding": f"决定作出后公示，至少 {NOTICE_WORKDAYS} 个工作日。",
    "decided": "开始公示。",
    "notice": "公示结束，办完异议后公布结果。",
    "closing": "办完异议后公布结果。",
}


def _next_day(phase: Phase, dates: Dates) -> date | None:
    after_judging = dates.judge_until + timedelta(days=1) if dates.judge_until else None
    days = {"checking": dates.judge_from, "judging": after_judging, "decided": dates.notice_from}
    return dates.notice_until if phase == "notice" else days.get(phase)


def actions_of(phase: Phase, dates: Dates, mode: Mode) -> tuple[Action, ...]:
    """What a citizen can do now; nothing is offered that would be refused for the phase."""
    actions = []
    if phase == "nominating":
        until = dates.nominate_until
        words = f"您可以推荐身边值得表扬的人，也可以先存草稿。{say_day(until)}（含当天）以前提交都有效。"
        actions.append(Action("nominate", "我要推荐", words, until))
    if phase in ("nominating", "checking") and mode == "judged" and dates.judge_from:
        until = dates.judge_from - timedelta(days=1)
        words = f"实名的居民可以支持本人已同意公开的被推荐人，{say_day(until)}（含当天）以前随时可以取消。"
        actions.append(Action("endorse", "看看被推荐人，表示支持", words, until))
    if phase == "notice" and dates.notice_until:
        until = dates.notice_until
        actions.append(Action("read_notice", "看公示", "公示的是评审委员会拟授予荣誉的人。", until))
        words = f"您对公示的人有不同意见，{say_day(until)}（含当天）以前可以提出，只有办理的工作人员看得到。"
        actions.append(Action("object", "提出异议", words, until))
    if phase == "result" and mode == "judged":
        actions.append(Action("read_honours", "看光荣榜", "获得荣誉并同意公布的人，在光荣榜上。", None))
    return tuple(actions)
