"""Editors at their desk, as the page's own script speaks: drafts sent as files, answers in JSON."""

import json
from typing import Any
from uuid import UUID

import httpx

from backend.content.models import Article
from tests.console.conftest import Office, Officer

HTMX = {"HX-Request": "true"}


async def editor(office: Office, username: str = "bj-1", name: str = "王编辑", role: str = "editor") -> Officer:
    """An editor of the county's one editorial desk."""
    return await office.signed_in(username, roles=[role], name=name)


async def begun(who: Officer, title: str = "诚信兴商宣传月开始了", channel: str = "knowledge") -> UUID:
    """A new article of hers."""
    answer = await who.post("/articles", {"title": title, "channel": channel})
    assert answer.status_code == 303, who.page
    return UUID(answer.headers["location"].rsplit("/", 1)[1])


def written(**changed: Any) -> dict[str, Any]:
    """A draft as the page sends it."""
    return {
        "title": "诚信兴商宣传月开始了",
        "channel": "knowledge",
        "summary": "",
        "source": "",
        "author": "",
        "campaign_id": None,
        "tags": [],
        "cover_id": None,
        "html": "<p>今天，宣传月在县城开始。</p>",
        "attachments": [],
        "about_failure": False,
        "shows_person": False,
        "consent_note": "",
        **changed,
    }


async def send_file(who: Officer, path: str, data: bytes, **headers: str) -> httpx.Response:
    """A text of the page's as the file of a form."""
    if not who.csrf:
        await who.get("/articles")
    asked = {"X-CSRF-Token": who.csrf, **HTMX, **headers}
    return await who.send("POST", path, files={"file": ("blob", data)}, headers=asked)


async def save(
    who: Officer, article_id: UUID, draft: dict[str, Any], *, version: int | None = None, automatic: bool = False
) -> httpx.Response:
    """What the page sends to save; from the newest version unless another is named."""
    if version is None:
        version = (await Article.get(id=article_id)).version
    body = {"draft": draft, "from_version": version, "automatic": automatic}
    return await send_file(who, f"/articles/{article_id}/save", json.dumps(body, ensure_ascii=False).encode())
