"""What may be wrong with a season or its committee, in words that staff and citizens can act on."""

from backend.errors import Conflict, FieldError, Forbidden, NotFound


def season_not_found() -> NotFound:
    return NotFound("season_not_found", "没有这一届评选，或者它还没有发布。")


def season_not_open(now: str = "现在不是这个阶段。") -> Conflict:
    """`now` says where the season stands and what comes next, by day."""
    return Conflict("season_not_open", now)


def season_changed() -> Conflict:
    return Conflict("season_changed", "同事刚刚改过这一届，您的修改没有保存。请核对现在的内容，再提交一次。")


def season_not_draft() -> Conflict:
    return Conflict("season_not_draft", "这一届已经发布，内容不能再改；日期可以推迟，要写明原因。")


def season_not_published() -> Conflict:
    return Conflict("season_not_published", "这一届还没有发布，或者已经停止，不能这样做。")


def season_announced() -> Conflict:
    return Conflict("season_announced", "结果已经公布，不能再改动这一届。")


def award_not_yours() -> Forbidden:
    return Forbidden("award_not_yours", "这项评选由另一个部门主办，请由主办单位设立届次。")


def name_taken() -> FieldError:
    return FieldError("name", "name_taken", "这项评选已经有同名的一届，请换一个名称，或者修改原来那一届。")


def no_such_member() -> NotFound:
    return NotFound("member_not_found", "这一届没有这位评审委员。")


def not_a_judge() -> Conflict:
    return Conflict("not_a_judge", "没有这个账号，或者它停用了，或者没有“评审委员”角色。请先请系统管理员设定角色。")


def already_member() -> Conflict:
    return Conflict("already_member", "这位工作人员已经是本届的评审委员。")


def member_has_judged() -> Conflict:
    return Conflict("member_has_judged", "这位委员已经打分或申请回避，不能移出。不能参加的，由主任委员在评定时注明。")


def no_committee_here() -> Conflict:
    return Conflict("no_committee_here", "这项评选只收集推荐线索，由主办单位评选，这里不设评审委员会。")


def entangled() -> Conflict:
    return Conflict("member_entangled", "这位工作人员与本届的推荐有关联，不能担任本届的评审委员。")
