"""Pure: the states of an article and the steps of its way, and what an article is called at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.clock import SHANGHAI

DRAFT, FIRST, SECOND, FINAL = "draft", "first_review", "second_review", "final_review"
PASSED, RETRACTED, DISCARDED = "passed", "retracted", "discarded"

STATES = {
    DRAFT: "草稿",
    FIRST: "待初审",
    SECOND: "待复审",
    FINAL: "待终审",
    PASSED: "已通过",
    RETRACTED: "已撤稿",
    DISCARDED: "已作废",
}
IN_REVIEW = (FIRST, SECOND, FINAL)
EDITABLE = (DRAFT, PASSED, RETRACTED)  # a change of what was passed or retracted is a draft again
SUBMITTABLE = (DRAFT, RETRACTED)

# Steps of the way, as 发稿审签单 and the history call them.
SUBMITTED, FIRST_PASS, SECOND_PASS, FINAL_PASS = "submitted", "first_pass", "second_pass", "final_pass"
SENT_BACK, TAKEN_BACK, WITHDRAWN = "sent_back", "taken_back", "retracted"
STEPS = {
    SUBMITTED: "送审",
    FIRST_PASS: "初审通过",
    SECOND_PASS: "复审通过",
    FINAL_PASS: "终审通过",
    SENT_BACK: "退回修改",
    TAKEN_BACK: "撤回送审",
    WITHDRAWN: "撤稿",
}
PASSES = (FIRST_PASS, SECOND_PASS, FINAL_PASS)


@dataclass(frozen=True)
class Stage:
    """One of the three reviews (三审): who may hold it, and what its pass is called and leads to."""

    label: str
    permission: str
    step: str
    then: str  # the state


STAGES = {
    FIRST: Stage("初审", "review_articles", FIRST_PASS, SECOND),
    SECOND: Stage("复审", "review_articles", SECOND_PASS, FINAL),
    FINAL: Stage("终审", "finish_articles", FINAL_PASS, PASSED),
}


class Shown(Protocol):
    """What is published of an article, as far as time goes; a row of `Publication`."""

    @property
    def publish_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime | None: ...

    @property
    def retracted_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Status:
    """What an article is at a moment: a word for programs, one for people, and a sentence on what comes next."""

    code: str  # of STATES, but for `passed`: scheduled, live or ended
    label: str
    next: str = ""


CODES = {
    **{code: label for code, label in STATES.items() if code != PASSED},
    "scheduled": "待发布",
    "live": "已发布",
    "ended": "已结束",
}
_NEXT = {
    DRAFT: "写好后送审。",
    FIRST: "等一位同事初审。",
    SECOND: "等另一位同事复审。",
    FINAL: "等主编终审。",
    RETRACTED: "修改后可以重新送审。",
}
_STANDS = {"live": "已发布的版本仍在展示。", "scheduled": "审过的版本到时间仍会发布。"}


def status(state: str, publication: Shown | None, now: datetime, *, sent_back: bool = False) -> Status:
    """What an article in this state is at `now`, computed to the minute, so that it never waits for a job.

    `sent_back`: its last step was 退回修改.
    """
    showing = showing_of(publication, now)
    if state == PASSED and publication is not None:
        return Status(showing, CODES[showing], _time_ahead(publication, now))
    if state == DRAFT and sent_back:
        return Status(DRAFT, "被退回", f"按意见修改后重新送审。{_STANDS.get(showing, '')}")
    label = STATES[state]
    if showing in _STANDS and state in (DRAFT, *IN_REVIEW):
        label = "修改稿" if state == DRAFT else f"修改稿{label}"
    return Status(state, label, _NEXT.get(state, "") + _STANDS.get(showing, ""))


def showing_of(publication: Shown | None, now: datetime) -> str:
    """`scheduled`, `live`, `ended` or `retracted`; nothing for what was never passed."""
    if publication is None:
        return ""
    if publication.retracted_at is not None:
        return RETRACTED
    if publication.ends_at is not None and publication.ends_at <= now:
        return "ended"
    return "scheduled" if publication.publish_at > now else "live"


def in_words(moment: datetime) -> str:
    """A moment as the county's clock says it: 2026年12月1日 08:30."""
    here = moment.astimezone(SHANGHAI)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def _time_ahead(publication: Shown, now: datetime) -> str:
    if publication.retracted_at is not None:
        return _NEXT[RETRACTED]
    if publication.ends_at is not None and publication.ends_at <= now:
        return f"{in_words(publication.ends_at)} 已停止展示。"
    ahead = f"{in_words(publication.publish_at)} 自动发布。" if publication.publish_at > now else ""
    return ahead + (f"{in_words(publication.ends_at)} 停止展示。" if publication.ends_at else "")
