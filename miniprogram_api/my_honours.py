"""My honours: read, shown in the gallery or not as I wish, and their certificates to save."""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.citizens.models import Citizen
from backend.honours import my_honours
from backend.honours.honour_about import Opened, no_such_honour
from backend.secrets import Vault
from media.pictures import picture_damaged
from media.workshop import Workshop, workshop_away, workshop_busy
from miniprogram_api.honours import HonourShown, line_of
from miniprogram_api.surface.operation import Body, Bytes, Routes

routes = Routes("荣誉")

Action = Literal["save_certificate", "hide", "show", "drop_picture"]
_JPEG = "image/jpeg"


class MyHonour(HonourShown, frozen=True):
    """One honour of mine, shown in the gallery or not."""

    shown: bool
    shown_label: str
    record_id: UUID | None  # of the record in my records, once there is one
    actions: tuple[Action, ...]


class MyHonours(Struct, frozen=True):
    """All of mine, the newest first."""

    items: tuple[MyHonour, ...]


class HonourVisibility(Body, frozen=True, kw_only=True):
    """Whether everybody may see it in the gallery."""

    shown: bool


@routes.add("GET", "/my-honours", summary="我的荣誉")
async def list_my_honours(citizen: Citizen, vault: Vault) -> MyHonours:
    """我获得的荣誉，撤下展示的也在里面。"""
    return MyHonours(tuple(_mine(each) for each in await my_honours.list_of(vault, citizen)))


@routes.add("GET", "/my-honours/<honour_id>", summary="我的一项荣誉", errors=[no_such_honour])
async def show_my_honour(citizen: Citizen, vault: Vault, honour_id: UUID) -> MyHonour:
    """编号、主办单位、展示的内容，以及现在可以做什么。"""
    return _mine(await my_honours.honour_of(vault, citizen, honour_id))


@routes.add("PUT", "/my-honours/<honour_id>/visibility", summary="在光荣榜展示或撤下", errors=[no_such_honour])
async def set_honour_visibility(citizen: Citizen, vault: Vault, honour_id: UUID, body: HonourVisibility) -> MyHonour:
    """随时可以撤下，马上生效，荣誉本身和记录不受影响；想恢复也随时可以。重复提交结果不变。"""
    await my_honours.set_shown(citizen, honour_id, body.shown)
    return _mine(await my_honours.honour_of(vault, citizen, honour_id))


@routes.add("DELETE", "/my-honours/<honour_id>/picture", summary="去掉荣誉旁边的照片", errors=[no_such_honour])
async def drop_honour_picture(citizen: Citizen, vault: Vault, honour_id: UUID) -> MyHonour:
    """去掉以后不能恢复，文字照常展示。没有照片也不报错。"""
    await my_honours.drop_picture(citizen, honour_id)
    return _mine(await my_honours.honour_of(vault, citizen, honour_id))


@routes.add(
    "GET",
    "/my-honours/<honour_id>/certificate",
    summary="我的荣誉证书图片",
    errors=[no_such_honour, workshop_busy, workshop_away, picture_damaged],
    media_types=(_JPEG,),
    limit="30/minute",
)
async def show_certificate(citizen: Citizen, vault: Vault, workshop: Workshop, honour_id: UUID) -> Bytes:
    """一张 JPEG，宽 1080 高 1440，可以保存到相册；只有姓名、荣誉名称、年份、主办单位和编号。只有本人能取。"""
    return Bytes(_JPEG, await my_honours.certificate(vault, workshop, citizen, honour_id))


def _mine(found: Opened) -> MyHonour:
    honour = found.honour
    actions = ["save_certificate", "hide" if honour.shown else "show"]
    said = {
        **line_of(found),
        "story": found.about.story,
        "owner": found.about.owner,
        "number": honour.number,
        "shown": honour.shown,
        "shown_label": "在光荣榜展示" if honour.shown else "没有展示",
        "record_id": honour.record_id,
        "actions": [*actions, "drop_picture"] if honour.picture_id else actions,
    }
    return msgspec.convert(said, MyHonour)
