"""The published checkpoints: proof, for anybody, that no points were altered afterwards."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from backend.points import checkpoints
from backend.points.models import Checkpoint
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_number, encode_cursor

routes = Routes("每日校验")

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class CheckpointShown(Struct, frozen=True):
    """One day's checkpoint. It says nothing about any one person."""

    number: Annotated[int, Meta(description="从 1 开始，不间断")]
    day: date
    enrolments: Annotated[int, Meta(description="包括多少人次的积分明细链，含已退出的")]
    entries: Annotated[int, Meta(description="这些链里一共有多少条积分明细")]
    heads_digest: Annotated[Digest, Meta(description="所有链末端的摘要（SHA-256）")]
    previous_hash: Annotated[str, Meta(description="前一号的校验码；第 1 号为空")]
    hash: Annotated[
        Digest,
        Meta(description="校验码：SHA-256(previous_hash + JSON [number, day, enrolments, entries, heads_digest])"),
    ]


class CheckpointPage(Struct, frozen=True):
    """Checkpoints, newest first."""

    items: tuple[CheckpointShown, ...]
    next_cursor: str | None


@routes.add("GET", "/checkpoints", summary="积分明细的每日校验码", public=True)
async def list_checkpoints(page: PageQuery) -> CheckpointPage:
    """每天把所有人的积分明细合成一个校验码公布，从新到旧；事后有人改动明细，就与公布过的校验码对不上。不含任何个人信息。"""
    rows = await checkpoints.newest(before=decode_number(page.cursor), limit=page.limit + 1)
    shown = tuple(_checkpoint(row) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return CheckpointPage(shown, encode_cursor(str(shown[-1].number)) if more else None)


def _checkpoint(row: Checkpoint) -> CheckpointShown:
    return CheckpointShown(
        number=row.number,
        day=row.day,
        enrolments=row.enrolments,
        entries=row.entries,
        heads_digest=row.heads_digest,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
