"""The catalogue desk: every version to read and compare; for who may, publishing a new one and taking it back."""

import asyncio
from itertools import groupby
from typing import Any

from sanic import HTTPResponse
from sanic.exceptions import PayloadTooLarge, RequestTimeout

from backend import clock
from backend.console.catalogue_lines import with_lines
from backend.console.desk import Desk
from backend.console.visit import HOME, Visit
from backend.errors import Conflict, Invalid
from backend.pages import typed
from backend.records.catalogue import DOMAINS, HONOURS, Catalogue, fingerprint, parse_catalogue
from backend.records.catalogue_comments import comments_by_version, read_comments
from backend.records.catalogue_differences import Difference, differences
from backend.records.catalogue_publishing import COMMENT_DAYS, MANAGE, Checked, check, publish, withdraw
from backend.records.catalogue_versions import (
    STATES,
    Version,
    catalogue_of,
    department_names,
    named_in,
    version_before,
    version_named,
    versions,
)
from backend.records.catalogue_words import EVIDENCE, KINDS, evidence_words, item_words, level_words, points_words
from backend.records.strict_toml import MOST_BYTES, CatalogueRefused
from miniprogram_api.surface.upload import STAFF, read_upload, slot

desk = Desk("catalogue")

COMMENTS_A_PAGE = 50
PLACES = {domain: place for place, domain in enumerate((*DOMAINS, HONOURS))}  # as in the county's plan
BADGES = {"coming": "waiting", "in_force": "good", "past": "", "withdrawn": "bad"}
DONE = {
    "published": "已公布，现在开始征求意见。",
    "first": "已公布。",
    "withdrawn": "已收回。这个版本不会施行，版本号不再使用。",
}


def file_too_large() -> Invalid:
    return Invalid("file_too_large", f"文件太大，最多 {MOST_BYTES // 1024} KB。请确认选的是目录文件（.toml）。")


def upload_too_slow() -> Invalid:
    return Invalid("upload_too_slow", "网络太慢，文件没有传完。请换个网络再传一次。")


def file_changed() -> Conflict:
    return Conflict("file_changed", "文件和刚才检查的不一样了，没有公布。请重新检查一遍。")


@desk.add("GET", "/catalogue", permission=None)
async def show_versions(visit: Visit) -> HTTPResponse:
    """Every version, the latest first, and for who may publish the form to check a file."""
    may = visit.staff.may(MANAGE)
    values: dict[str, Any] = {
        "known": await versions(withdrawn=True),
        "said": await comments_by_version() if may else {},
        "may": may,
        "comment_days": COMMENT_DAYS,
        "most_bytes": MOST_BYTES,
    }
    return await _show(visit, "catalogue.html", **values)


@desk.add("GET", "/catalogue/versions/<version:str>", permission=None)
async def show_version(visit: Visit, version: str) -> HTTPResponse:
    """One version: how it stands, what it changes, all that it says."""
    known = await version_named(version, withdrawn=True)
    may = visit.staff.may(MANAGE)
    before = None if known.state == "withdrawn" else await version_before(known)
    catalogue, names = await catalogue_of(known.row), await department_names()
    values: dict[str, Any] = {
        "known": known,
        "before": before,
        "changes": differences(await catalogue_of(before.row), catalogue, names) if before else [],
        "said": (await comments_by_version()).get(known.name, 0) if may else 0,
        "may": may,
        **_content(catalogue, names),
    }
    return await _show(visit, "catalogue_version.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("GET", "/catalogue/changes", permission=None)
async def compare(visit: Visit) -> HTTPResponse:
    """Two versions side by side: the newest against the one before it, unless others are asked for."""
    known = await versions()
    values: dict[str, Any] = {"known": known, "old": None, "new": None, "groups": []}
    if len(known) > 1:
        old = named_in(known, visit.asked("from") or known[1].name)
        new = named_in(known, visit.asked("to") or known[0].name)
        values |= {"old": old, "new": new, "groups": _grouped(await _between(old, new))}
    return await _show(visit, "catalogue_compare.html", **values)


@desk.add("POST", "/catalogue/check", permission=MANAGE, upload=True)
async def check_file(visit: Visit) -> HTTPResponse:
    """What a file would publish, or all that is wrong with it by line; nothing is kept."""
    data = await _file(visit)
    try:
        checked = await check(await asyncio.to_thread(parse_catalogue, data))
    except CatalogueRefused as refused:
        return await _refuse(visit, data, refused)
    known, names = await versions(), await department_names()
    before = await catalogue_of(known[0].row) if known and not checked.stands else None
    values: dict[str, Any] = {
        "checked": checked,
        "days": _days(checked),
        "newest": known[0] if known else None,
        "changes": differences(before, checked.parsed, names) if before else [],
        **_content(checked.parsed, names),
    }
    return await _show(visit, "catalogue_preview.html", **values)


@desk.add("POST", "/catalogue/publish/<digest:str>", permission=MANAGE, upload=True)
async def publish_file(visit: Visit, digest: str) -> HTTPResponse:
    """Publish the file that was checked: the browser sends it again, and it has to be the same one."""
    data = await _file(visit)
    if fingerprint(data) != digest:
        raise file_changed()
    try:
        checked = await publish(visit.staff, data)
    except CatalogueRefused as refused:
        return await _refuse(visit, data, refused)
    place = (
        f"{HOME}/catalogue/versions/{checked.parsed.version}?done={'published' if checked.comments_until else 'first'}"
    )
    return HTTPResponse(status=201, headers={"HX-Redirect": place, "Cache-Control": "no-store"})


@desk.add("POST", "/catalogue/versions/<version:str>/withdraw", permission=MANAGE)
async def withdraw_version(visit: Visit, version: str) -> HTTPResponse:
    """Take a coming version back."""
    known = await version_named(version, withdrawn=True)
    await withdraw(visit.staff, known.name)
    return visit.go(f"/catalogue/versions/{known.name}?done=withdrawn")


@desk.add("GET", "/catalogue/versions/<version:str>/comments", permission=MANAGE)
async def show_comments(visit: Visit, version: str) -> HTTPResponse:
    """What people say to a version, without their names; that it was read is in the audit log."""
    known = await version_named(version, withdrawn=True)
    before = typed.id_of(visit.asked("before"))
    limit = COMMENTS_A_PAGE + 1
    seen = await read_comments(visit.vault, visit.staff, known.name, before=before, limit=limit)
    page = seen[:COMMENTS_A_PAGE]
    further = page[-1].id if len(seen) > COMMENTS_A_PAGE else None
    return await _show(visit, "catalogue_comments.html", known=known, page=page, before=before, further=further)


async def _show(visit: Visit, template: str, status: int = 200, **values: Any) -> HTTPResponse:
    return await visit.show(template, status, states=STATES, badges=BADGES, today=clock.today(), **values)


async def _refuse(visit: Visit, data: bytes, refused: CatalogueRefused) -> HTTPResponse:
    found = await asyncio.to_thread(with_lines, data, refused.faults)
    return await _show(visit, "catalogue_faults.html", 422, found=found, more=refused.more)


async def _file(visit: Visit) -> bytes:
    try:
        with slot(f"{STAFF}{visit.staff.id}"):
            return (await read_upload(visit.request, MOST_BYTES)).data
    except PayloadTooLarge:
        raise file_too_large() from None
    except RequestTimeout:
        raise upload_too_slow() from None


async def _between(old: Version, new: Version) -> list[Difference]:
    return differences(await catalogue_of(old.row), await catalogue_of(new.row), await department_names())


def _grouped(found: list[Difference]) -> list[tuple[str, list[Difference]]]:
    return [(about, list(each)) for about, each in groupby(found, lambda difference: difference.about)]


def _content(catalogue: Catalogue, names: dict[str, str]) -> dict[str, Any]:
    """All that a version says, in words, its items by their domains."""
    items = {each.code: each for each in catalogue.items}
    by_domain: dict[str, list[dict[str, Any]]] = {}
    for item in sorted(catalogue.items, key=lambda each: (PLACES[each.domain], each.code)):
        shown = {"said": item, "kind": KINDS[item.kind], "gives": points_words(item), "words": item_words(item, names)}
        by_domain.setdefault(item.domain, []).append(shown)
    return {
        "catalogue": catalogue,
        "levels": [level_words(each) for each in catalogue.levels],
        "caps": {each.domain: each.points_per_year for each in catalogue.domain_caps},
        "by_domain": by_domain,
        "evidence": [(EVIDENCE[rule.kind], evidence_words(rule, items, names)) for rule in catalogue.evidence],
    }


def _days(checked: Checked) -> int | None:
    """How many days people would have to speak, today among them."""
    until = checked.comments_until
    return None if until is None else (until - clock.today()).days + 1
