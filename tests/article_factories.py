"""Published articles with defaults, through `publishing` but without the editors' whole way, in an open database."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend import clock
from backend.content import publishing
from backend.content.draft import Draft
from backend.content.models import Article, Campaign, Publication
from backend.staff.models import Department, StaffUser

_titles = itertools.count(1)
_keys = itertools.count(1)


def moment(said: str) -> datetime:
    """`2026-11-23 09:00` in the county."""
    return datetime.fromisoformat(said).replace(tzinfo=clock.SHANGHAI)


async def writer() -> StaffUser:
    """The one who wrote everything here: 县委宣传部's editor."""
    department, _ = await Department.get_or_create(
        code="XCB",
        defaults={
            "name": "县委宣传部",
            "office": "县委宣传部新闻科",
            "phone": "0375-0000101",
            "from_day": date(2024, 1, 1),
        },
    )
    known, _ = await StaffUser.get_or_create(
        username="bj-writer", defaults={"name": "宣编辑", "department": department, "created_at": clock.now()}
    )
    return known


async def article(title: str = "", *, ends_at: datetime | None = None) -> Article:
    """An article on the editors' side, one that passed."""
    now = clock.now()
    return await Article.create(
        state="passed",
        version=1,
        newest_number=1,
        writer=await writer(),
        title=title,
        channel="knowledge",
        ends_at=ends_at,
        created_at=now,
        changed_at=now,
    )


def a_draft(text: str = "诚实守信，人人有责。", **said: Any) -> Draft:
    """What it says; each line of `text` is a paragraph."""
    html = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return Draft(**{"title": f"文章{next(_titles)}", "channel": "knowledge", "html": html, **said})


async def published(
    text: str = "诚实守信，人人有责。", *, at: datetime | None = None, ends_at: datetime | None = None, **said: Any
) -> UUID:
    """An article that readers see from `at` on, or now."""
    draft = a_draft(text, **said)
    row = await article(draft.title, ends_at=ends_at)
    await publishing.publish(row, 1, draft, at or clock.now())
    return row.id


async def published_over_days(count: int, **said: Any) -> list[UUID]:
    """So many, one a day up to yesterday; the newest first."""
    today = clock.now()
    ids = [await published(at=today - timedelta(days=days), **said) for days in range(count, 0, -1)]
    return ids[::-1]


async def campaign(name: str = "质量月", **said: Any) -> Campaign:
    """A campaign of this month."""
    today = clock.today()
    row = {
        "key": f"campaign-{next(_keys)}",
        "summary": "一起讲诚信。",
        "starts_on": today,
        "ends_on": today + timedelta(days=29),
        "created_at": clock.now(),
    }
    return await Campaign.create(name=name, **row | said)


async def publication(article_id: UUID) -> Publication:
    """Its row."""
    return await Publication.get(article_id=article_id)


def changed(draft: Draft, **said: Any) -> Draft:
    """The same with these changes."""
    return msgspec.structs.replace(draft, **said)
