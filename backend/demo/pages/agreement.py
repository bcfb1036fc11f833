"""Pages of what a citizen says yes or no to: the texts, and taking part in points."""

from markdown_it import MarkdownIt
from markupsafe import Markup
from sanic import HTTPResponse

from backend import clock
from backend.citizens import consent
from backend.demo.pages.visitor import Visitor
from backend.errors import Conflict, Invalid
from backend.pages import typed
from backend.pages.forms import form_of, go_to
from backend.points import enrolment, lasting
from miniprogram_api import texts

_markdown = MarkdownIt("commonmark", {"html": False})


def not_ticked() -> Invalid:
    return Invalid("not_ticked", "您没有勾选同意，所以没有参加。想参加的话，请返回上一页，先勾选再提交。")


async def show_enrolment(visitor: Visitor) -> HTTPResponse:
    """The form for who is not enrolled, the renewal when it is due, and the way out for who is."""
    citizen, today = visitor.citizen, clock.today()
    held = await enrolment.held(citizen.id)
    text = consent.texts()["enrolment"]
    return await visitor.show(
        "enrolment.html",
        "points",
        held=held,
        paused=held is not None and enrolment.standing(held.expires_on, today) == "paused",
        erased_on=await lasting.erased_on(held) if held else None,
        due=held is not None and await enrolment.may_renew(visitor.account, held),
        adult=citizen.adult_on <= today,
        text=text,
        body=as_html(text.body),
    )


async def enrol(visitor: Visitor) -> HTTPResponse:
    """A yes that the citizen ticked herself, the first or another year's; pressed twice, it is done once."""
    form = form_of(visitor.request)
    if form.get("agree") != "yes":
        raise not_ticked()
    try:
        await enrolment.enrol(visitor.ledger, visitor.account, visitor.citizen, _version(form))
    except Conflict as error:
        if error.code != enrolment.already_enrolled().code:
            raise
    return go_to("/demo/points")


async def leave(visitor: Visitor) -> HTTPResponse:
    """Out at once, entries erased."""
    if visitor.account.citizen is not None:
        await enrolment.leave(visitor.account, visitor.account.citizen)
    return go_to("/demo/enrolment")


async def show_texts(visitor: Visitor) -> HTTPResponse:
    """All texts in force, each with what this account said to it."""
    consents = await texts.list_consents(visitor.account)
    bodies = {kind: as_html(text.body, below=2) for kind, text in consent.texts().items()}
    return await visitor.show("texts.html", "points", consents=consents.items, bodies=bodies)


async def decide_text(visitor: Visitor) -> HTTPResponse:
    """A yes or no to the privacy policy or the terms; points are decided on their own page."""
    form = form_of(visitor.request)
    kind = next((each for each in consent.NEEDED_FOR_ANYTHING_PERSONAL if each == form.get("text")), None)
    if kind is None:
        raise consent.no_such_text()
    await consent.decide(visitor.account, kind, _version(form), given=form.get("given") == "yes")
    return go_to("/demo/texts")


def as_html(body: str, below: int = 1) -> Markup:
    """Markdown as HTML with its headings `below` levels down, since the page has its own; HTML in it stays text."""
    tokens = _markdown.parse(body)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + below)}"
    html: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(html)  # noqa: S704 (the renderer escapes, and lets no HTML through)


def _version(form: dict[str, str]) -> int:
    """The version that was shown. Raises Conflict for one that was made up, as for an old one."""
    return typed.whole_number(form.get("version", ""), 4) or 0
