"""One nominee on the console: her story put in order, the question, the calls, what she takes back, and merging."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards.awards import awards
from backend.console.desk import Desk
from backend.console.nominees import FOLLOW
from backend.console.visit import Visit
from backend.errors import DomainError
from backend.nominations import asking, calls, merging, nominee_case, stories
from backend.nominations.calls import LEAVING, OUTCOMES
from backend.nominations.nominees import nominee_for
from backend.nominations.stories import Changes
from backend.nominations.townships import TOWNSHIPS
from backend.nominations.words import CONSENTS, CONSENTS_OF_MODE, NOMINEE_STATES, ConsentKind
from media.links import sign_link
from media.models import Picture
from miniprogram_api.surface.problem import status_of

desk = Desk("nominee_case")

STEPS = {
    "gathered": "推荐通过审核",
    "joined": "又有一份推荐并入",
    "left": "一位推荐人撤回了推荐",
    "written": "整理了事迹",
    "rewritten": "修改事迹，要重新征求意见",
    "asked": "在小程序里征求本人意见",
    "to_call": "改由电话征求本人意见",
    "called": "通话说明",
    "unreached": "没有联系上",
    "agreed": "本人同意参加",
    "declined": "本人不参加",
    "unreachable": "联系不上，结束",
    "stepped_down": "本人退出",
    "removed": "移出",
    "taken_back": "本人来电撤回一项同意",
    "unpublished": "本人撤回公示的同意，不再授予",
}


@desk.add("POST", "/nominees/<nominee_id:uuid>/look", permission=FOLLOW)
async def look(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """One nominee, opened. By POST: the look is logged, so nothing may prefetch it."""
    return await show_case(visit, nominee_id)


@desk.add("POST", "/nominees/<nominee_id:uuid>/story", permission=FOLLOW)
async def write(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """What she will be asked to agree to."""
    try:
        await stories.write_story(visit.vault, visit.staff, nominee_id, _changes(visit), _version(visit))
    except DomainError as error:
        return await show_case(visit, nominee_id, fault=error, deed="story")
    return await show_case(visit, nominee_id, done="已保存。核对无误后，就可以征求本人意见。")


@desk.add("POST", "/nominees/<nominee_id:uuid>/ask", permission=FOLLOW)
async def ask(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """Put the question to her."""
    try:
        nominee = await asking.ask(visit.vault, visit.staff, nominee_id, _version(visit))
    except DomainError as error:
        return await show_case(visit, nominee_id, fault=error)
    if nominee.state == "removed":
        return visit.go("/nominees?done=minor")
    return visit.go(f"/nominees?done={'asked' if nominee.answer_by else 'to_call'}")


@desk.add("POST", "/nominees/<nominee_id:uuid>/call", permission=FOLLOW)
async def record_call(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """What came of a call."""
    form = visit.form
    try:
        nominee = await calls.record(
            visit.vault,
            visit.staff,
            nominee_id,
            _version(visit),
            form.get("outcome", ""),
            _consents(visit),
            form.get("words", ""),
            number=form.get("number"),
            adult="adult" in form,
        )
    except DomainError as error:
        return await show_case(visit, nominee_id, fault=error, deed="call")
    done = {"removed": "minor", "asked": "unreached"}.get(nominee.state, nominee.state)
    return visit.go(f"/nominees?done={done}")


@desk.add("POST", "/nominees/<nominee_id:uuid>/take-back", permission=FOLLOW)
async def take_back(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """What she takes back by phone, at once."""
    what, words = visit.form.get("what", ""), visit.form.get("words", "")
    try:
        await calls.take_back(visit.vault, visit.staff, nominee_id, _version(visit), what, words)
    except DomainError as error:
        return await show_case(visit, nominee_id, fault=error, deed="take-back")
    return visit.go(f"/nominees?done={'stepped_down' if what == LEAVING else 'taken_back'}")


@desk.add("POST", "/nominees/<nominee_id:uuid>/move/<person_id:uuid>", permission="check_nominations")
async def move(visit: Visit, nominee_id: UUID, person_id: UUID) -> HTTPResponse:
    """Put one nomination of hers with another nominee, or by itself."""
    try:
        nominee = await nominee_for(visit.staff, nominee_id, "check_nominations")
        number, digest = visit.form.get("number"), nominee.person_digest
        to = await merging.named_by(visit.staff, nominee.season_id, number, digest) if number else None
        await merging.move(visit.vault, visit.staff, person_id, to)
    except DomainError as error:
        return await show_case(visit, nominee_id, fault=error)
    return visit.go("/nominees?done=moved")


async def show_case(
    visit: Visit, nominee_id: UUID, *, fault: DomainError | None = None, deed: str = "", done: str = ""
) -> HTTPResponse:
    """The nominee with what was refused, and what was typed into the form of `deed`."""
    case = await nominee_case.open_case(visit.vault, visit.staff, nominee_id)
    held = {str(each) for each in case.about.pictures} if case.about else set()
    kinds = CONSENTS_OF_MODE[case.nominee.season.mode]
    values: dict[str, Any] = {
        "case": case,
        "season": case.nominee.season,
        "pictures": [_picture(visit, each, held) for each in case.pictures],
        "ticked": set(visit.chosen("picture")) if deed == "story" else held,
        "typed": visit.form if fault and deed else {},
        "deed": deed,
        "awards": awards(),
        "states": NOMINEE_STATES,
        "steps": STEPS,
        "consents": {kind: CONSENTS[kind] for kind in kinds},
        "outcomes": OUTCOMES,
        "townships": TOWNSHIPS,
        "leaving": LEAVING,
    }
    status = status_of(fault) if fault else 200
    return await visit.show("nominee_case.html", status, fault=fault, done=done, **values)


def _picture(visit: Visit, picture: Picture, held: set[str]) -> dict[str, Any]:
    token = sign_link(visit.vault, picture.id, "middle", f"staff-session:{visit.session.id}")
    return {"id": str(picture.id), "token": token, "shown": str(picture.id) in held}


def _changes(visit: Visit) -> Changes:
    form = visit.form
    return Changes(
        name=form.get("name", ""),
        unit=form.get("unit", ""),
        township=form.get("township", ""),
        contact=form.get("contact", ""),
        story=form.get("story", ""),
        pictures=tuple(UUID(each) for each in visit.chosen("picture") if _is_id(each)),
        anew="anew" in form,
    )


def _consents(visit: Visit) -> dict[ConsentKind, bool]:
    """What she said to each; one that was not asked is not there."""
    said = {kind: visit.form.get(f"consent-{kind}") for kind in CONSENTS}
    return {kind: answer == "yes" for kind, answer in said.items() if answer in ("yes", "no")}


def _version(visit: Visit) -> int:
    version = visit.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
