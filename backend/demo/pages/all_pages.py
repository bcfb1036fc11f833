"""The demo's pages as routes."""

import asyncio
from pathlib import Path
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from backend.citizens import sessions
from backend.demo.pages import (
    agreement,
    catalogue,
    evidence,
    evidence_form,
    gains,
    looks,
    points,
    reading,
    reading_campaigns,
    reading_poster,
    records,
)
from backend.demo.pages.reader import READING, for_readers
from backend.demo.pages.visitor import COOKIE, Tools, Visitor, as_page, for_scripts, for_uploads, for_visitors
from backend.demo.stories import KEYS, wechat_user
from backend.demo.wechat_stand_in import StandIn
from backend.errors import NotFound
from backend.pages.forms import form_of, go_to
from backend.secrets import Vault
from backend.settings import Settings
from backend.wechat import WeChat, wechat_away
from miniprogram_api.surface.upload import answered_early

_STATIC = Path(__file__).parent.parent / "static"

_PREFIX = "/demo"
_PAGES = (
    ("GET", "/points", points.show_points),
    ("GET", "/gains", gains.show_gains),
    ("GET", "/what-if", gains.show_what_if),
    ("GET", "/entries", points.list_entries),
    ("GET", "/entries/<entry_id:uuid>", points.show_entry),
    ("GET", "/records", records.list_records),
    ("GET", "/records/<record_id:uuid>", records.show_record),
    ("GET", "/evidence", evidence.list_evidence),
    ("POST", "/evidence", evidence.begin),
    ("GET", "/evidence/new", evidence.choose_kind),
    ("GET", "/evidence/<evidence_id:uuid>", evidence.show_evidence),
    ("GET", "/evidence/<evidence_id:uuid>/edit", evidence_form.show_form),
    ("POST", "/evidence/<evidence_id:uuid>/edit", evidence_form.hand_in),
    ("POST", "/evidence/<evidence_id:uuid>/withdraw", evidence.withdraw),
    ("POST", "/evidence/<evidence_id:uuid>/delete", evidence.delete),
    ("GET", "/looks", looks.list_looks),
    ("GET", "/notices", records.list_notices),
    ("GET", "/notices/<notice_id:uuid>", records.open_notice),
    ("GET", "/enrolment", agreement.show_enrolment),
    ("POST", "/enrolment", agreement.enrol),
    ("POST", "/leave", agreement.leave),
    ("GET", "/catalogue", catalogue.show_catalogue),
    ("GET", "/catalogue/items/<code:str>", catalogue.show_item),
    ("GET", "/catalogue/versions", catalogue.list_versions),
    ("GET", "/catalogue/versions/<version:str>", catalogue.show_version),
    ("GET", "/catalogue/versions/<version:str>/items/<code:str>", catalogue.show_versions_item),
    ("POST", "/catalogue/versions/<version:str>/comments", catalogue.comment),
    ("GET", "/texts", agreement.show_texts),
    ("POST", "/texts", agreement.decide_text),
)

# What everybody may read without signing in, under READING.
_READING = (
    ("GET", "", reading.list_articles),
    ("GET", "/search", reading.search),
    ("GET", "/articles/<article_id:uuid>", reading.show_article),
    ("POST", "/articles/<article_id:uuid>/like", reading.like),
    ("GET", "/articles/<article_id:uuid>/poster", reading_poster.show_poster),
    ("GET", "/campaigns", reading_campaigns.list_campaigns),
    ("GET", "/campaigns/<campaign_id:uuid>", reading_campaigns.show_campaign),
    ("POST", "/campaigns/<campaign_id:uuid>/pledge", reading_campaigns.pledge),
)


def no_such_person() -> NotFound:
    return NotFound("demo_citizen_not_found", "演示里没有这个人，请回到首页选一个。")


def blueprint(tools: Tools) -> Blueprint:
    """All of them under /demo, with signing in and out."""
    pages = Blueprint("demo", url_prefix=_PREFIX)
    for method, path, page in _PAGES:
        pages.add_route(for_visitors(tools, page), path, methods=[method], name=page.__name__)

    for method, path, reading_page in _READING:
        address = READING.removeprefix(_PREFIX) + path
        pages.add_route(for_readers(tools, reading_page), address, methods=[method], name=reading_page.__name__)

    save = for_scripts(tools, evidence_form.save)
    pages.add_route(save, "/evidence/<evidence_id:uuid>/save", methods=["POST"], name="save_evidence")
    send_photo: Any = answered_early(for_uploads(tools, evidence_form.send_photo))
    pages.add_route(send_photo, "/photos", methods=["POST"], name="send_photo", stream=True)
    pages.static("/static", _STATIC, name="demo_static")

    async def sign_in(request: Request) -> HTTPResponse:
        return await _sign_in(tools, request)

    pages.add_route(as_page(sign_in), "/sign-in", methods=["POST"], name="sign_in")
    pages.add_route(for_visitors(tools, _sign_out), "/sign-out", methods=["POST"], name="sign_out")
    return pages


async def _sign_in(tools: Tools, request: Request) -> HTTPResponse:
    """Sign in as everybody does, with a code from WeChat; only that here its stand-in plays the phone."""
    form = form_of(request)
    person, back = form.get("person"), form.get("back", "")
    if person not in KEYS:
        raise no_such_person()
    settings: Settings = tools[Settings]
    try:
        code = await asyncio.to_thread(StandIn(settings.wechat_api_url).code, wechat_user(person))
    except OSError:
        raise wechat_away() from None
    wechat: WeChat = tools[WeChat]
    vault: Vault = tools[Vault]
    signed_in = await sessions.sign_in(wechat, vault, code)
    answer = go_to(back if back.startswith(f"{READING}/") else "/demo/points")
    secure = request.scheme == "https"
    answer.add_cookie(COOKIE, signed_in.token, path="/demo", httponly=True, samesite="Strict", secure=secure)
    return answer


async def _sign_out(visitor: Visitor) -> HTTPResponse:
    """Revoke the session, and forget the cookie."""
    await sessions.sign_out(visitor.session)
    answer = go_to("/")
    answer.delete_cookie(COOKIE, path="/demo")
    return answer
