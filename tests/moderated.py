"""Nominations on their way past WeChat and the moderators, in one line each. They need an open database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from backend.demo.wechat_stand_in import StandIn
from backend.jobs.models import Job
from backend.nominations import checking, moderating
from backend.nominations.checking import CHECK_NOMINATION, Checker
from backend.nominations.models import ContentCheck, Nomination
from backend.staff.permissions import Staff
from backend.wechat import WeChat
from tests.factories import CITIZEN, VAULT, Person
from tests.wechat.opening import opened


@asynccontextmanager
async def checker_at(stand_in: StandIn, pictures_at: str = "http://127.0.0.1:9") -> AsyncIterator[Checker]:
    """What the worker has; pictures are fetched from nowhere unless it is said where."""
    async with opened(stand_in.url) as wechat:
        yield Checker(wechat, VAULT, pictures_at)


async def opens_app(wechat: WeChat, stand_in: StandIn, person: Person = CITIZEN) -> None:
    """She opens the mini-program: for two hours WeChat checks what she writes."""
    await wechat.sign_in(stand_in.code(person.wechat))


async def check(checker: Checker, nomination: Nomination) -> Nomination:
    """The promised job, done."""
    await checking.check(checker, {"nomination": str(nomination.id)})
    return await Nomination.get(id=nomination.id)


async def promised(nomination: Nomination) -> Mapping[str, str]:
    """What the outbox holds of it."""
    job = await Job.get(name=CHECK_NOMINATION)
    assert job.payload == {"nomination": str(nomination.id)}
    return job.payload


async def states(nomination: Nomination) -> dict[str, str]:
    """What each part came to; pictures as `picture`."""
    rows = await ContentCheck.filter(nomination_id=nomination.id).order_by("id")
    return {each.part.split(":")[0] if each.part.startswith("picture") else each.part: each.state for each in rows}


async def waiting(nomination: Nomination) -> Nomination:
    """WeChat has passed all of it."""
    await Nomination.filter(id=nomination.id, state="checking").update(state="waiting")
    return await Nomination.get(id=nomination.id)


async def accepts(staff: Staff, nomination: Nomination, into: Sequence[UUID | None] = (None,)) -> Nomination:
    """A moderator accepts it as it is now."""
    version = (await Nomination.get(id=nomination.id)).version
    return await moderating.accept(VAULT, staff, nomination.id, version, into)


async def refuses(staff: Staff, nomination: Nomination, reason: str = "no_deeds", words: str = "") -> Nomination:
    """A moderator refuses it as it is now."""
    version = (await Nomination.get(id=nomination.id)).version
    return await moderating.refuse(VAULT, staff, nomination.id, version, reason, words)


def words_of(fault: Any) -> str:
    """The code of a refusal."""
    return str(fault.value.code)
