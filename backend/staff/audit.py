"""审计: what each staff user did or read, written in the same transaction as the deed."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from backend import clock
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff

# What happened, in an auditor's words. A deed that stands here in no line cannot be recorded at all.
ACTIONS = {
    "staff.sign_in": "登录控制台",
    "staff.sign_out": "退出控制台",
    "staff.locked": "多次登录失败，账号暂时锁定",
    "staff.add": "添加工作人员账号",
    "staff.invite": "发出账号设置链接",
    "staff.set_up": "设置了密码和动态验证码",
    "staff.roles": "设定角色",
    "staff.suspend": "停用账号",
    "staff.reinstate": "恢复账号",
    "staff.reset": "重置账号",
    "staff.away": "登记请假",
    "counter.code": "在窗口发出一次性验证码",
    "evidence.claim": "领取证明材料",
    "evidence.release": "放回证明材料",
    "evidence.reassign": "转交证明材料",
    "evidence.approve": "通过证明材料",
    "evidence.first_approve": "初审通过证明材料，等待第二位审核员",
    "evidence.confirm": "复审通过证明材料",
    "evidence.reject": "不通过证明材料",
    "evidence.ask": "要求补充证明材料",
    "evidence.reverse": "撤销已通过的证明材料",
    "evidence.revisit": "查看已办结的证明材料",
    "evidence.compare": "核对可能重复的证明材料",
    "import.upload": "上传记录文件",
    "import.look": "查看待复核的记录",
    "import.problems": "下载退回的行",
    "import.approve": "同意入库失信记录",
    "import.refuse": "退回失信记录",
    "import.push": "业务系统推送记录",
    "record.search": "按文书号查找本部门的记录",
    "record.look": "查看本部门的一条记录",
    "record.amend": "更正记录",
    "record.ask_amend": "提出更正，等待复核",
    "record.approve_change": "同意更正失信记录，或者恢复撤回的记录",
    "record.take_back": "收回自己提出的更正或恢复",
    "record.refuse_change": "不同意更正失信记录，或者恢复撤回的记录",
    "record.withdraw": "撤回记录",
    "record.restore": "提出恢复撤回的记录，等待复核",
    "key.issue": "发放接口密钥",
    "key.hand_over": "更换接口密钥的负责人",
    "key.revoke": "停用接口密钥",
    "catalogue.publish": "公布新版目录",
    "catalogue.withdraw": "收回未施行的目录",
    "catalogue.comments": "查看对目录的意见",
    "article.create": "新建文章",
    "article.save": "保存文章",
    "article.restore": "恢复文章的旧版本",
    "article.discard": "作废文章",
    "article.submit": "送审文章",
    "article.take_back": "撤回送审的文章",
    "article.pass": "审核通过文章",
    "article.send_back": "退回文章",
    "article.publish": "终审通过文章",
    "article.schedule": "改定文章的发布或结束时间",
    "article.pin": "置顶或取消置顶文章",
    "article.retract": "撤稿",
    "article.preview": "生成或收回文章的预览链接",
    "content.upload": "上传文章的图片或附件",
    "campaign.create": "设立宣传活动",
    "campaign.change": "修改宣传活动",
    "word.add": "添加错敏词",
    "word.remove": "删除错敏词",
    "figures.export": "导出阅读数字",
    "season.create": "设立评选届次",
    "season.change": "修改未发布的届次",
    "season.publish": "发布评选届次",
    "season.move": "推迟评选的日期",
    "season.cancel": "停止评选",
    "season.member": "调整评审委员",
    "season.decide": "登记评审决定",
    "season.announce": "公布评选结果",
    "season.notice": "打印评选公示",
    "nomination.unit": "以单位名义推荐",
    "nomination.look": "查看一份推荐",
    "nomination.accept": "通过推荐",
    "nomination.refuse": "不通过推荐",
    "nomination.appeal": "处理推荐的申诉",
    "nominee.move": "调整推荐归到哪位被推荐人",
    "nominee.story": "整理被推荐人的事迹",
    "nominee.look": "查看被推荐人",
    "nominee.ask": "征求被推荐人的意见",
    "nominee.call": "登记与被推荐人的通话",
    "nominee.credit": "核查被推荐人的失信记录",
    "nominee.hand_over": "向主办单位移交推荐线索",
    "judge.look": "评审时查看被推荐人",
    "judge.give": "评审打分",
    "judge.sit_out": "评审回避",
    "objection.record": "登记公示异议",
    "objection.look": "查看公示异议",
    "objection.decide": "办结公示异议",
    "honour.tie": "为获奖者登记身份",
    "honour.hide": "按本人意愿撤下或恢复荣誉展示",
    "audit.read": "查看审计日志",
    "audit.verify": "检验审计日志",
}


async def record(staff: Staff | StaffUser | None, action: str, about: str = "", /, **detail: str) -> None:
    """Write down a deed of ACTIONS, in the caller's transaction; `staff` None is the command line.

    `about` names the thing (`evidence:ID`, `staff:ID`); `detail` holds codes, ids and numbers and identifies no
    citizen. Raises KeyError for an action that no auditor could read.
    """
    _ = ACTIONS[action]
    staff_id = None if staff is None else staff.id
    await AuditEvent.create(at=clock.now(), staff_id=staff_id, action=action, about=about, detail=detail)


async def events(
    *,
    action: str | None = None,
    username: str | None = None,
    day: date | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[AuditEvent]:
    """What happened, newest first, with `staff` fetched; by deed, by person and by the county's day, below `before`."""
    rows = AuditEvent.all()
    if action:
        rows = rows.filter(action=action)
    if username:
        rows = rows.filter(staff__username=username)
    if day is not None:
        rows = rows.filter(at__gte=clock.start_of(day), at__lt=clock.start_of(day + timedelta(days=1)))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit).select_related("staff")
