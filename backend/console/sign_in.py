"""Signing in at the console, and out again."""

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.visit import COOKIE, HOME, Guest, Visit, cookie_of, of_console
from backend.errors import TooMany, Unauthenticated
from backend.pages.forms import form_of, go_to
from backend.staff import sessions
from backend.staff.sign_in import sign_in
from miniprogram_api.surface.problem import status_of

desk = Desk("sign_in")

TRIES = "30/minute"  # of one address: a whole office may share one
DONE = {
    "signed_out": "已退出。离开座位前退出，是好习惯。",
    "everywhere": "已在所有电脑上退出。",
    "set_up": "账号已设置好。等手机上换出下一组六位数字，就可以登录了。",
}


def too_many_tries(seconds: int) -> TooMany:
    return TooMany("too_many_tries", f"这里登录得太频繁，请 {seconds} 秒后再试。", retry_after=seconds)


@desk.add_public("GET", "/sign-in")
async def show_sign_in(guest: Guest) -> HTTPResponse:
    """The form; who is signed in already goes on."""
    onward = of_console(guest.asked("next"))
    try:
        await sessions.find(cookie_of(guest.request, COOKIE))
    except Unauthenticated:
        return await guest.show("sign_in.html", next=onward, done=DONE.get(guest.asked("done"), ""))
    return go_to(onward)


@desk.add_public("POST", "/sign-in")
async def enter(guest: Guest) -> HTTPResponse:
    """A session for who proves three things at once; refused, the form again with the name that was typed."""
    form, onward = guest.form, of_console(guest.form.get("next", ""))
    password = form_of(guest.request).get("password", "")  # blanks around it belong to it
    try:
        await refuse_flood(guest)
        signed_in = await sign_in(guest.vault, guest.cache, form.get("username", ""), password, form.get("code", ""))
    except (Unauthenticated, TooMany) as error:
        return await guest.show("sign_in.html", status_of(error), fault=error, typed=form, next=onward)
    answer = go_to(onward)
    guest.keep_cookie(answer, COOKIE, signed_in.token)
    return answer


@desk.add("POST", "/sign-out", permission=None)
async def leave(visit: Visit) -> HTTPResponse:
    """End this browser's session, and forget the cookie."""
    await sessions.sign_out(visit.session)
    answer = visit.go("/sign-in?done=signed_out")
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


async def refuse_flood(guest: Guest) -> None:
    """Raise TooMany when one address knocks too often: each try costs a slow password hash."""
    allowance = await guest.cache.hit(TRIES, "console", guest.address)
    if not allowance.allowed:
        raise too_many_tries(allowance.reset_in)
