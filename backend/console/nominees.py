"""The nominees' desk: whom to ask, whom to call, who answered; and the credit check of those who agreed to it."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.awards.awards import awards
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import DomainError
from backend.nominations import credit_check
from backend.nominations.calls import UNREACHED_DAYS
from backend.nominations.nominee_lines import SHOWN, lines_of, open_seasons
from backend.nominations.words import NOMINEE_STATES
from miniprogram_api.surface.problem import status_of

desk = Desk("nominees")
FOLLOW = "follow_nominees"

DONE = {
    "asked": "已经发给本人征求意见，答复期七天。",
    "to_call": "这位被推荐人没有小程序账号，或者没有核对上，请打电话征求意见。",
    "minor": "这位被推荐人未满十八周岁，不能参加评选。推荐已结束，资料已经删除。",
    "agreed": "已登记：本人同意参加。",
    "declined": "已登记：本人不参加。资料将在三十天内删除。",
    "unreached": "已登记没有联系上，请改天再打。",
    "unreachable": "三天都没有联系上，推荐已结束。资料将在三十天内删除。",
    "taken_back": "已按本人的意愿撤回，马上生效。",
    "stepped_down": "已登记本人退出。资料将在三十天内删除。",
    "moved": "已调整推荐归到哪位被推荐人。",
}


@desk.add("GET", "/nominees", permission=FOLLOW)
async def show_nominees(visit: Visit) -> HTTPResponse:
    """What is to be done, season by season. No row says who it is."""
    return await _show(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/nominees/credit-check/<season_id:uuid>", permission=FOLLOW)
async def check_credit(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Check the records of those who agreed to it; each of them reads of the look."""
    try:
        counts = await credit_check.start(visit.staff, season_id)
    except DomainError as error:
        return await _show(visit, fault=error, season_id=season_id)
    done = f"已核查 {counts.checked} 人，评审委员会只会看到“通过”或“未通过”。"
    done += f"{counts.not_authorised} 人不同意核查，{counts.not_known} 人没有登记身份证号，无法核查。"
    return await _show(visit, done=done, season_id=season_id)


async def _show(
    visit: Visit, *, fault: DomainError | None = None, done: str = "", season_id: UUID | None = None
) -> HTTPResponse:
    shown = visit.asked("show") if visit.asked("show") in SHOWN else ""
    open_ones = await open_seasons(visit.staff)
    chosen = season_id or next((each.id for each in open_ones if str(each.id) == visit.asked("season")), None)
    values: dict[str, Any] = {
        "rows": await lines_of(visit.staff, season_id=chosen, shown=shown),
        "shown": shown,
        "filters": SHOWN,
        "seasons": open_ones,
        "season": next((each for each in open_ones if each.id == chosen), None),
        "phase_label": seasons.phase_label,
        "awards": awards(),
        "states": NOMINEE_STATES,
        "most_unreached": UNREACHED_DAYS,
    }
    status = status_of(fault) if fault else 200
    return await visit.show("nominee_list.html", status, fault=fault, done=done, **values)
