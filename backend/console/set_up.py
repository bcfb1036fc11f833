"""The first time: from the link of an invitation to a password, a phone that shows codes, and who one is."""

from typing import Any

import segno
from markupsafe import Markup
from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.sign_in import refuse_flood
from backend.console.visit import Guest
from backend.errors import Conflict, Invalid
from backend.pages.forms import form_of
from backend.staff import invitations
from miniprogram_api.surface.problem import status_of

desk = Desk("set_up")


@desk.add_public("GET", "/set-up/<token:str>")
async def show_set_up(guest: Guest, token: str) -> HTTPResponse:
    """The form of a living invitation."""
    await refuse_flood(guest)
    return await _show(guest, token)


@desk.add_public("POST", "/set-up/<token:str>")
async def finish(guest: Guest, token: str) -> HTTPResponse:
    """Use the invitation up; refused, the form again with what was typed, the password excepted."""
    await refuse_flood(guest)
    form, password = guest.form, form_of(guest.request).get("password", "")
    try:
        await invitations.finish(guest.vault, token, password, form.get("code", ""), form.get("own_number", ""))
    except (Invalid, Conflict) as error:
        return await _show(guest, token, status_of(error), error, form.get("own_number", ""))
    return guest.go("/sign-in?done=set_up")


async def _show(
    guest: Guest, token: str, status: int = 200, fault: Invalid | Conflict | None = None, own_number: str = ""
) -> HTTPResponse:
    user = await invitations.invited(token)
    asked = await invitations.begin(guest.vault, token)
    # The page's policy lets no data: picture in, so the code is drawn into the page itself.
    code = segno.make(asked.secret_uri, error="m").svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    secret = " ".join(asked.secret[each : each + 4] for each in range(0, len(asked.secret), 4))
    values: dict[str, Any] = {"user": user, "secret": secret, "own_number": own_number}
    values |= {"code": Markup(code), "address": guest.request.path}  # noqa: S704 (segno drew it)
    if fault is None:
        return await guest.show("set_up.html", faults={}, **values)
    faults = {each.field: each.detail for each in fault.fields}  # said at their fields, and not above them again
    return await guest.show("set_up.html", status, fault=type(fault)(fault.code, fault.detail), faults=faults, **values)
