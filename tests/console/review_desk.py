"""What several stories about reviewing begin with: editors at their browsers, articles that are ready for review."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from backend import clock
from backend.content import articles, flow
from backend.content.draft import Draft
from backend.content.models import Article
from backend.staff.models import Department
from backend.staff.permissions import Staff, staff_of
from media.models import PublishedMedia
from tests.console.conftest import Office, Officer

PRESS = "XCB"
TITLE = "诚信经营，一家老面馆的二十年"
HTML = (
    "<p>在鲁山县城的老街上，有一家开了二十年的面馆。</p><h2>一碗面的分量</h2>"
    "<p>老板说，秤要给足，账要算清。</p><p>街坊都说，在这里吃面放心。</p><p>二十年没有红过脸。</p>"
    "<table><tbody><tr><td>年份</td><td>面价</td></tr><tr><td>2006年</td><td>3元</td></tr></tbody></table>"
)


async def at_press(office: Office, username: str, name: str, role: str = "editor") -> Officer:
    """A signed-in editor of 县委宣传部."""
    if not await Department.filter(code=PRESS).exists():
        since = clock.today() - timedelta(days=900)
        await Department.create(code=PRESS, name="县委宣传部", office="新闻科", phone="0375-0000101", from_day=since)
    return await office.signed_in(username, roles=[role], department=PRESS, name=name)


@dataclass
class Desk:
    """The people of the editorial desk: who wrote, and who holds the three reviews."""

    writer: Officer
    first: Officer
    second: Officer
    chief: Officer


async def the_desk(office: Office) -> Desk:
    """Everybody, signed in."""
    return Desk(
        await at_press(office, "bj-1", "张编辑"),
        await at_press(office, "bj-2", "李编辑"),
        await at_press(office, "bj-3", "王编辑"),
        await at_press(office, "zb-1", "赵主编", "chief_editor"),
    )


async def staff(officer: Officer) -> Staff:
    """Whoever sits at this browser."""
    assert officer.user is not None
    return await staff_of(officer.user)


async def a_picture(article_id: UUID, by: UUID) -> PublishedMedia:
    """A picture of the article's, cropped to both shapes of a cover; its files are not asked for."""
    return await PublishedMedia.create(
        held_by=f"article:{article_id}",
        kind="picture",
        name="",
        format="webp",
        size=120_000,
        width=1600,
        height=1200,
        crops={"wide": [0, 0, 1600, 681], "square": [200, 0, 1200, 1200]},
        original_digest="0" * 64,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )


def a_draft(**changes: Any) -> Draft:
    """What she wrote, with everything that a review asks for but the cover."""
    said: dict[str, Any] = {
        "title": TITLE,
        "channel": "stories",
        "summary": "一家面馆二十年足斤足两。",
        "source": "县委宣传部",
        "author": "张编辑",
        "html": HTML,
        "tags": ("诚信经营",),
    }
    return Draft(**said | changes)


async def written(writer: Officer, **changes: Any) -> Article:
    """An article of hers with a cover, ready to be handed in."""
    who = await staff(writer)
    article = await articles.create(who, a_draft(**changes))
    cover = await a_picture(article.id, who.id)
    await articles.save(who, article.id, a_draft(**changes, cover_id=cover.id), from_version=1)
    return await now(article)


async def changed(writer: Officer, article: Article, **changes: Any) -> Article:
    """Another save, with these fields different."""
    loaded = await articles.load(article.id)
    draft = msgspec.structs.replace(loaded.draft, **changes)
    await articles.save(await staff(writer), article.id, draft, from_version=loaded.article.version)
    return await now(article)


async def handed_in(writer: Officer, article: Article | None = None, **changes: Any) -> Article:
    """An article that waits for 初审."""
    article = article or await written(writer, **changes)
    return await flow.submit(await staff(writer), article.id, article.version)


async def passed(desk: Desk, article: Article, stages: int = 3) -> Article:
    """So many of the three reviews, each by another one, without their pages."""
    for reviewer in (desk.first, desk.second, desk.chief)[:stages]:
        who = await staff(reviewer)
        loaded = await articles.load(article.id)
        sentences = flow.needed_confirmations(loaded.draft, who)
        await flow.pass_review(who, article.id, loaded.article.version, "", sentences)
    return await now(article)


async def published(desk: Desk, **changes: Any) -> Article:
    """An article that readers see."""
    return await passed(desk, await handed_in(desk.writer, **changes))


async def lets_pass(reviewer: Officer, article: Article, **fields: str) -> httpx.Response:
    """She reads the article, and presses the button under it."""
    await reviewer.get(f"/reviews/{article.id}")
    sent = {"version": str((await now(article)).version), **fields}
    return await reviewer.post(f"/reviews/{article.id}/pass", sent)


async def sends_back(reviewer: Officer, article: Article, why: str = "请核实面馆开业的年份。") -> httpx.Response:
    """She gives it back to its writer."""
    sent = {"version": str((await now(article)).version), "why": why}
    return await reviewer.post(f"/reviews/{article.id}/back", sent)


async def now(article: Article) -> Article:
    """The article as it stands."""
    return await Article.get(id=article.id).select_related("writer")
