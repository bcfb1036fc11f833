"""Opening a nomination is a look that everybody whom it concerns can read of; two at once decide it once."""

import asyncio
from datetime import timedelta

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.errors import DomainError
from backend.nominations import moderating, nominating
from backend.nominations.models import NominatedPerson, Nomination, NominationStep, Nominee
from backend.nominations.nominations import holder_of
from backend.notifications.models import Notice
from backend.staff.permissions import Staff
from tests import factories, season_factories
from tests.connections import open_all
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, PUPIL, VAULT
from tests.moderated import accepts, waiting
from tests.nomination_factories import a_person, nominated
from tests.running_app import both_databases


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, bound; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


@pytest.fixture
async def season(citizen: Citizen) -> Season:
    return await season_factories.a_season()


@pytest.fixture
async def staff(season: Season) -> Staff:
    """A moderator of the department that owns the award."""
    return await season_factories.moderator()


@pytest.fixture
async def nomination(citizen: Citizen, season: Season) -> Nomination:
    """Handed in, and passed by WeChat."""
    return await waiting(await nominated(citizen, season))


async def test_opening_is_a_look_that_the_nominator_can_read_of(staff: Staff, nomination: Nomination) -> None:
    case = await moderating.open_case(VAULT, staff, nomination.id)
    assert (case.nominator, case.content.people[0].name, case.may) == ("鲁**", "周三", {"accept", "refuse"})
    (look,) = await AccessLog.all()
    assert (look.citizen_id, look.purpose, look.about) == (
        nomination.citizen_id,
        "nomination_check",
        holder_of(nomination.id),
    )
    await moderating.open_case(VAULT, staff, nomination.id)
    assert await AccessLog.filter(purpose="nomination_check").count() == 2, "each time is a look"


async def test_whom_the_register_proves_reads_of_the_look_too_and_a_minor_is_pointed_out(
    citizen: Citizen, season: Season, staff: Staff
) -> None:
    cousin, pupil = await citizen_of(COUSIN), await citizen_of(PUPIL)
    await Citizen.filter(id=pupil.id).update(adult_on=clock.today() + timedelta(days=1))
    people = [a_person(each.name, contact=f"手机 {each.phone}") for each in (COUSIN, PUPIL)]
    nomination = await waiting(await nominated(citizen, season, *people))
    case = await moderating.open_case(VAULT, staff, nomination.id)
    assert [(each.citizen_id, each.minor) for each in case.named] == [(cousin.id, False), (pupil.id, True)]
    looks = await AccessLog.filter(purpose="nominee_asking").values_list("citizen_id", flat=True)
    assert set(looks) == {cousin.id, pupil.id}


@both_databases
async def test_of_two_moderators_at_once_one_decides(season: Season, staff: Staff, nomination: Nomination) -> None:
    colleague = await season_factories.moderator("wmb-moderator-2")
    version = nomination.version
    await open_all()
    ways = [
        *(moderating.accept(VAULT, each, nomination.id, version, [None]) for each in (staff, colleague) * 2),
        *(moderating.refuse(VAULT, each, nomination.id, version, "no_deeds") for each in (staff, colleague) * 2),
    ]
    done = await asyncio.gather(*ways, return_exceptions=True)
    assert {type(each) for each in done if isinstance(each, Exception) and not isinstance(each, DomainError)} == set()
    state = (await Nomination.get(id=nomination.id)).state
    assert await NominationStep.filter(kind__in=["accepted", "refused"]).values_list("kind", flat=True) == [state]
    assert await Notice.filter(about=holder_of(nomination.id)).count() == 1
    assert await Nominee.all().count() == (1 if state == "accepted" else 0)


@both_databases
async def test_withdrawn_at_the_same_moment_it_is_one_or_the_other(
    citizen: Citizen, season: Season, staff: Staff, nomination: Nomination
) -> None:
    await open_all()
    done = await asyncio.gather(
        accepts(staff, nomination), nominating.withdraw(VAULT, citizen, nomination.id), return_exceptions=True
    )
    assert all(isinstance(each, Nomination | DomainError) for each in done)
    state = (await Nomination.get(id=nomination.id)).state
    assert state in {"accepted", "withdrawn"}
    assert await NominatedPerson.filter(nominee_id__isnull=False).count() == (1 if state == "accepted" else 0)
