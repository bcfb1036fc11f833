"""Pages of the catalogue: its items, its versions, what a coming one changes, and speaking to it."""

from itertools import groupby

from sanic import HTTPResponse

from backend.demo.pages.visitor import Visitor
from backend.errors import Invalid, NotFound
from backend.pages.forms import form_of, go_to
from backend.records.catalogue import DOMAINS, HONOURS
from backend.records.catalogue_comments import LONGEST, SHORTEST
from backend.records.catalogue_words import SEVERITIES, rate_words
from miniprogram_api import catalogue, catalogue_versions
from miniprogram_api.catalogue import CatalogueShown, ItemShown
from miniprogram_api.catalogue_versions import CatalogueCommentWritten, CatalogueVersionShown
from miniprogram_api.surface.body import read_fields
from miniprogram_api.surface.operation import Token

_SIGNS = {"added": "in_force", "removed": "unread", "changed": "waiting"}  # the badge of each kind of change


def no_such_item() -> NotFound:
    return NotFound("item_not_found", "这个版本的目录里没有这个事项，请从目录里打开。")


async def show_catalogue(visitor: Visitor) -> HTTPResponse:
    """The catalogue in force, by domain; and whether another one is coming."""
    shown = await catalogue.show_catalogue()
    versions = await catalogue_versions.list_catalogue_versions()
    return await visitor.show(
        "catalogue.html",
        "points",
        catalogue=shown,
        domains=_domains(shown),
        coming=[each for each in versions.items if each.state == "coming"],
        many=len(versions.items) > 1,
    )


async def show_item(visitor: Visitor, code: str) -> HTTPResponse:
    """An item of the catalogue in force."""
    shown = await catalogue.show_catalogue()
    return await _item(visitor, shown, code, "/demo/catalogue")


async def show_versions_item(visitor: Visitor, version: str, code: str) -> HTTPResponse:
    """An item of one version."""
    shown = await catalogue_versions.show_catalogue_version(Token(version))
    return await _item(visitor, shown.catalogue, code, f"/demo/catalogue/versions/{version}")


async def list_versions(visitor: Visitor) -> HTTPResponse:
    """All versions, the latest first."""
    shown = await catalogue_versions.list_catalogue_versions()
    return await visitor.show("catalogue_versions.html", "points", versions=shown.items)


async def show_version(visitor: Visitor, version: str) -> HTTPResponse:
    """One version: how it stands, what it changes, and while it is open what she wants to say to it."""
    shown = await catalogue_versions.show_catalogue_version(Token(version))
    return await _version(visitor, shown, said=visitor.request.args.get("told") == "said")


async def comment(visitor: Visitor, version: str) -> HTTPResponse:
    """Her comment; said again, it takes the place of the first. A fault is shown at its field."""
    form = form_of(visitor.request)
    text = form.get("text", "")
    try:
        body = read_fields({"text": text}, CatalogueCommentWritten, strict=True)
        write = visitor.once("comment_on_catalogue", form.get("key"), version, text)
        await catalogue_versions.comment_on_catalogue(visitor.account, visitor.vault, Token(version), body, write)
    except Invalid as error:
        shown = await catalogue_versions.show_catalogue_version(Token(version))
        fault = " ".join(each.detail for each in error.fields) or error.detail
        return await _version(visitor, shown, typed=text, fault=fault, status=422)
    return go_to(f"/demo/catalogue/versions/{version}?told=said")


async def _version(
    visitor: Visitor,
    shown: CatalogueVersionShown,
    *,
    said: bool = False,
    typed: str = "",
    fault: str = "",
    status: int = 200,
) -> HTTPResponse:
    changes = await catalogue_versions.show_catalogue_changes(Token(shown.standing.version))
    return await visitor.show(
        "catalogue_version.html",
        "points",
        status=status,
        standing=shown.standing,
        catalogue=shown.catalogue,
        domains=_domains(shown.catalogue),
        changes=[(about, list(each)) for about, each in groupby(changes.items, lambda change: change.about)],
        compared_with=changes.compared_with,
        signs=_SIGNS,
        said=said,
        typed=typed[:LONGEST],
        fault=fault,
        shortest=SHORTEST,
        longest=LONGEST,
        key=visitor.new_key(),
    )


async def _item(visitor: Visitor, shown: CatalogueShown, code: str, back: str) -> HTTPResponse:
    item = next((each for each in shown.items if each.code == code), None)
    if item is None:
        raise no_such_item()
    return await visitor.show(
        "catalogue_item.html",
        "points",
        item=item,
        points=_points(item),
        severity=SEVERITIES[item.severity] if item.severity else None,
        version=shown.version,
        back=back,
    )


def _domains(shown: CatalogueShown) -> list[tuple[str, list[tuple[ItemShown, str]]]]:
    """The items of each domain, as the plan orders them, each with its points in words."""
    domains: dict[str, list[tuple[ItemShown, str]]] = {domain: [] for domain in (*DOMAINS, HONOURS)}
    for item in shown.items:
        domains[item.domain].append((item, _points(item)))
    return [(domain, items) for domain, items in domains.items() if items]


def _points(item: ItemShown) -> str:
    if item.rate is not None:
        return rate_words(item.rate)
    points = item.points or 0
    return f"加 {points} 分" if points > 0 else f"减 {-points} 分"
