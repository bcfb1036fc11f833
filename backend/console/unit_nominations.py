"""单位推荐: a department or township nominates: its drafts, the form with pictures, and what became of each."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse
from sanic.exceptions import PayloadTooLarge, RequestTimeout

from backend.awards import seasons
from backend.awards.awards import award
from backend.awards.models import Season
from backend.console.desk import Desk
from backend.console.unit_nomination_form import PERSON_FIELDS, beside_fields, content_typed, values_of
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Forbidden, Invalid
from backend.nominations import unit_nominating
from backend.nominations.content import MOST_PEOPLE, Content
from backend.nominations.models import Nomination
from backend.nominations.nomination_faults import LONGEST
from backend.nominations.nominations import holder_of, people_of, steps_of, words_of
from backend.nominations.nominator_words import STEPS, road_of, state_label
from backend.nominations.taking_back import LEAST_WORDS, MOST_WORDS, ways_of
from backend.nominations.townships import TOWNSHIPS
from backend.nominations.words import REASONS
from backend.pages import typed
from media import intake
from media.links import link_gone
from media.pictures import MOST_BYTES
from miniprogram_api.surface.problem import status_of
from miniprogram_api.surface.upload import STAFF, read_upload, slot

desk = Desk("unit_nominations")
NOMINATE = "nominate_for_unit"
A_PAGE = 30

DONE = {
    "saved": "草稿已保存。",
    "pictures": "照片已更新。",
    "submitted": "推荐已提交，由主办单位审核，结果会显示在这里。",
    "deleted": "草稿已删除。",
    "withdrawn": "推荐已撤回。",
    "appealed": "申诉已提交，由另一位工作人员重新审核。",
}
BADGES = {"accepted": "good", "checking": "waiting", "waiting": "waiting", "appealed": "waiting"}
BADGES |= {"refused": "bad", "closed": "bad"}


def upload_not_taken() -> Invalid:
    return Invalid("upload_not_taken", "照片没有收下：超过 10 MB，或者网络太慢。请压缩或换个网络再传。")


@desk.add("GET", "/unit-nominations", permission=NOMINATE)
async def list_nominations(visit: Visit) -> HTTPResponse:
    """The unit's nominations, newest first, and the seasons that take some now. It names nobody."""
    rows = await unit_nominating.list_of(visit.staff, typed.id_of(visit.asked("before")), A_PAGE + 1)
    values: dict[str, Any] = {
        "rows": rows[:A_PAGE],
        "before": rows[A_PAGE - 1].id if len(rows) > A_PAGE else None,
        "open": [each for each in await seasons.public_list() if seasons.phase(each) == "nominating"],
        "state_label": state_label,
        "badges": BADGES,
        "phase_label": seasons.phase_label,
        "award": award,
    }
    return await visit.show("unit_nominations.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("GET", "/unit-nominations/new/<season_id:uuid>", permission=NOMINATE)
async def show_new(visit: Visit, season_id: UUID) -> HTTPResponse:
    """An empty form for a season."""
    season = await seasons.public_season(season_id)
    seasons.require_phase(season, "nominating")
    return await _form(visit, season, {})


@desk.add("POST", "/unit-nominations/new/<season_id:uuid>", permission=NOMINATE)
async def save_new(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Keep it as a draft, to which pictures can be added."""
    try:
        made = await unit_nominating.save_draft(visit.vault, visit.staff, season_id, content_typed(visit.form))
    except (Invalid, Conflict) as error:
        return await _form(visit, await seasons.public_season(season_id), visit.form, fault=error)
    return visit.go(f"/unit-nominations/{made.id}?done=saved")


@desk.add("GET", "/unit-nominations/<nomination_id:uuid>", permission=NOMINATE)
async def show_one(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """A draft as a form; afterwards, what became of it."""
    return await _one(visit, nomination_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>", permission=NOMINATE)
async def save_one(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Save the draft; with `deed` submit, hand it in, too."""
    handed_in = visit.form.get("deed") == "submit"
    try:
        await unit_nominating.change(visit.vault, visit.staff, nomination_id, content_typed(visit.form))
        if handed_in:
            await unit_nominating.submit(visit.vault, visit.staff, nomination_id)
    except (Invalid, Conflict, Forbidden) as error:
        return await _one(visit, nomination_id, fault=error, typed=visit.form)
    return visit.go(f"/unit-nominations/{nomination_id}?done={'submitted' if handed_in else 'saved'}")


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>/delete", permission=NOMINATE)
async def delete_one(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Delete a draft."""
    await unit_nominating.delete_draft(visit.staff, nomination_id)
    return visit.go("/unit-nominations?done=deleted")


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>/withdraw", permission=NOMINATE)
async def withdraw_one(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Take it back."""
    try:
        await unit_nominating.withdraw(visit.vault, visit.staff, nomination_id)
    except Conflict as error:
        return await _one(visit, nomination_id, fault=error)
    return visit.go(f"/unit-nominations/{nomination_id}?done=withdrawn")


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>/appeal", permission=NOMINATE)
async def appeal_one(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Appeal against its refusal."""
    try:
        await unit_nominating.appeal(visit.vault, visit.staff, nomination_id, visit.form.get("words", ""))
    except (Invalid, Conflict) as error:
        return await _one(visit, nomination_id, fault=error, typed=visit.form)
    return visit.go(f"/unit-nominations/{nomination_id}?done=appealed")


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>/pictures", permission=NOMINATE, upload=True)
async def add_picture(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """One more picture at the end."""
    await unit_nominating.check_room(visit.staff, nomination_id)
    try:
        with slot(f"{STAFF}{visit.staff.id}"):
            upload = await read_upload(visit.request, MOST_BYTES)
            await unit_nominating.add_picture(visit.storage, visit.workshop, visit.staff, nomination_id, upload.data)
    except (PayloadTooLarge, RequestTimeout):
        raise upload_not_taken() from None
    return visit.go(f"/unit-nominations/{nomination_id}?done=pictures")


@desk.add("POST", "/unit-nominations/<nomination_id:uuid>/pictures/<picture_id:uuid>/remove", permission=NOMINATE)
async def remove_picture(visit: Visit, nomination_id: UUID, picture_id: UUID) -> HTTPResponse:
    """Take one away."""
    await unit_nominating.remove_picture(visit.staff, nomination_id, picture_id)
    return visit.go(f"/unit-nominations/{nomination_id}?done=pictures")


@desk.add("GET", "/unit-nominations/<nomination_id:uuid>/pictures/<picture_id:uuid>", permission=NOMINATE)
async def show_picture(visit: Visit, nomination_id: UUID, picture_id: UUID) -> HTTPResponse:
    """One of the unit's own pictures."""
    picture = await unit_nominating.picture_of(visit.staff, nomination_id, picture_id)
    if picture is None:
        raise link_gone()
    data = await visit.storage.get(intake.file_key(picture.id, "middle", picture.format))
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    return HTTPResponse(data, 200, headers, f"image/{picture.format}")


async def _one(
    visit: Visit, nomination_id: UUID, *, fault: DomainError | None = None, done: str = "", **said: Any
) -> HTTPResponse:
    nomination, content = await unit_nominating.open_one(visit.vault, visit.staff, nomination_id)
    pictures = (await intake.pictures_of(holder_of(nomination_id)))[holder_of(nomination_id)]
    values: dict[str, Any] = {"row": nomination, "pictures": pictures, "done": done, "fault": fault}
    if nomination.state == "draft":
        return await _form(visit, nomination.season, said.get("typed") or values_of(content), **values)
    values["typed"] = said.get("typed", {})
    status = status_of(fault) if fault else 200
    return await visit.show("unit_nomination_one.html", status, **values, **await _worded(visit, nomination, content))


async def _form(visit: Visit, season: Season, filled: dict[str, str], **said: Any) -> HTTPResponse:
    fault: DomainError | None = said.get("fault")
    values: dict[str, Any] = {
        "season": season,
        "award": award(season.award),
        "values": filled,
        "faults": beside_fields(fault),
        "person_fields": PERSON_FIELDS,
        "most_people": MOST_PEOPLE,
        "most_pictures": intake.MOST_PICTURES,
        "longest": LONGEST,
        "townships": TOWNSHIPS,
        "row": None,
        **said,
    }
    return await visit.show("unit_nomination_form.html", status_of(fault) if fault else 200, **values)


async def _worded(visit: Visit, nomination: Nomination, content: Content) -> dict[str, Any]:
    """What the page of a nomination that was handed in says."""
    nominees = {each.position: each.nominee.state for each in await people_of(nomination) if each.nominee}
    announced = nomination.season.announced_at is not None
    steps = [each for each in await steps_of(nomination) if each.kind in STEPS]
    return {
        "content": content,
        "roads": [road_of(nominees.get(number), announced=announced) for number in range(len(content.people))],
        "steps": [
            (each, STEPS[each.kind], REASONS.get(each.reason or ""), words_of(visit.vault, each)) for each in steps
        ],
        "ways": (await ways_of([nomination]))[nomination.id],
        "award": award(nomination.season.award),
        "state": (state_label(nomination.state), BADGES.get(nomination.state, "")),
        "phase": seasons.phase_label(nomination.season),
        "bounds": (LEAST_WORDS, MOST_WORDS),
    }
