"""Herself as a citizen: she decides nothing about herself, and has one account, else she could be two officers."""

from uuid import UUID

from backend.errors import Conflict, Forbidden
from backend.staff.models import StaffUser


def own_number_needed() -> Forbidden:
    """Nobody could keep her from what is about herself, were it not known which citizen she is (§四(三))."""
    detail = "办理前要登记您本人的身份证号，系统据此回避与您本人有关的事项。请联系系统管理员重置账号，重新设置时填写。"
    return Forbidden("own_number_needed", detail)


def second_account() -> Conflict:
    detail = "这个身份证号已经登记在另一个在用的账号上。一个人只用一个账号，请联系系统管理员停用旧的。"
    return Conflict("second_account", detail)


async def refuse_second_account(user_id: UUID, own_number_digest: str | None) -> None:
    """Raise Conflict when another account in use belongs to the citizen with this digest."""
    if own_number_digest is None:
        return
    others = StaffUser.filter(own_number_digest=own_number_digest, active=True).exclude(id=user_id)
    if await others.exists():
        raise second_account()
