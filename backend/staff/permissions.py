"""Who may do what on the console: a table of named permissions, each with its sentence and the roles that have it."""

from dataclasses import dataclass
from uuid import UUID

from backend.citizens.access_log import Reader
from backend.errors import Forbidden
from backend.staff.models import StaffRole, StaffUser
from backend.staff.roles import ROLES as ROLES
from backend.staff.roles import Role as Role


@dataclass(frozen=True)
class Permission:
    """One thing that may be done, said in a sentence, and who may do it.

    It reaches no further than the own department, unless `everywhere` is set.
    """

    sentence: str
    roles: frozenset[Role]
    everywhere: bool = False


PERMISSIONS: dict[str, Permission] = {
    "review_evidence": Permission("审核本部门的证明材料：领取、查看、通过、退回和要求补充。", frozenset({"reviewer"})),
    "reassign_evidence": Permission("把本部门的一件证明材料转给另一位审核员。", frozenset({"reviewer"})),
    "reverse_evidence": Permission(
        "撤销一件通过有误的证明材料，写明理由。", frozenset({"case_officer"}), everywhere=True
    ),
    "file_records": Permission("为本部门上传记录文件，查看进度和退回的行。", frozenset({"officer"})),
    "approve_records": Permission("复核本部门同事报送和更正的失信记录，同意或不同意。", frozenset({"officer"})),
    "correct_records": Permission("更正或撤回本部门报送的记录，写明理由。", frozenset({"officer"})),
    "manage_keys": Permission("为部门的业务系统发放和停用接口密钥。", frozenset({"admin"}), everywhere=True),
    "manage_catalogue": Permission("公布新版目录征求意见，施行前可以收回。", frozenset({"admin"}), everywhere=True),
    "write_articles": Permission(
        "撰写和修改文章，上传图片和附件，送审。", frozenset({"editor", "chief_editor"}), everywhere=True
    ),
    "review_articles": Permission(
        "初审、复审同事的文章：通过或者退回，写明意见。", frozenset({"editor", "chief_editor"}), everywhere=True
    ),
    "finish_articles": Permission("终审文章，定时发布，置顶，撤稿。", frozenset({"chief_editor"}), everywhere=True),
    "manage_campaigns": Permission("设立和修改宣传活动。", frozenset({"editor", "chief_editor"}), everywhere=True),
    "manage_words": Permission("维护错敏词表。", frozenset({"chief_editor"}), everywhere=True),
    "read_figures": Permission("查看和导出文章的阅读数字。", frozenset({"editor", "chief_editor"}), everywhere=True),
    "manage_seasons": Permission("设立和推进本部门主办的评选：时间、委员、公示和公布结果。", frozenset({"moderator"})),
    "check_nominations": Permission("审核本部门评选的推荐：通过、合并或不通过，处理申诉。", frozenset({"moderator"})),
    "follow_nominees": Permission("征求被推荐人的意见，登记电话结果，发起信用核查。", frozenset({"moderator"})),
    "handle_objections": Permission("办理本部门评选的公示异议。", frozenset({"moderator"})),
    "nominate_for_unit": Permission("以本部门（乡镇）的名义推荐。", frozenset({"officer"})),
    "judge_nominees": Permission("在担任委员的评选中打分、写评语、申请回避。", frozenset({"judge"}), everywhere=True),
    "manage_staff": Permission("添加、停用和重置工作人员账号，设定角色。", frozenset({"admin"}), everywhere=True),
    "read_audit": Permission("查看审计日志和检验结果。", frozenset({"auditor"}), everywhere=True),
}


@dataclass(frozen=True)
class Staff:
    """A staff user at work: who she is, where, and in which roles. Every desk asks it before it does anything."""

    user: StaffUser  # with her department fetched
    roles: frozenset[str]

    @property
    def id(self) -> UUID:
        """Of the staff user."""
        return self.user.id

    @property
    def department_code(self) -> str:
        """Where she works."""
        return self.user.department_id

    @property
    def reader(self) -> Reader:
        """How citizens see her in their access logs."""
        return Reader(self.user.id, self.user.name, self.user.department.name)

    def may(self, permission: str) -> bool:
        """Whether one of her roles has this permission of PERMISSIONS."""
        return bool(self.roles & PERMISSIONS[permission].roles)


def not_permitted() -> Forbidden:
    return Forbidden("not_permitted", "您的角色没有这项权限。需要时请联系系统管理员。")


def require(staff: Staff, permission: str) -> None:
    """Raise Forbidden unless one of her roles has this permission of PERMISSIONS."""
    if not staff.may(permission):
        raise not_permitted()


async def staff_of(user: StaffUser) -> Staff:
    """The staff user with her roles; her department is fetched when it is not yet."""
    await user.fetch_related("department")
    roles = await StaffRole.filter(staff_id=user.id).values_list("role", flat=True)
    return Staff(user, frozenset(str(each) for each in roles))
