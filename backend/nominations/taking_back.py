"""What a nominator does after handing in: takes a nomination back, or appeals once against its refusal."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from tortoise.expressions import F

from backend import clock
from backend.awards import seasons
from backend.database import transaction
from backend.errors import Conflict, FieldError, invalid_fields
from backend.nominations import nominees
from backend.nominations.content import Person
from backend.nominations.models import NominatedPerson, Nomination, NominationStep, Nominee
from backend.nominations.nominations import add_step, content_of, hide_words, holder_of
from backend.nominations.nominators import Nominator
from backend.nominations.words import UNDECIDED
from backend.secrets import Vault
from media import intake

WITHDRAWN_KEPT = timedelta(days=30)  # product.md: as what is kept of nominees who were refused
PICTURES_KEPT = timedelta(days=7)
APPEAL_DAYS = 15  # calendar days after the refusal: longer than the ten working days of most seasons' checking
LEAST_WORDS, MOST_WORDS = 10, 500  # characters of an appeal


def not_withdrawable() -> Conflict:
    return Conflict("nomination_not_withdrawable", "这份推荐已经有了结果，或者已经开始征求本人意见，不能撤回了。")


def not_appealable() -> Conflict:
    return Conflict(
        "nomination_not_appealable",
        f"只有未通过的推荐可以申诉，自通知起 {APPEAL_DAYS} 天内一次。过了时间的，推荐期内可以重新推荐。",
    )


class Ways(NamedTuple):
    """What a nominator may still do: take it back; appeal, until when, or not at all."""

    withdraw: bool
    appeal_until: date | None


async def withdraw(vault: Vault, by: Nominator, nomination_id: UUID) -> Nomination:
    """Take it back before it is decided, or while nobody was asked. Its pictures go in a week, its words in a month.

    Raises NotFound, or Conflict when it is a draft, decided, or its nominee is being asked. It cannot come back.
    """
    async with transaction():
        await by.hold()
        nomination = await by.one(nomination_id)
        if nomination.state not in {*UNDECIDED, "accepted"}:
            raise not_withdrawable()
        if nomination.state == "accepted":
            await _leave(vault, nomination)
        day = clock.today() + WITHDRAWN_KEPT
        if not await _move(nomination, "withdrawn", erase_on=day):
            raise not_withdrawable()
        await add_step(nomination_id, "withdrawn", staff_id=by.staff_id)
        await intake.schedule_deletion(holder_of(nomination_id), clock.today() + PICTURES_KEPT)
    return await by.one(nomination_id)


async def appeal(vault: Vault, by: Nominator, nomination_id: UUID, words: str) -> Nomination:
    """Ask once that another moderator decides. Raises NotFound, Invalid for too few words or too many, Conflict."""
    words = words.strip()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        wrong = f"请写明理由，{LEAST_WORDS} 到 {MOST_WORDS} 个字。"
        raise invalid_fields([FieldError("words", "wrong_length", wrong)])
    async with transaction():
        await by.hold()
        nomination = await by.one(nomination_id)
        until = (await ways_of([nomination]))[nomination_id].appeal_until
        if until is None or clock.today() > until or not await _move(nomination, "appealed", erase_on=None):
            raise not_appealable()
        await add_step(nomination_id, "appealed", staff_id=by.staff_id, words_hidden=hide_words(vault, words))
        await intake.schedule_deletion(holder_of(nomination_id), None)  # whoever decides anew looks at them
    return await by.one(nomination_id)


async def ways_of(nominations: Sequence[Nomination]) -> dict[UUID, Ways]:
    """What may be done about each, by its id. The rows are fetched with their seasons."""
    ids = [each.id for each in nominations]
    asked = NominatedPerson.filter(nomination_id__in=ids, nominee_id__isnull=False).exclude(nominee__state="gathered")
    too_late = set(await asked.values_list("nomination_id", flat=True))
    steps = NominationStep.filter(nomination_id__in=ids, kind__in=["refused", "appealed"]).order_by("id")
    ways: dict[UUID, Ways] = {}
    told: dict[UUID, list[NominationStep]] = {each: [] for each in ids}
    for step in await steps:
        told[step.nomination_id].append(step)
    for each in nominations:
        open_still = each.state in UNDECIDED or (each.state == "accepted" and each.id not in too_late)
        ways[each.id] = Ways(open_still, _appeal_until(each, told[each.id]))
    return ways


def _appeal_until(nomination: Nomination, steps: Sequence[NominationStep]) -> date | None:
    """Once the season is decided or stopped, an appeal could change nothing; nor after what was written is erased."""
    if nomination.state != "refused" or nomination.content_hidden is None:
        return None
    if seasons.phase(nomination.season) not in {"nominating", "checking", "judging", "deciding"}:
        return None
    if not steps or any(each.kind == "appealed" for each in steps):
        return None
    return clock.local_date(steps[-1].at) + timedelta(days=APPEAL_DAYS)


async def _move(nomination: Nomination, state: str, *, erase_on: date | None) -> bool:
    """Into another state, unless something came between."""
    here = Nomination.filter(id=nomination.id, state=nomination.state, version=nomination.version)
    return bool(await here.update(state=state, version=F("version") + 1, erase_on=erase_on, changed_at=clock.now()))


async def _leave(vault: Vault, nomination: Nomination) -> None:
    """Take its words from the nominees whom it named. Raises Conflict once any of them was asked."""
    here = NominatedPerson.filter(nomination_id=nomination.id, nominee_id__isnull=False)
    for person in await here.order_by("nominee_id").select_related("nominee"):
        nominee = person.nominee
        # The row's own change keeps a question that is asked at this very moment from going between.
        gathered = Nominee.filter(id=person.nominee_id, state="gathered")
        if nominee is None or not await gathered.update(version=F("version") + 1, changed_at=clock.now()):
            raise not_withdrawable()
        await NominatedPerson.filter(id=person.id).update(nominee_id=None)
        others = NominatedPerson.filter(nominee_id=nominee.id).order_by("id").select_related("nomination")
        if left := await others.first():
            await _rewrite(vault, nominee.id, (nomination, person.position), (left.nomination, left.position))
        else:
            await Nominee.filter(id=nominee.id).delete()


async def _rewrite(vault: Vault, nominee_id: UUID, gone: tuple[Nomination, int], left: tuple[Nomination, int]) -> None:
    """Say of a nominee what another nominator wrote, where it is what `gone` wrote; a moderator's own words stay."""
    about = nominees.about_of(vault, await Nominee.get(id=nominee_id))
    if about is None:
        return
    before, now = _said(vault, *gone), _said(vault, *left)
    changes: dict[str, Any] = {name: now[name] for name, text in before.items() if getattr(about, name) == text}
    holder = holder_of(gone[0].id)
    theirs = {each.id for each in (await intake.pictures_of(holder))[holder]}
    changes["pictures"] = tuple(each for each in about.pictures if each not in theirs)
    hidden = nominees.hide_about(vault, msgspec.structs.replace(about, **changes))
    await Nominee.filter(id=nominee_id).update(about_hidden=hidden)
    await nominees.add_step(nominee_id, "left")


def _said(vault: Vault, nomination: Nomination, position: int) -> dict[str, str]:
    """What a nomination says of one of its people, as it is kept about a nominee."""
    content = content_of(vault, nomination)
    person = content.people[position] if position < len(content.people) else Person()
    texts = {"name": person.name, "unit": person.unit, "contact": person.contact, "story": content.story}
    return {name: text or "" for name, text in texts.items()}
