"""An invitation to set an account up: a link told once, by which a staff user chooses password and phone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from backend import clock
from backend.citizens.identity_number import IdentityNumber, parse_identity_number
from backend.database import transaction
from backend.errors import FieldError, Invalid, NotFound
from backend.secrets import Vault, hash_password, hash_token, new_token
from backend.staff import audit
from backend.staff.models import StaffSession, StaffUser
from backend.staff.one_time_codes import hide_secret, new_secret, open_secret, secret_uri, step_of
from backend.staff.own_number import refuse_second_account
from backend.staff.passwords import password_fault
from backend.staff.permissions import Staff

LASTS = timedelta(hours=72)


@dataclass(frozen=True)
class SetUp:
    """What an authenticator app needs: an address to scan, and the same secret to type."""

    secret_uri: str
    secret: str


def invitation_gone() -> NotFound:
    return NotFound("invitation_gone", "这个设置链接已经用过、过期或被新的代替了。请联系系统管理员重新发一个。")


def staff_gone() -> NotFound:
    return NotFound("staff_gone", "没有这个工作人员账号，或者它已经停用。")


def set_up_invalid(faults: list[FieldError]) -> Invalid:
    return Invalid("set_up_invalid", "有几处需要改一改，请看各栏下面的说明。", fields=faults)


async def invite(user_id: UUID, by: Staff | None = None) -> str:
    """A new invitation, for 72 hours; its token is told once. Whatever she signed in with before is gone.

    Raises NotFound `staff_gone` for a suspended or unknown account. In the caller's transaction where there is one.
    """
    token = new_token()
    async with transaction():
        invited = await StaffUser.filter(id=user_id, active=True).update(
            invitation_hash=hash_token(token),
            invited_until=clock.now() + LASTS,
            password_hash=None,
            totp_hidden=None,
            totp_last=None,
            failed_tries=0,
            locked_until=None,
        )
        if not invited:
            raise staff_gone()
        await StaffSession.filter(staff_id=user_id).delete()
        await audit.record(by, "staff.invite", f"staff:{user_id}")
    return token


async def invited(token: str) -> StaffUser:
    """Whose invitation this is, while it lives. Raises NotFound `invitation_gone`, whatever is wrong with it."""
    living = StaffUser.filter(invitation_hash=hash_token(token), invited_until__gt=clock.now(), active=True)
    user = await living.first()
    if user is None:
        raise invitation_gone()
    return user


async def begin(vault: Vault, token: str) -> SetUp:
    """The secret for her phone, the same one however often the page is opened. Raises NotFound."""
    user = await invited(token)
    if user.totp_hidden is None:
        fresh = hide_secret(vault, new_secret())
        # Two pages opened at once show the secret of the first.
        mine = StaffUser.filter(id=user.id, invitation_hash=user.invitation_hash, totp_hidden__isnull=True)
        await mine.update(totp_hidden=fresh)
        user = await invited(token)
    if user.totp_hidden is None:
        raise invitation_gone()
    secret = open_secret(vault, user.totp_hidden)
    return SetUp(secret_uri(secret, user.username), secret)


async def finish(vault: Vault, token: str, password: str, code: str, own_number: str) -> None:
    """Set the account up with her password, her phone, and who she is as a citizen; the invitation is used up.

    Her identity number is kept as a digest only, so that her own case is never hers to decide. The code is used: the
    first sign-in takes the next one. Raises Invalid `set_up_invalid` with every fault at once, NotFound, Conflict.
    """
    user = await invited(token)
    step, number = _checked(vault, user, password, code, own_number)
    digest = vault.digest(number.number, "citizen.number")
    password_hash = await hash_password(password)
    async with transaction():
        await refuse_second_account(user.id, digest)
        same = StaffUser.filter(
            id=user.id, invitation_hash=user.invitation_hash, invited_until__gt=clock.now(), active=True
        )
        done = await same.update(
            password_hash=password_hash,
            totp_last=step,
            own_number_digest=digest,
            invitation_hash=None,
            invited_until=None,
        )
        if not done:
            raise invitation_gone()
        await audit.record(user, "staff.set_up", f"staff:{user.id}", own_number=_compared(user, digest))


def _checked(vault: Vault, user: StaffUser, password: str, code: str, own_number: str) -> tuple[int, IdentityNumber]:
    faults = []
    step = None if user.totp_hidden is None else step_of(open_secret(vault, user.totp_hidden), code)
    if step is None:
        detail = "动态验证码不对。请用刚绑定的手机应用上显示的六位数字，并核对手机时间。"
        faults.append(FieldError("code", "code_wrong", detail))
    if fault := password_fault(password, user.username):
        faults.append(FieldError("password", "password_weak", fault))
    number = None
    try:
        number = parse_identity_number(own_number, clock.today())
    except Invalid as error:
        faults.append(FieldError("own_number", error.code, error.detail))
    if faults or step is None or number is None:
        raise set_up_invalid(faults)
    return step, number


def _compared(user: StaffUser, digest: str) -> str:
    """An auditor should see when somebody says after a reset that she is another citizen than before."""
    if user.own_number_digest is None:
        return "new"
    return "same" if user.own_number_digest == digest else "changed"
