"""Somebody nominated me: what would be shown, my yes or no, each consent for itself, taking back, stepping down."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.awards.season_faults import season_not_open
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Session
from backend.honours import my_honours
from backend.nominations import consents
from backend.nominations.words import CONSENTS, ConsentKind
from backend.secrets import Vault
from miniprogram_api.nominee_request_shown import NomineeRequestLine, NomineeRequestShown, line_of, shown
from miniprogram_api.surface.operation import Body, Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("征求被推荐人意见")

_ONE = [consents.no_such_request, binding_needed]
_CHANGED = [consents.not_answered_yet, consents.nominee_ended]


class NomineeAnswer(Body, frozen=True, kw_only=True):
    """Whether she takes part; if so, a yes or no to each thing that is asked. None is ticked beforehand."""

    version: Annotated[int, Meta(ge=1, le=1_000_000, description="看到的内容的版本")]
    taking_part: bool
    endorse: Annotated[bool, Meta(description="让邻里看到并支持")] | None = None
    credit_check: Annotated[bool, Meta(description="核查失信记录")] | None = None
    publication: Annotated[bool, Meta(description="公示并公布")] | None = None
    referral: Annotated[bool, Meta(description="转给主办单位")] | None = None


class NomineeConsentChange(Body, frozen=True, kw_only=True):
    """One consent, taken back or given."""

    kind: ConsentKind
    given: bool


class NomineeRequestPage(Struct, frozen=True):
    """Seasons in which somebody nominated me, the newest first."""

    items: tuple[NomineeRequestLine, ...]
    next_cursor: str | None


@routes.add("GET", "/nominee-requests", summary="谁来征求我的意见", errors=[binding_needed])
async def list_nominee_requests(account: Account, page: PageQuery) -> NomineeRequestPage:
    """有人推荐了我、等我决定的，和我答复过的；资料删除以后就不在这里了。不显示是谁推荐的。"""
    rows = await consents.requests_of(bound_citizen(account), decode_id(page.cursor), page.limit + 1)
    lines = tuple(line_of(each) for each in rows[: page.limit])
    return NomineeRequestPage(lines, encode_cursor(str(lines[-1].id)) if len(rows) > page.limit else None)


@routes.add("GET", "/nominee-requests/<nominee_id>", summary="会展示我的什么", errors=_ONE)
async def show_nominee_request(session: Session, vault: Vault, nominee_id: UUID) -> NomineeRequestShown:
    """会展示的内容、收到几份推荐、每一项同意是什么意思。照片的链接十分钟后失效，只有您这部手机能打开。"""
    return await shown(vault, session, await consents.request_of(bound_citizen(session.account), nominee_id))


@routes.add(
    "POST",
    "/nominee-requests/<nominee_id>/answer",
    summary="答复参加或者不参加",
    errors=[
        *_ONE,
        *(consents.answered_already, consents.request_changed, consents.nominee_ended, consents.under_age),
        season_not_open,
    ],
)
async def answer_nominee_request(
    session: Session, vault: Vault, nominee_id: UUID, body: NomineeAnswer, write: Once
) -> NomineeRequestShown:
    """不参加的不用说明理由，资料三十天内删除，推荐人只知道已经结束。参加的，每一项都要选同意或者不同意。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        answered = await consents.answer(citizen, nominee_id, body.version, body.taking_part, _said(body))
        return str(answered.id)

    return await shown(vault, session, await consents.request_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominee-requests/<nominee_id>/consents",
    summary="撤回或者给出一项同意",
    errors=[*_ONE, *_CHANGED, consents.not_to_give_now, consents.handed_over_already],
)
async def change_nominee_consent(
    session: Session, vault: Vault, nominee_id: UUID, body: NomineeConsentChange, write: Once
) -> NomineeRequestShown:
    """撤回马上生效：不再给邻里看、核查结果作废、公示和光荣榜上撤下。评审结束以前，也可以改为同意。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        return str((await my_honours.change_consent(citizen, nominee_id, body.kind, body.given)).id)

    return await shown(vault, session, await consents.request_of(citizen, UUID(await once(write, deed))))


@routes.add(
    "POST",
    "/nominee-requests/<nominee_id>/step-down",
    summary="退出这一届评选",
    errors=[*_ONE, *_CHANGED],
)
async def step_down_as_nominee(session: Session, vault: Vault, nominee_id: UUID, write: Once) -> NomineeRequestShown:
    """授予荣誉以前随时可以退出，不用说明理由；马上不再展示，资料三十天内删除。"""
    citizen = bound_citizen(session.account)

    async def deed() -> str:
        return str((await consents.step_down(citizen, nominee_id)).id)

    return await shown(vault, session, await consents.request_of(citizen, UUID(await once(write, deed))))


def _said(body: NomineeAnswer) -> dict[ConsentKind, bool]:
    """What she said yes or no to; what she left open is not there."""
    found: dict[ConsentKind, bool | None] = {kind: getattr(body, kind) for kind in CONSENTS}
    return {kind: given for kind, given in found.items() if given is not None}
