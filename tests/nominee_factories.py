"""Plain factories of nominees, through the real use cases. They need an open database, as `tests.factories` does."""

from collections.abc import Awaitable
from uuid import UUID

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import DomainError
from backend.nominations import asking, consents, merging, open_list
from backend.nominations.content import Person
from backend.nominations.models import Nomination, Nominee
from backend.nominations.nominees import about_of
from backend.nominations.stories import Changes
from backend.nominations.words import ConsentKind
from backend.notifications.models import Notice
from backend.staff.permissions import Staff
from tests import factories, nomination_factories, season_factories
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, NEIGHBOUR, VAULT

YES: dict[ConsentKind, bool] = {"endorse": True, "credit_check": True, "publication": True}
UNKNOWN = "周三"  # of whom the register knows nothing


def as_told(person: factories.Person = NEIGHBOUR, **changes: str) -> Person:
    """A person of the register as a nominator writes of her, with her phone."""
    said = {"unit": "下汤村", "township": person.township, "contact": f"手机 {person.phone}", "relation": "neighbour"}
    return Person(name=person.name, **said | changes)


async def moderator() -> Staff:
    """评选管理员 of the department that runs the season."""
    return await season_factories.moderator()


async def a_season(code: str = "moral_model") -> Season:
    """Open for nominating from today, in a county with its tiny catalogue."""
    await citizen_of()
    return await season_factories.a_season(code=code)


async def accepted(nomination: Nomination, *into: UUID | None) -> list[Nominee]:
    """A moderator accepts it: for each person a new nominee, unless `into` says whom each joins."""
    await nomination_factories.decided(nomination, "accepted")
    people = await nomination.people.all().count()
    async with transaction():
        return await merging.take_in(VAULT, await moderator(), nomination, into or [None] * people)


async def gathered(season: Season, person: Person | None = None, by: factories.Person = CITIZEN) -> Nominee:
    """Somebody whom one nomination names; 鲁小红, who lives next door, unless told otherwise."""
    nomination = await nomination_factories.nominated(await citizen_of(by), season, person or as_told())
    (nominee,) = await accepted(nomination)
    return nominee


async def asked(season: Season, person: Person | None = None) -> Nominee:
    """Somebody who is asked: 鲁小红 in the app, who is bound, or whom you name."""
    await citizen_of(NEIGHBOUR)
    nominee = await gathered(season, person)
    return await asking.ask(VAULT, await moderator(), nominee.id, nominee.version)


async def agreed(season: Season, **said: bool) -> tuple[Citizen, Nominee]:
    """鲁小红, who said yes to everything but what `said` says otherwise."""
    nominee = await asked(season)
    citizen = await citizen_of(NEIGHBOUR)
    given = YES | {kind: yes for kind, yes in said.items() if kind in YES}  # type: ignore[misc]
    return citizen, await consents.answer(citizen, nominee.id, nominee.version, True, given)


def changes_of(nominee: Nominee, **changes: object) -> Changes:
    """What stands about her, with these changes."""
    about = about_of(VAULT, nominee)
    assert about is not None
    said = {name: getattr(about, name) for name in about.__struct_fields__} | {"township": nominee.township}
    return Changes(**said | changes)  # type: ignore[arg-type]


async def shown(season: Season) -> list[UUID]:
    """Whom other citizens see of a season while it is open, by id."""
    return [each.nominee.id for each in await open_list.page(VAULT, season.id, None, 100)]


async def refused(deed: Awaitable[object]) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def faults(deed: Awaitable[object]) -> dict[str, str]:
    """The faulty fields of a refusal, with the code of each."""
    with pytest.raises(DomainError) as error:
        await deed
    assert error.value.code == "invalid_fields"
    return {each.field: each.code for each in error.value.fields}


async def told(person: factories.Person, kind: str) -> list[str]:
    """What she was told of this kind, the oldest first."""
    citizen = await citizen_of(person)
    return [each.body for each in await Notice.filter(citizen_id=citizen.id, kind=kind).order_by("id")]
