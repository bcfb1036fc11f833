"""The pictures of a case: one size, never without the viewer's name and the time burnt into it."""

from sanic import HTTPResponse

from backend import clock
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.pages.formats import say_moment
from media.intake import file_key
from media.links import link_gone, open_link
from media.models import Picture

desk = Desk("evidence_pictures")

# Whose desks show pictures of citizens; whoever lost the permission since keeps no link.
_MAKES_LINKS = ("review_evidence", "reverse_evidence", "check_nominations", "follow_nominees", "judge_nominees")


@desk.add("GET", "/pictures/<token:str>", permission=None)
async def show_picture(visit: Visit, token: str) -> HTTPResponse:
    """By a link that was made for this session when it opened a case; no permission opens one without it."""
    if not any(map(visit.staff.may, _MAKES_LINKS)):
        raise link_gone()
    link = open_link(visit.vault, token)
    if link.viewer != f"staff-session:{visit.session.id}":
        raise link_gone()
    picture = await Picture.get_or_none(id=link.picture_id, deleted_at=None)
    if picture is None:
        raise link_gone()
    kept = await visit.storage.get(file_key(picture.id, link.size, picture.format))
    user = visit.staff.user
    marked = await visit.workshop.watermark(kept, [f"{user.name} {user.username}", say_moment(clock.now())])
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    return HTTPResponse(marked, 200, headers, "image/jpeg")
