"""The first look at a nomination that was handed in: WeChat's content checks, part by part; a moderator comes after.

Whatever WeChat says, and when it says nothing, a person decides: its verdicts are flags on her page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from backend import clock
from backend.citizens.models import Account
from backend.content.private_numbers import hidden
from backend.errors import Conflict, Unavailable
from backend.nominations.check_answers import settle
from backend.nominations.content import Content
from backend.nominations.models import ContentCheck, Nomination
from backend.nominations.nominations import content_of, holder_of
from backend.secrets import Vault
from backend.wechat import WeChat
from backend.wechat_checks import FORUM, Verdict, check_picture, check_text, pieces
from media.intake import pictures_of
from media.links import WECHAT, sign_link

CHECK_NOMINATION = "check_nomination"  # the promised job; its payload: nomination, an id
TRIES_FOR = timedelta(minutes=10)  # after handing in: a WeChat that is away for longer leaves it to a person
FETCHED_WITHIN = timedelta(minutes=30)  # as long as WeChat takes at most (rules.md)
PICTURE_PATH = "/api/v1/pictures/"  # below PUBLIC_URL


@dataclass(frozen=True)
class Checker:
    """What checking needs. `pictures_at`: where WeChat reaches this server; nothing: pictures go to a person."""

    wechat: WeChat = field(repr=False)
    vault: Vault = field(repr=False)
    pictures_at: str = ""


async def check(checker: Checker, payload: Mapping[str, str]) -> None:
    """Ask WeChat about each part that was not asked about yet. Done again, after a crash too, it asks for the rest.

    Raises Unavailable while WeChat is away, for TRIES_FOR; afterwards what is left goes to a person unchecked.
    """
    nomination = await Nomination.get_or_none(id=UUID(payload["nomination"]), state="checking")
    if nomination is None:  # withdrawn meanwhile, or done before
        return
    texts = pieces(words_for_wechat(content_of(checker.vault, nomination)))
    parts = [f"text:{place}" for place in range(len(texts))]
    await _plan(nomination, [*parts, *(f"picture:{each}" for each in await _pictures(nomination))])
    openid = await _openid(checker.vault, nomination)
    asking = _Asking(checker, nomination, texts)
    for row in await ContentCheck.filter(nomination_id=nomination.id, state="asked", trace_id=None).order_by("part"):
        await asking.ask(row, openid)
    await settle(nomination.id)


def words_for_wechat(content: Content) -> str:
    """What others may come to read, for WeChat to check: no name, no way to reach anybody, long numbers masked."""
    units = [person.unit for person in content.people]
    return hidden("\n".join(each for each in (*units, content.place, content.story) if each))


@dataclass(frozen=True)
class _Asking:
    checker: Checker
    nomination: Nomination
    texts: Sequence[str]

    async def ask(self, row: ContentCheck, openid: str | None) -> None:
        """One part; what WeChat cannot be asked about is written down as unchecked."""
        kind, _, name = row.part.partition(":")
        try:
            if openid is None or (kind == "picture" and not self.checker.pictures_at):
                await _answered(row, None)
            elif kind == "text":
                await _answered(row, await check_text(self.checker.wechat, openid, self.texts[int(name)], FORUM))
            else:
                trace_id = await check_picture(self.checker.wechat, openid, self._link(UUID(name)), FORUM)
                here = ContentCheck.filter(id=row.id, trace_id=None)
                await here.update(trace_id=trace_id, asked_at=clock.now())
        except Conflict:
            await _answered(row, None)
        except Unavailable:
            if clock.now() < (self.nomination.submitted_at or clock.now()) + TRIES_FOR:
                raise
            await _answered(row, None)

    def _link(self, picture_id: UUID) -> str:
        viewer = f"{WECHAT}:{self.nomination.id}"
        token = sign_link(self.checker.vault, picture_id, "middle", viewer, FETCHED_WITHIN)
        return f"{self.checker.pictures_at}{PICTURE_PATH}{token}"


async def _pictures(nomination: Nomination) -> list[UUID]:
    holder = holder_of(nomination.id)
    return [each.id for each in (await pictures_of(holder))[holder] if each.deleted_at is None]


async def _plan(nomination: Nomination, parts: Sequence[str]) -> None:
    """A row for each part before anybody is asked, so that no answer can look like the last one too early."""
    known = {"nomination_id": nomination.id, "round": nomination.version, "state": "asked", "asked_at": clock.now()}
    await ContentCheck.bulk_create([ContentCheck(part=part, **known) for part in parts], ignore_conflicts=True)


async def _answered(row: ContentCheck, verdict: Verdict | None) -> None:
    state, label = ("failed", None) if verdict is None else verdict
    here = ContentCheck.filter(id=row.id, state="asked")
    await here.update(state=state, label=label, answered_at=clock.now())


async def _openid(vault: Vault, nomination: Nomination) -> str | None:
    """The WeChat user behind it; nobody where a unit nominates, or where the account was closed."""
    account = await Account.get_or_none(citizen_id=nomination.citizen_id) if nomination.citizen_id else None
    return None if account is None else vault.decrypt(account.openid_hidden, "account.openid")
