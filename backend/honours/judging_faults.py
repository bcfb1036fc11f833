"""What may go wrong while a committee judges and decides, in sentences for its members."""

from backend.errors import Conflict, Forbidden, NotFound


def no_such_nominee() -> NotFound:
    return NotFound("nominee_not_found", "没有这位被推荐人，或者您不是这项评选的评审委员。")


def own_interest() -> Forbidden:
    detail = "被推荐人是您本人，或者您推荐过对方，不能由您评审。请在名单里申请回避。"
    return Forbidden("own_interest", detail)


def sits_out() -> Conflict:
    return Conflict("sits_out", "您已对这位被推荐人申请回避，不能再查看或打分。")


def not_to_judge() -> Conflict:
    detail = "这位被推荐人已不在评审名单里，可能是本人退出了。请刷新名单。"
    return Conflict("nominee_not_to_judge", detail)


def judging_not_over() -> Conflict:
    return Conflict("judging_not_over", "评审还没有结束。结束以后，评审汇总才能查看。")


def not_the_chair() -> Forbidden:
    return Forbidden("not_the_chair", "评审决定由主任委员登记。")


def decided_already() -> Conflict:
    return Conflict("season_decided", "评审决定已经登记，不能再改。")


def page_is_old() -> Conflict:
    return Conflict("season_changed", "这一届刚刚有了变化，请重新打开评审汇总，核对后再登记。")


def nominees_changed() -> Conflict:
    detail = "所选的人里有人刚刚退出，或者收回了公示的同意。请重新打开评审汇总，核对后再登记。"
    return Conflict("nominees_changed", detail)
