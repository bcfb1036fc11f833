"""Who I am here: the account's standing, and binding it to a real name."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend import clock
from backend.citizens import consent, identity
from backend.citizens.consent import consent_needed
from backend.citizens.idempotency import Once, done_before, once
from backend.citizens.identity_number import IdentityNumber, parse_identity_number
from backend.citizens.models import Account
from backend.citizens.person_name import parse_name
from backend.errors import FieldError, Invalid, invalid_fields
from backend.points import enrolment, lasting
from backend.points.models import Enrolment
from backend.secrets import Vault, mask_name, mask_number
from backend.wechat import PHONE_ERRORS, WeChat
from miniprogram_api.surface.operation import Body, Routes

routes = Routes("身份")

Action = Literal["accept_texts", "bind", "enrol", "renew", "leave"]
_STANDING: dict[enrolment.Standing, tuple[Literal["standing", "paused"], str]] = {
    "standing": ("standing", "参加中"),
    "paused": ("paused", "已到期，暂停中"),
}


class EnrolmentShown(Struct, frozen=True):
    """参加积分: until when the yes holds, and what becomes of the points after it."""

    state: Literal["standing", "paused"]
    state_label: str
    ends_on: Annotated[date, Meta(description="参加同意到这一天为止；这一天起暂停")]
    erased_on: Annotated[date, Meta(description="一直不续期的话，这一天起积分和明细全部删除")]


class Me(Struct, frozen=True):
    """Where the account stands, and what can be done next."""

    state: Literal["guest", "bound"]
    state_label: str
    name: Annotated[str, Meta(description="遮住的姓名")] | None
    identity_number: Annotated[str, Meta(description="遮住的身份证号")] | None
    texts_accepted: bool
    enrolled: Annotated[bool, Meta(description="现在有积分；暂停中为否")]
    enrolment: Annotated[EnrolmentShown, Meta(description="参加积分的期限；没有参加为空")] | None
    adult: bool | None
    actions: tuple[Action, ...]


class Binding(Body, frozen=True, kw_only=True):
    """Name, number, and one second proof: the WeChat phone's code or a code issued at a counter."""

    name: Annotated[str, Meta(min_length=2, max_length=50, description="姓名", examples=["鲁小明"])]
    identity_number: Annotated[
        str, Meta(min_length=15, max_length=40, description="18 位身份证号", examples=["410423199003070017"])
    ]
    phone_code: Annotated[str, Meta(min_length=1, max_length=128, description="微信手机号授权的 code")] | None = None
    counter_code: Annotated[str, Meta(pattern="^[0-9]{8}$", max_length=8, description="窗口发的八位验证码")] | None = (
        None  # the length too, because Python's $ lets a line end pass
    )


@routes.add("GET", "/me", summary="我的账号")
async def show_me(account: Account, vault: Vault) -> Me:
    """账号目前的状态和下一步可以做的事。"""
    return await _me(account, vault)


@routes.add(
    "POST",
    "/binding",
    summary="实名绑定",
    errors=[*identity.ERRORS, consent_needed, *PHONE_ERRORS],
    status=201,
    limit="10/minute",
)
async def bind(account: Account, vault: Vault, wechat: WeChat, body: Binding, write: Once) -> Me:
    """姓名、身份证号须与县人口登记一致，并用登记的手机号或窗口验证码作第二重核对。每天最多核对五次。"""
    if not consent.agreed(account, clock.now()):
        raise consent_needed()
    if await done_before(write) is None:
        name, number = _person(body)
        if body.phone_code is None and body.counter_code is None:
            raise identity.second_proof_needed()
        claim = await identity.match(vault, account, name, number, body.counter_code)
        # WeChat is asked before the transaction: a slow answer must not hold the database.
        phone = await wechat.phone_number(body.phone_code) if body.phone_code else None
        proof = identity.SecondProof(phone, body.counter_code)

        async def deed() -> str:
            return str((await identity.bind(vault, account, claim, proof)).id)

        await once(write, deed)
    return await _me(await Account.get(id=account.id).select_related("citizen"), vault)


def _person(body: Binding) -> tuple[str, IdentityNumber]:
    """Name and number as they are compared. Raises Invalid with both faults at once."""
    faults = []
    try:
        name = parse_name(body.name)
    except Invalid as error:
        faults.append(FieldError("name", error.code, error.detail))
    try:
        number = parse_identity_number(body.identity_number, clock.today())
    except Invalid as error:
        faults.append(FieldError("identity_number", error.code, error.detail))
    if faults:
        raise invalid_fields(faults)
    return name, number


async def _me(account: Account, vault: Vault) -> Me:
    citizen, today = account.citizen, clock.today()
    accepted = consent.agreed(account, clock.now())
    shown = citizen if accepted else None  # without her consent not even the masked name is used
    held = await enrolment.held(citizen.id) if citizen else None
    adult = citizen.adult_on <= today if citizen else None
    return Me(
        state="bound" if citizen else "guest",
        state_label="已实名" if citizen else "未实名",
        name=mask_name(vault.decrypt(shown.name_hidden, "citizen.name")) if shown else None,
        identity_number=mask_number(vault.decrypt(shown.number_hidden, "citizen.number")) if shown else None,
        texts_accepted=accepted,
        enrolled=held is not None and today < held.expires_on,
        enrolment=await _enrolment(held, today) if held else None,
        adult=adult,
        actions=await _actions(account, held, accepted=accepted, adult=bool(adult)),
    )


async def _enrolment(held: Enrolment, today: date) -> EnrolmentShown:
    state, label = _STANDING[enrolment.standing(held.expires_on, today)]
    return EnrolmentShown(state, label, held.expires_on, await lasting.erased_on(held))


async def _actions(account: Account, held: Enrolment | None, *, accepted: bool, adult: bool) -> tuple[Action, ...]:
    if held is not None:
        if not accepted:
            return ("accept_texts", "leave")
        return ("renew", "leave") if await enrolment.may_renew(account, held) else ("leave",)
    if not accepted:
        return ("accept_texts",)
    if account.citizen is None:
        return ("bind",)
    return ("enrol",) if adult else ()
