"""My evidence: drafts, submitting, answering, taking back, and what became of it."""

from uuid import UUID

import msgspec
from msgspec import Struct

from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Citizen, Session
from backend.points.levels import no_catalogue
from backend.repairs import accepting, submitting
from backend.repairs.content import Kind
from backend.repairs.evidence import evidence_of, list_of, no_such_evidence
from backend.secrets import Vault
from backend.settings import Settings
from media import intake
from miniprogram_api.evidence_body import EvidenceChange, EvidenceDraft, content_from
from miniprogram_api.evidence_rules import EvidenceRules, rules_shown
from miniprogram_api.evidence_shown import EvidenceLine, EvidenceShown, line_of, shown
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("证明材料")

_PICTURES = [intake.no_such_picture, intake.too_many_pictures]


class EvidencePage(Struct, frozen=True):
    """Evidence, newest first."""

    items: tuple[EvidenceLine, ...]
    next_cursor: str | None


@routes.add("GET", "/evidence-rules", summary="可以提交哪些证明材料", errors=[no_catalogue], public=True)
async def show_evidence_rules() -> EvidenceRules:
    """每类材料要填什么、由哪个部门审核、多久之内的可以提交、几个工作日审核。"""
    return await rules_shown()


@routes.add("GET", "/evidence", summary="我的证明材料", errors=[binding_needed])
async def list_evidence(account: Account, vault: Vault, page: PageQuery) -> EvidencePage:
    """草稿和提交过的都在这里，从新到旧。"""
    rows = await list_of(bound_citizen(account), decode_id(page.cursor), page.limit + 1)
    lines = tuple(line_of(vault, row) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return EvidencePage(lines, encode_cursor(str(lines[-1].id)) if more else None)


@routes.add("GET", "/evidence/<evidence_id>", summary="一份证明材料", errors=[no_such_evidence, binding_needed])
async def show_evidence(session: Session, vault: Vault, evidence_id: UUID) -> EvidenceShown:
    """填写的内容、照片、审核到了哪一步、结果和原因。照片的链接十分钟后失效，只有您这部手机能打开。"""
    return await shown(vault, session, await evidence_of(bound_citizen(session.account), evidence_id))


@routes.add(
    "POST",
    "/evidence",
    summary="新建草稿",
    errors=[submitting.too_many_drafts, no_such_evidence, *_PICTURES],
    status=201,
)
async def draft_evidence(
    citizen: Citizen, session: Session, vault: Vault, body: EvidenceDraft, write: Once
) -> EvidenceShown:
    """没填完也能保存，网络断了不用重填；填好后再提交。"""
    content = content_from(body.kind, body)

    async def deed() -> str:
        return str((await submitting.save_draft(vault, citizen, body.kind, content, body.pictures)).id)

    return await shown(vault, session, await evidence_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/evidence/<evidence_id>",
    summary="修改草稿或补充材料",
    errors=[no_such_evidence, submitting.not_changeable, *_PICTURES],
)
async def change_evidence(
    citizen: Citizen, session: Session, vault: Vault, evidence_id: UUID, body: EvidenceChange, write: Once
) -> EvidenceShown:
    """以这次的内容和照片全部替换原来的；没有写的就是空着。提交以后不能再改。"""
    kind = msgspec.convert((await evidence_of(citizen, evidence_id)).kind, Kind)
    content = content_from(kind, body)

    async def deed() -> str:
        return str((await submitting.change(vault, citizen, evidence_id, content, body.pictures)).id)

    return await shown(vault, session, await evidence_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/evidence/<evidence_id>/submit",
    summary="提交审核",
    errors=[
        *(no_such_evidence, submitting.not_submittable, submitting.too_many_open),
        *(accepting.kind_not_taken, no_catalogue),
    ],
)
async def submit_evidence(
    citizen: Citizen, session: Session, vault: Vault, evidence_id: UUID, write: Once
) -> EvidenceShown:
    """草稿提交后由部门审核；审核员请您补充的，补充好了也在这里再次提交。有填得不对的，一次全部指出。"""

    async def deed() -> str:
        return str((await submitting.submit(vault, citizen, evidence_id)).id)

    return await shown(vault, session, await evidence_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/evidence/<evidence_id>/withdraw",
    summary="撤回",
    errors=[no_such_evidence, submitting.not_withdrawable, binding_needed],
)
async def withdraw_evidence(
    session: Session, vault: Vault, settings: Settings, evidence_id: UUID, write: Once
) -> EvidenceShown:
    """有结果之前随时可以撤回，不用说明理由；撤回后不能恢复，可以另填一份。照片到期删除。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        return str((await submitting.withdraw(citizen, evidence_id)).id)

    return await shown(vault, session, await evidence_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "DELETE",
    "/evidence/<evidence_id>",
    summary="删除草稿",
    errors=[no_such_evidence, submitting.not_a_draft, binding_needed],
    status=204,
)
async def delete_evidence(account: Account, evidence_id: UUID, write: Once) -> None:
    """草稿和它的照片一起删除。"""
    citizen = bound_citizen(account)

    async def deed() -> str:
        await submitting.delete_draft(citizen, evidence_id)
        return str(evidence_id)

    await once(write, deed)
