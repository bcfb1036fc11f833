"""The notices of what came of an objection. The moderator's own words stay out of them: they may name people."""

from datetime import timedelta

from backend import clock
from backend.awards.models import Season
from backend.honours.models import Objection
from backend.honours.objection_words import REASONS
from backend.nominations.models import Nominee
from backend.notifications import inbox
from backend.staff.departments import offices

REVIEW_DAYS = timedelta(days=60)  # 行政复议法 2023 art. 20: from the day on which one learns of a decision


async def tell_objector(objection: Objection, season: Season) -> None:
    """Tell who said it what was decided; nobody when it was told at a counter. In the decision's transaction."""
    if objection.citizen_id is None:
        return
    thing = f"您对“{season.name}”公示人选提出的异议（编号 {objection.number}）"
    if objection.state == "upheld":
        title, said = "您提出的公示异议成立", f"{thing}经核实成立，有关人选已经移出公示。打开这份异议可以看到答复。"
    else:
        title, said = "您提出的公示异议办结了", f"{thing}经核实不成立。打开这份异议可以看到理由。"
    body = said + await way_on(season)
    kind = f"objection_{objection.state}"
    await inbox.tell([inbox.compose(objection.citizen_id, kind, title, body, f"objection:{objection.id}")])


async def tell_removed(nominee: Nominee, season: Season, reason: str) -> None:
    """Tell a nominee who is known that she was removed, why, and what she can do. Nobody who objected is named."""
    if nominee.citizen_id is None:
        return
    body = (
        f"“{season.name}”公示期间收到异议，经核实，您不再列为拟授予的人选，公示里已经没有您的信息。"
        f"原因：{REASONS[reason]}{await way_on(season)}您的推荐资料三十天后删除。"
    )
    about = f"season:{season.id}"  # her own request is closed to her from now on
    await inbox.tell([inbox.compose(nominee.citizen_id, "nominee_removed", "您已移出评选公示", body, about)])


async def way_on(season: Season) -> str:
    """Where, and by which day, somebody who does not agree can ask again."""
    day = clock.today() + REVIEW_DAYS
    office = (await offices()).get(season.department_id)
    where = f"{office.department}（{office.office}，电话 {office.phone}）" if office else "主办单位"
    until = f"{day.year}年{day.month}月{day.day}日"
    return f"不同意这个结果的，可以在{until}以前请{where}重新核实；依法可以申请行政复议的，也请在这一天以前申请。"
