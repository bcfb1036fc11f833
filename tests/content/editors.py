"""Editors of the county, their drafts and files, and an article's way in one line. They need an open database."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from backend import clock
from backend.content import articles, flow
from backend.content.draft import Draft
from backend.content.models import Article, Review
from backend.errors import DomainError
from backend.staff.models import AuditEvent, Department, StaffRole, StaffUser
from backend.staff.permissions import Staff, staff_of
from media.models import PublishedMedia

DESK = "XCB"
NAMES = {
    "writer": "编辑甲",
    "first": "编辑乙",
    "second": "编辑丙",
    "chief": "主编丁",
    "deputy": "副主编",
    "stranger": "报送戊",
}
ROLES: dict[str, Sequence[str]] = {
    "chief": ("chief_editor",),
    "deputy": ("chief_editor",),
    "stranger": ("officer", "admin"),
}


async def editor(username: str = "writer") -> Staff:
    """One of NAMES, or another editor of that name; the same one each time."""
    user = await StaffUser.get_or_none(username=username)
    if user is None:
        about = {"name": "县委宣传部", "office": "新闻股", "phone": "0375-0000110", "from_day": date(2019, 1, 1)}
        await Department.get_or_create(code=DESK, defaults=about)
        name = NAMES.get(username, username)
        user = await StaffUser.create(username=username, name=name, department_id=DESK, created_at=clock.now())
        for role in ROLES.get(username, ("editor",)):
            await StaffRole.create(staff_id=user.id, role=role, given_at=clock.now())
    return await staff_of(user)


async def file(article_id: UUID, kind: str = "picture", **about: Any) -> UUID:
    """A file that was uploaded for an article; a picture is cut as a cover."""
    values: dict[str, Any] = {
        "held_by": f"article:{article_id}",
        "kind": kind,
        "name": "",
        "format": {"picture": "webp", "pdf": "pdf", "video": "mp4", "audio": "mp3"}[kind],
        "size": 1000,
        "width": 1200,
        "height": 900,
        "crops": {"wide": [0, 0, 900, 383], "square": [0, 0, 500, 500]} if kind == "picture" else {},
        "original_digest": "0" * 64,
        "uploaded_by": (await editor()).id,
        "uploaded_at": clock.now(),
    }
    return (await PublishedMedia.create(**values | about)).id


def draft(**changes: Any) -> Draft:
    """What an editor might write first."""
    values: dict[str, Any] = {
        "title": "诚信鲁山在行动",
        "channel": "knowledge",
        "summary": "看看什么是公共信用记录。",
        "html": "<p>诚信是立身之本。</p><p>公共信用记录由部门依法报送。</p>",
    }
    return Draft(**values | changes)


async def written(**changes: Any) -> tuple[Article, Draft]:
    """An article of the writer's with a cover, ready to be handed in, with these changes."""
    writer = await editor()
    article = await articles.create(writer, draft(title="新文章"))
    ready = draft(**{"cover_id": await file(article.id)} | changes)
    await articles.save(writer, article.id, ready, from_version=1)
    return await Article.get(id=article.id), ready


async def submitted(**changes: Any) -> Article:
    """The same, handed in."""
    article, _ = await written(**changes)
    return await flow.submit(await editor(), article.id, article.version)


async def passes(article: Article, username: str, confirmed: Sequence[str] = ()) -> Article:
    """Her pass of the stage at which the article stands."""
    version = (await Article.get(id=article.id)).version
    return await flow.pass_review(await editor(username), article.id, version, "同意", confirmed)


async def refused(article: Article, username: str) -> str:
    """The code with which her pass is refused; nothing has changed then."""
    before = await Article.get(id=article.id), await Review.all().count(), await AuditEvent.all().count()
    with pytest.raises(DomainError) as error:
        await passes(article, username)
    after = await Article.get(id=article.id), await Review.all().count(), await AuditEvent.all().count()
    assert (before[0].state, before[0].version, *before[1:]) == (after[0].state, after[0].version, *after[1:])
    return error.value.code


async def finished(**changes: Any) -> Article:
    """An article that has passed all three reviews."""
    article = await submitted(**changes)
    for username in ("first", "second", "chief"):
        article = await passes(article, username)
    return article


async def changes(article: Article, username: str = "writer", **about: Any) -> articles.Saved:
    """Her next save of the article, with these changes of what it says now."""
    loaded = await articles.load(article.id)
    values = {name: getattr(loaded.draft, name) for name in Draft.__struct_fields__}
    after = Draft(**values | about)
    return await articles.save(await editor(username), article.id, after, from_version=loaded.article.version)
