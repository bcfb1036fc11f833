"""What a nominator is told of a moderator's decision: the reason, and the way on. No nominee is named in a notice."""

from datetime import timedelta

from backend import clock
from backend.awards.awards import award
from backend.nominations.models import Nomination
from backend.nominations.nominations import holder_of
from backend.nominations.taking_back import APPEAL_DAYS
from backend.nominations.words import REASONS
from backend.notifications import inbox
from backend.staff.departments import offices

TITLES = {
    "accepted": "您的推荐通过了审核",
    "refused": "您的推荐没有通过审核",
    "closed": "您的申诉有了结果",
}


async def tell(nomination: Nomination, *, reason: str | None, words: bool, appealed: bool) -> None:
    """Tell the citizen who nominated, in the decision's transaction; a unit reads it on its own page.

    The nomination is as it was just written, its season fetched; `words`: the moderator wrote some, which stand there.
    """
    if nomination.citizen_id is None:
        return
    name = f"{award(nomination.season.award).name}（{nomination.season.name}）"
    body = f"您为{name}提交的推荐（编号 {nomination.number}）" + _decision(nomination.state, reason, appealed)
    if words:
        body += "工作人员写了说明，打开这份推荐可以看到。"
    body += await _way_on(nomination)
    kind = f"nomination_{nomination.state}"
    notice = inbox.compose(nomination.citizen_id, kind, TITLES[nomination.state], body, holder_of(nomination.id))
    await inbox.tell([notice])


def _decision(state: str, reason: str | None, appealed: bool) -> str:
    if state == "accepted":
        again = "经另一位工作人员复核，" if appealed else ""
        return f"{again}通过了审核。接下来会征求被推荐人本人的意见，本人同意以后才会让别人看到。"
    why = f"原因：{REASONS[reason or 'other']}。"
    if state == "closed":
        return f"经另一位工作人员复核，仍然没有通过。{why}"
    return f"没有通过审核。{why}"


async def _way_on(nomination: Nomination) -> str:
    if nomination.state == "accepted":
        return ""
    if nomination.state == "refused":
        day = clock.today() + timedelta(days=APPEAL_DAYS)
        return (
            f"不同意的，可以在 {day.year}年{day.month}月{day.day}日以前申诉一次，由另一位工作人员复核；"
            "推荐还没有截止的，也可以改好后重新推荐。"
        )
    office = (await offices()).get(nomination.season.department_id)
    return f"还有不同意见，可以联系{office.department}（{office.office}，电话 {office.phone}）。" if office else ""
