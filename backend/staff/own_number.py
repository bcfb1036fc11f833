"""One person, one account: two accounts of one could be the two reviewers, or the two officers, of one case."""

from uuid import UUID

from backend.errors import Conflict
from backend.staff.models import StaffUser


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
