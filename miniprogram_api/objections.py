"""公示异议: say privately what speaks against somebody in a notice, take it back, and read what came of it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.awards.season_faults import season_not_found, season_not_open
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Citizen
from backend.honours import objecting
from backend.honours.models import Objection
from backend.honours.objection_words import OBJECTION_STATES, ObjectionState
from backend.secrets import Vault
from backend.staff.departments import Office, offices
from miniprogram_api.surface.operation import Body, Moment, Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("评选")

Action = Literal["withdraw"]


class ObjectionWritten(Body, frozen=True, kw_only=True):
    """What speaks against somebody in the notice."""

    words: Annotated[
        str,
        Meta(
            max_length=objecting.MOST_WORDS,
            description=f"事情经过，{objecting.LEAST_WORDS} 到 {objecting.MOST_WORDS} 字",
        ),
    ]


class ObjectionLine(Struct, frozen=True):
    """An objection of mine in the list; whom it is about stands nowhere, for the list may lie open."""

    id: UUID
    number: str
    season_id: UUID
    season: str
    state: ObjectionState
    state_label: str
    actions: tuple[Action, ...]
    at: Moment
    decided_at: Moment | None


class ObjectionShown(ObjectionLine, frozen=True):
    """An objection of mine, whole."""

    words: Annotated[str, Meta(description="撤回或者到期删除后为空")]
    answer: Annotated[str, Meta(description="办理答复")] | None
    office: Annotated[Office, Meta(description="主办单位；对答复有不同意见也找它")] | None


class ObjectionPage(Struct, frozen=True):
    """Objections, newest first."""

    items: tuple[ObjectionLine, ...]
    next_cursor: str | None


@routes.add(
    "POST",
    "/nominees/<nominee_id>/objections",
    summary="提出公示异议",
    errors=[objecting.not_in_notice, season_not_found, season_not_open, objecting.too_many_objections],
    status=201,
)
async def object_to_nominee(
    citizen: Citizen, vault: Vault, nominee_id: UUID, body: ObjectionWritten, write: Once
) -> ObjectionShown:
    """只在公示期间可以提，每届最多三份。只有办理的工作人员看得到是谁提的、说了什么；公布结果以前答复。"""

    async def deed() -> str:
        return str((await objecting.object_to(vault, citizen, nominee_id, body.words)).id)

    return await _shown(vault, await objecting.objection_of(citizen, UUID(await once(write, deed))))


@routes.add("GET", "/objections", summary="我提出的公示异议", errors=[binding_needed])
async def list_objections(account: Account, page: PageQuery) -> ObjectionPage:
    """从新到旧，只有您自己看得到。"""
    rows = await objecting.list_of(bound_citizen(account), decode_id(page.cursor), page.limit + 1)
    lines = tuple(_line(row) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return ObjectionPage(lines, encode_cursor(str(lines[-1].id)) if more else None)


@routes.add(
    "GET",
    "/objections/<objection_id>",
    summary="一份公示异议",
    errors=[objecting.no_such_objection, binding_needed],
)
async def show_objection(account: Account, vault: Vault, objection_id: UUID) -> ObjectionShown:
    """您写的内容、办到哪一步、答复和理由。"""
    return await _shown(vault, await objecting.objection_of(bound_citizen(account), objection_id))


@routes.add(
    "POST",
    "/objections/<objection_id>/withdraw",
    summary="撤回公示异议",
    errors=[objecting.no_such_objection, objecting.objection_not_withdrawable, binding_needed],
)
async def withdraw_objection(account: Account, vault: Vault, objection_id: UUID, write: Once) -> ObjectionShown:
    """答复以前随时可以撤回，写的内容立即删除。"""
    citizen = bound_citizen(account)

    async def deed() -> str:
        return str((await objecting.withdraw(citizen, objection_id)).id)

    return await _shown(vault, await objecting.objection_of(citizen, UUID(await once(write, deed))))


def _line(row: Objection) -> ObjectionLine:
    state = msgspec.convert(row.state, ObjectionState)
    return ObjectionLine(
        id=row.id,
        number=row.number,
        season_id=row.season_id,
        season=row.nominee.season.name,
        state=state,
        state_label=OBJECTION_STATES[state],
        actions=("withdraw",) if state == "waiting" else (),
        at=row.at,
        decided_at=row.decided_at,
    )


async def _shown(vault: Vault, row: Objection) -> ObjectionShown:
    return ObjectionShown(
        **msgspec.structs.asdict(_line(row)),
        words=objecting.words_of(vault, row),
        answer=objecting.answer_of(vault, row) or None,
        office=(await offices()).get(row.nominee.season.department_id),
    )
