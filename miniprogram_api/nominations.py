"""My nominations: drafts, what others would see, handing in, taking back, appealing."""

from uuid import UUID

from msgspec import Struct

from backend.awards.season_faults import season_not_found, season_not_open
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Citizen, Session
from backend.nominations import drafts, nominating, taking_back, taking_in
from backend.nominations.nominations import list_of, no_such_nomination, nomination_of
from backend.secrets import Vault
from media import intake
from miniprogram_api.nomination_body import NominationAppeal, NominationChange, NominationDraft, content_from
from miniprogram_api.nomination_shown import (
    NominationLine,
    NominationPreview,
    NominationShown,
    lines_of,
    previewed,
    shown,
)
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("推荐")

_ONE = [no_such_nomination, binding_needed]
_PICTURES = [intake.no_such_picture, intake.too_many_pictures]


class NominationPage(Struct, frozen=True):
    """Nominations, newest first."""

    items: tuple[NominationLine, ...]
    next_cursor: str | None


@routes.add("GET", "/nominations", summary="我的推荐", errors=[binding_needed])
async def list_nominations(account: Account, vault: Vault, page: PageQuery) -> NominationPage:
    """草稿和提交过的都在这里，从新到旧。"""
    rows = await list_of(bound_citizen(account), decode_id(page.cursor), page.limit + 1)
    lines = await lines_of(vault, rows[: page.limit])
    return NominationPage(lines, encode_cursor(str(lines[-1].id)) if len(rows) > page.limit else None)


@routes.add("GET", "/nominations/<nomination_id>", summary="一份推荐", errors=_ONE)
async def show_nomination(session: Session, vault: Vault, nomination_id: UUID) -> NominationShown:
    """填写的内容、照片、走到了哪一步、结果和原因。照片的链接十分钟后失效，只有您这部手机能打开。"""
    return await shown(vault, session, await nomination_of(bound_citizen(session.account), nomination_id))


@routes.add("GET", "/nominations/<nomination_id>/preview", summary="别人会看到什么", errors=_ONE)
async def preview_nomination(session: Session, vault: Vault, nomination_id: UUID) -> NominationPreview:
    """本人同意以后其他居民会看到的样子；写进去的电话、证件号会指出来，请先去掉。"""
    return await previewed(vault, session, await nomination_of(bound_citizen(session.account), nomination_id))


@routes.add(
    "POST",
    "/nominations",
    summary="新建推荐草稿",
    errors=[
        *(season_not_found, season_not_open, nominating.too_young, drafts.too_many_drafts, no_such_nomination),
        *_PICTURES,
    ],
    status=201,
)
async def draft_nomination(
    citizen: Citizen, session: Session, vault: Vault, body: NominationDraft, write: Once
) -> NominationShown:
    """没写完也能保存，网络断了不用重写；写好后再提交。草稿六十天没有动过会删除。"""

    async def deed() -> str:
        made = await nominating.save_draft(vault, citizen, body.season_id, content_from(body), body.pictures)
        return str(made.id)

    return await shown(vault, session, await nomination_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominations/<nomination_id>",
    summary="修改推荐草稿",
    errors=[no_such_nomination, drafts.not_changeable, *_PICTURES],
)
async def change_nomination(
    citizen: Citizen, session: Session, vault: Vault, nomination_id: UUID, body: NominationChange, write: Once
) -> NominationShown:
    """以这次的内容和照片全部替换原来的；没有写的就是空着。提交以后不能再改。"""

    async def deed() -> str:
        changed = await nominating.change(vault, citizen, nomination_id, content_from(body), body.pictures)
        return str(changed.id)

    return await shown(vault, session, await nomination_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominations/<nomination_id>/submit",
    summary="提交推荐",
    errors=[
        *(no_such_nomination, season_not_found, season_not_open, nominating.too_young),
        *(taking_in.not_submittable, taking_in.too_many_nominations),
    ],
)
async def submit_nomination(
    citizen: Citizen, session: Session, vault: Vault, nomination_id: UUID, write: Once
) -> NominationShown:
    """先检查内容，再由主办单位审核，通过后征求本人意见。有填得不对的，一次全部指出。不能推荐自己。"""

    async def deed() -> str:
        return str((await nominating.submit(vault, citizen, nomination_id)).id)

    return await shown(vault, session, await nomination_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominations/<nomination_id>/withdraw",
    summary="撤回推荐",
    errors=[*_ONE, taking_back.not_withdrawable],
)
async def withdraw_nomination(session: Session, vault: Vault, nomination_id: UUID, write: Once) -> NominationShown:
    """有结果之前，或者还没有征求本人意见时，随时可以撤回，不用说明理由；撤回后不能恢复，可以另写一份。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        return str((await nominating.withdraw(vault, citizen, nomination_id)).id)

    return await shown(vault, session, await nomination_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominations/<nomination_id>/appeal",
    summary="对未通过的推荐提出申诉",
    errors=[*_ONE, taking_back.not_appealable],
)
async def appeal_nomination(
    session: Session, vault: Vault, nomination_id: UUID, body: NominationAppeal, write: Once
) -> NominationShown:
    """自未通过之日起十五天内可以申诉一次，由另一位工作人员重新审核。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        return str((await nominating.appeal(vault, citizen, nomination_id, body.words)).id)

    return await shown(vault, session, await nomination_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "DELETE",
    "/nominations/<nomination_id>",
    summary="删除推荐草稿",
    errors=[*_ONE, drafts.not_a_draft],
    status=204,
)
async def delete_nomination(account: Account, vault: Vault, nomination_id: UUID, write: Once) -> None:
    """草稿和它的照片一起删除。"""
    citizen = bound_citizen(account)

    async def deed() -> str:
        await nominating.delete_draft(vault, citizen, nomination_id)
        return str(nomination_id)

    await once(write, deed)
