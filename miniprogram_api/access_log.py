"""Who looked at my data, when and why (charter 8)."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.citizens.access_log import PURPOSES, looks_of
from backend.citizens.models import AccessLog, Account
from miniprogram_api.surface.operation import Moment, Routes
from miniprogram_api.surface.pages import PageQuery, decode_number, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("查询记录")

_THINGS = {
    "evidence": "您提交的证明材料",
    "import": "部门报送的记录",
    "record": "部门报送的一条记录",
    "search": "按身份证号查找部门报送的记录",
    "nomination": "您提交的推荐",
    "nominee": "对您的推荐",
    "season": "评选公示",
    "objection": "公示异议",
    "honour": "您的荣誉",
}
_ANYTHING = "您的信息"


class LookShown(Struct, frozen=True):
    """One look at my data by a staff user."""

    id: UUID
    looked_at: Moment
    reader: Annotated[str, Meta(description="查看的工作人员")]
    department: Annotated[str, Meta(description="当时所在的部门")]
    purpose: str
    purpose_label: Annotated[str, Meta(description="为什么查看")]
    about_kind: Annotated[
        str,
        Meta(
            description="查看了哪一类内容：evidence 证明材料，import 部门报送的记录，record 其中的一条，"
            "search 按身份证号查找部门报送的记录，nomination 推荐，nominee 对您的推荐，season 评选公示，"
            "objection 公示异议，honour 荣誉"
        ),
    ]
    about_id: UUID
    about_label: str


class LookPage(Struct, frozen=True):
    """Looks, newest first."""

    items: tuple[LookShown, ...]
    next_cursor: str | None


@routes.add("GET", "/access-log", summary="谁查看过我的信息", errors=[binding_needed])
async def list_looks(account: Account, page: PageQuery) -> LookPage:
    """工作人员每次查看您的信息，都先在这里记下是谁、哪个部门、什么时候、为什么。记录不能修改，也不能删除。"""
    citizen = bound_citizen(account)
    rows = await looks_of(citizen, before=decode_number(page.cursor), limit=page.limit + 1)
    shown = tuple(_look(row) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return LookPage(shown, encode_cursor(str(rows[page.limit - 1].sequence)) if more else None)


def _look(row: AccessLog) -> LookShown:
    kind, _, thing = row.about.partition(":")
    return LookShown(
        id=row.id,
        looked_at=row.looked_at,
        reader=row.reader_name,
        department=row.reader_department,
        purpose=row.purpose,
        purpose_label=PURPOSES[row.purpose],
        about_kind=kind,
        about_id=UUID(thing),
        about_label=_THINGS.get(kind, _ANYTHING),
    )
