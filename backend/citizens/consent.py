"""The texts that citizens are asked to agree to, and their dated yes or no (个人信息保护法 art. 13 to 17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from backend import clock
from backend.citizens.accounts import hold_account
from backend.citizens.models import Account, Consent
from backend.database import transaction
from backend.errors import Conflict, Forbidden, NotFound

TextKind = Literal["privacy", "terms", "enrolment"]
ConsentState = Literal["undecided", "given", "refused", "outdated"]
NEEDED_FOR_ANYTHING_PERSONAL: tuple[TextKind, ...] = ("privacy", "terms")
LASTS = timedelta(days=365)  # never for life: 国办发〔2020〕49号

_TEXTS = Path(__file__).parent / "texts"
_TITLES: dict[TextKind, str] = {"privacy": "隐私政策", "terms": "服务条款", "enrolment": "参加积分同意书"}


class Agreeing(Protocol):
    """An account, or what is known of it, as far as its yes goes."""

    @property
    def agreed_texts(self) -> str: ...

    @property
    def agreed_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Text:
    """One version of one text; `body` is Markdown."""

    kind: TextKind
    version: int
    title: str
    body: str


def no_such_text() -> NotFound:
    return NotFound("text_not_found", "没有这份文本，请刷新后重试。")


def old_text() -> Conflict:
    return Conflict("text_changed", "这份文本已经更新，请阅读新版本后再决定。")


def consent_needed() -> Forbidden:
    return Forbidden("consent_needed", "请先阅读并同意《隐私政策》和《服务条款》。")


@cache
def texts() -> dict[TextKind, Text]:
    """The newest version of each text."""
    newest: dict[TextKind, Text] = {}
    for kind, title in _TITLES.items():
        version, path = max((int(path.stem.rpartition("-")[2]), path) for path in _TEXTS.glob(f"{kind}-*.md"))
        newest[kind] = Text(kind, version, title, path.read_text(encoding="utf-8"))
    return newest


def agreed(account: Agreeing, moment: datetime) -> bool:
    """Whether this account's yes to the texts in force still holds."""
    return account.agreed_texts == _stamp() and account.agreed_until is not None and moment < account.agreed_until


async def decide(account: Account, kind: TextKind, version: int, *, given: bool) -> Consent:
    """Keep a yes or no to a text. Raises NotFound, or Conflict when a newer version is in force."""
    async with transaction():
        return await record(account, kind, version, given=given)


async def record(account: Account, kind: TextKind, version: int, *, given: bool) -> Consent:
    """The same inside the caller's transaction."""
    text = texts().get(kind)
    if text is None:
        raise no_such_text()
    if version != text.version:
        raise old_text()
    # Two texts decided at once would each stamp the account without having seen the other's yes.
    await hold_account(account)
    now = clock.now()
    consent = await Consent.create(
        account=account,
        text=kind,
        version=version,
        given=given,
        decided_at=now,
        expires_at=now + LASTS if given else None,
    )
    await _restamp(account)
    return consent


async def decisions(account: Account) -> dict[str, Consent]:
    """The newest yes or no to each text."""
    rows = await Consent.filter(account=account).order_by("decided_at", "id")
    return {row.text: row for row in rows}


def state_of(text: Text, decision: Consent | None) -> ConsentState:
    """Where a text in force stands with an account whose newest decision on it this is."""
    if decision is None:
        return "undecided"
    if not decision.given:
        return "refused"
    holds = decision.version == text.version and decision.expires_at is not None and clock.now() < decision.expires_at
    return "given" if holds else "outdated"


async def _restamp(account: Account) -> None:
    newest = await decisions(account)
    holding = [
        newest[kind] for kind in NEEDED_FOR_ANYTHING_PERSONAL if state_of(texts()[kind], newest.get(kind)) == "given"
    ]
    if len(holding) == len(NEEDED_FOR_ANYTHING_PERSONAL):
        account.agreed_texts = _stamp()
        account.agreed_until = min(each.expires_at for each in holding if each.expires_at)
    else:
        account.agreed_texts, account.agreed_until = "", None
    await account.save(update_fields=["agreed_texts", "agreed_until"])


def _stamp() -> str:
    return ",".join(f"{kind}:{texts()[kind].version}" for kind in NEEDED_FOR_ANYTHING_PERSONAL)
