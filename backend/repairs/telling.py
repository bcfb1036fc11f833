"""The notices of what was decided about evidence. A reviewer's own words stay out of them: they may name people."""

from backend.notifications import inbox
from backend.points.enrolment import takes_part
from backend.points.models import Score
from backend.repairs.content import KINDS
from backend.repairs.evidence import holder_of
from backend.repairs.facts import spent_as, spent_sentence
from backend.repairs.models import APPROVED, ASKED, REJECTED, REVERSED, Evidence
from backend.repairs.reasons import sentence_of
from backend.staff.departments import offices

TITLES = {
    APPROVED: "您的证明材料通过了",
    REJECTED: "您的证明材料没有通过",
    ASKED: "您的证明材料需要补充",
    REVERSED: "您的一份证明材料被撤销通过",
}


async def tell(evidence: Evidence, *, reason: str | None = None, words: bool = False) -> None:
    """Tell the citizen of a decision that was just written, in its transaction. Her row is fetched with the evidence.

    `words`: the reviewer wrote some, which stand on the evidence's own page.
    """
    said = [_decision(evidence, reason)]
    if evidence.state in (APPROVED, REVERSED):
        said.append(await _meaning(evidence))
    if words:
        said.append("审核员写了说明，打开这份材料可以看到。")
    if evidence.state != ASKED:
        said.append(await _where_to_contest(evidence))
    kind, about = f"evidence_{evidence.state}", holder_of(evidence.id)
    await inbox.tell([inbox.compose(evidence.citizen_id, kind, TITLES[evidence.state], "".join(said), about)])


def hours(tenths: int | None) -> str:
    """Tenths of an hour as people say them: 65 → 6.5 小时."""
    return f"{(tenths or 0) / 10:g} 小时"


def _decision(evidence: Evidence, reason: str | None) -> str:
    thing = f"您提交的{_kind(evidence)}证明材料（编号 {evidence.number}）"
    why = sentence_of(evidence.state, reason) or ""
    if evidence.state == APPROVED:
        return f"{thing}审核通过了{_part(evidence)}。"
    if evidence.state == ASKED:
        return f"{thing}还差一点：{why}补充后，审核员会接着办理；只需补充这一次。"
    if evidence.state == REVERSED:
        return f"{thing}原来已经通过，现在撤销了。原因：{why}"
    return f"{thing}没有通过。原因：{why}"


def _kind(evidence: Evidence) -> str:
    return next(name for kind, name in KINDS.items() if kind == evidence.kind)


def _part(evidence: Evidence) -> str:
    if evidence.quantity is None:
        return ""
    return f"：您申报 {hours(evidence.quantity)}，认定 {hours(evidence.approved_quantity)}"


async def _meaning(evidence: Evidence) -> str:
    """What the decision does to her points, in plain words."""
    if evidence.state == REVERSED:
        # Whoever rests has points, too, and finds them without it when she comes back.
        enrolled = await Score.filter(citizen_id=evidence.citizen_id).exists()
        counted = enrolled and evidence.item_id is not None
        return "由它得到的积分随之取消，积分明细里可以看到。" if counted else "它没有计过积分，积分没有变化。"
    spent = spent_as(evidence, await takes_part(evidence.citizen_id), evidence.citizen.adult_on)
    return spent_sentence(evidence, spent, evidence.citizen.adult_on) if spent else ""


async def _where_to_contest(evidence: Evidence) -> str:
    office = (await offices()).get(evidence.department_id or "")
    if office is None:
        return ""
    return f"对结果有不同意见，可以联系{office.department}（{office.office}，电话 {office.phone}）。"
