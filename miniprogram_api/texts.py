"""The texts to agree to, and the citizen's yes or no."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.citizens import consent
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account
from backend.citizens.models import Consent as ConsentRow
from miniprogram_api.surface.operation import Body, Moment, Routes

routes = Routes("同意")


Action = Literal["give", "withdraw", "enrol", "leave"]


class TextVersion(Struct, frozen=True):
    """One text as it is in force."""

    kind: Literal["privacy", "terms", "enrolment"]
    version: int
    title: str
    body: Annotated[str, Meta(description="Markdown 正文")]


class Texts(Struct, frozen=True):
    """All texts in force."""

    items: tuple[TextVersion, ...]


class Decision(Body, frozen=True, kw_only=True):
    """A yes or no. Enrolment is decided at `/enrolment`."""

    text: Literal["privacy", "terms"]
    version: Annotated[int, Meta(ge=1, le=9999, description="看到的版本号", examples=[1])]
    given: Annotated[bool, Meta(description="同意为 true，不同意或撤回为 false")]


class Consent(Struct, frozen=True):
    """Where one text stands with this account."""

    text: Literal["privacy", "terms", "enrolment"]
    title: str
    version: int
    state: Literal["undecided", "given", "refused", "outdated"]
    state_label: str
    decided_at: Moment | None
    expires_at: Moment | None
    actions: tuple[Action, ...]


class Consents(Struct, frozen=True):
    """Where all texts stand with this account."""

    items: tuple[Consent, ...]


# The enrolment text is decided by enrolling and leaving.
_ACTIONS: dict[tuple[bool, bool], Action] = {
    (False, False): "give",
    (False, True): "withdraw",
    (True, False): "enrol",
    (True, True): "leave",
}
_LABELS = {"undecided": "尚未决定", "given": "已同意", "refused": "未同意", "outdated": "需要重新确认"}


@routes.add("GET", "/texts", summary="隐私政策、服务条款和积分同意书", public=True)
async def list_texts() -> Texts:
    """现行版本全文，不登录也能看。"""
    return Texts(
        tuple(TextVersion(each.kind, each.version, each.title, each.body) for each in consent.texts().values())
    )


@routes.add("GET", "/consents", summary="我的同意")
async def list_consents(account: Account) -> Consents:
    """每份文本目前的状态。"""
    return await _consents(account)


@routes.add(
    "POST",
    "/consents",
    summary="同意、不同意或撤回",
    errors=[consent.old_text],
    status=201,
)
async def decide_consent(account: Account, body: Decision, write: Once) -> Consents:
    """撤回与同意一样方便；撤回后，需要个人信息的功能会停用，直到再次同意。"""

    async def deed() -> str:
        return str((await consent.decide(account, body.text, body.version, given=body.given)).id)

    await once(write, deed)
    return await _consents(account)


async def _consents(account: Account) -> Consents:
    newest = await consent.decisions(account)
    return Consents(tuple(_consent(text, newest.get(kind)) for kind, text in consent.texts().items()))


def _consent(text: consent.Text, decision: ConsentRow | None) -> Consent:
    state = consent.state_of(text, decision)
    return Consent(
        text=text.kind,
        title=text.title,
        version=text.version,
        state=state,
        state_label=_LABELS[state],
        decided_at=decision.decided_at if decision else None,
        expires_at=decision.expires_at if decision else None,
        actions=(_ACTIONS[text.kind == "enrolment", state == "given"],),
    )
