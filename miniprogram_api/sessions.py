"""Signing in and out."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.citizens import sessions
from backend.citizens.models import Account, Session
from backend.secrets import Vault
from backend.wechat import SIGN_IN_ERRORS, WeChat
from miniprogram_api.surface.operation import Body, Moment, Routes

routes = Routes("登录")


class SignIn(Body, frozen=True, kw_only=True):
    """What `wx.login` gave."""

    code: Annotated[str, Meta(min_length=1, max_length=128, description="wx.login 的 code", examples=["0a1b2c3d"])]


class SessionToken(Struct, frozen=True):
    """A fresh session; the token is told this once."""

    token: Annotated[str, Meta(description="放在 Authorization: Bearer 之后", examples=["kq8J…"])]
    expires_at: Annotated[Moment, Meta(description="到期时间；使用中会自动顺延")]


class SignedOut(Struct, frozen=True):
    """How many phones were signed out."""

    sessions: int


# By address, and a whole village may share one: WeChat itself limits each user to 100 a minute.
@routes.add("POST", "/sessions", summary="微信登录", errors=SIGN_IN_ERRORS, public=True, status=201, limit="600/minute")
async def sign_in(wechat: WeChat, vault: Vault, body: SignIn) -> SessionToken:
    """用 wx.login 的 code 换取会话令牌。code 只能用一次；网络不好没有收到回答时，请重新调用 wx.login。"""
    signed_in = await sessions.sign_in(wechat, vault, body.code)
    return SessionToken(signed_in.token, signed_in.expires_at)


@routes.add("DELETE", "/sessions/current", summary="退出登录", status=204)
async def sign_out(session: Session) -> None:
    """退出这部手机上的登录。"""
    await sessions.sign_out(session)


@routes.add("DELETE", "/sessions", summary="退出所有手机上的登录")
async def sign_out_everywhere(account: Account) -> SignedOut:
    """手机丢了或者怀疑被别人登录时使用。"""
    return SignedOut(await sessions.sign_out_everywhere(account))
