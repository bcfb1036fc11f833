"""An appeal is decided by another moderator, once: the nomination comes in after all, or an office is named to ask."""

from collections.abc import Awaitable
from datetime import date

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import DomainError
from backend.nominations import appeals, moderating, nominating
from backend.nominations.models import Nomination, NominationStep, Nominee
from backend.nominations.moderation_queue import Waiting, decided, waiting_in
from backend.nominations.nominations import holder_of
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from media.models import Picture
from tests import factories, season_factories
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import VAULT
from tests.moderated import refuses, waiting
from tests.nomination_factories import drafted

WORDS = "事迹有村委会证明，请再核实一次。"


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
async def first(season: Season) -> Staff:
    """Who refused."""
    return await season_factories.moderator()


@pytest.fixture
async def second(season: Season) -> Staff:
    """Her colleague."""
    return await season_factories.moderator("wmb-moderator-2")


@pytest.fixture
async def appealed(citizen: Citizen, season: Season, first: Staff) -> Nomination:
    """Refused, and appealed against."""
    draft = await drafted(citizen, season, pictures=[await a_picture(citizen)])
    nomination = await waiting(await nominating.submit(VAULT, citizen, draft.id))
    await refuses(first, nomination)
    return await nominating.appeal(VAULT, citizen, nomination.id, WORDS)


async def refused(deed: Awaitable[object]) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def test_who_refused_reads_the_appeal_and_does_not_decide_it(
    appealed: Nomination, first: Staff, season: Season
) -> None:
    case = await moderating.open_case(VAULT, first, appealed.id)
    assert case.may == frozenset()
    assert [each.words for each in case.steps if each.kind == "appealed"] == [WORDS]
    version = appealed.version
    assert await refused(appeals.uphold(VAULT, first, appealed.id, version, [None])) == "other_moderator_needed"
    assert await refused(appeals.refuse(VAULT, first, appealed.id, version, "no_deeds")) == "other_moderator_needed"
    assert await refused(moderating.accept(VAULT, first, appealed.id, version, [None])) == "nomination_not_waiting"
    (line,) = await moderating.queue(first, season.id)
    assert (line.state, line.first_mine, line.mine) == ("appealed", True, False)


async def test_another_department_finds_no_appeal(appealed: Nomination) -> None:
    elsewhere = await season_factories.moderator("xcb-moderator", "XCB")
    version = appealed.version
    assert await refused(appeals.uphold(VAULT, elsewhere, appealed.id, version, [None])) == "nomination_not_found"
    assert await refused(appeals.refuse(VAULT, elsewhere, appealed.id, version, "no_deeds")) == "nomination_not_found"


async def test_upheld_it_comes_in_after_all(appealed: Nomination, second: Staff, season: Season) -> None:
    assert (await moderating.open_case(VAULT, second, appealed.id)).may == {"accept", "refuse"}
    for _ in range(2):
        after = await appeals.uphold(VAULT, second, appealed.id, appealed.version, [None])
    assert (after.state, after.erase_on) == ("accepted", None)
    assert await Nominee.all().count() == 1
    assert (await Picture.get(held_by=holder_of(appealed.id))).delete_on is None, "they are needed again"
    assert "另一位工作人员复核，通过了审核" in (await Notice.get(kind="nomination_accepted")).body
    assert await AuditEvent.filter(action="nomination.appeal").count() == 1
    assert [each.id for each in await decided(second, season.id)] == [appealed.id]


async def test_refused_again_it_ends_with_reasons_and_an_office(
    appealed: Nomination, second: Staff, citizen: Citizen
) -> None:
    for _ in range(2):
        after = await appeals.refuse(VAULT, second, appealed.id, appealed.version, "untrue", "村里没有这件事。")
    assert (after.state, after.erase_on) == ("closed", date(2026, 12, 23))
    body = (await Notice.get(kind="nomination_closed")).body
    for words in ("事迹与核实到的情况不符", "县文明办", "0375-0000105"):
        assert words in body
    again = nominating.appeal(VAULT, citizen, appealed.id, WORDS)
    assert await refused(again) == "nomination_not_appealable"
    kinds = await NominationStep.filter(nomination_id=appealed.id).order_by("id").values_list("kind", flat=True)
    assert kinds == ["submitted", "refused", "appealed", "closed"]


async def test_an_appeal_is_none_before_it_is_made(
    citizen: Citizen, season: Season, first: Staff, second: Staff
) -> None:
    draft = await drafted(citizen, season)
    nomination = await waiting(await nominating.submit(VAULT, citizen, draft.id))
    assert await refused(appeals.uphold(VAULT, second, nomination.id, nomination.version, [None])) == (
        "nomination_not_waiting"
    )
    after = await refuses(first, nomination)
    wrong = appeals.refuse(VAULT, second, nomination.id, after.version, "no_deeds")
    assert await refused(wrong) == "nomination_not_waiting"
    assert await waiting_in([season.id]) == {season.id: Waiting(0, 0, 0)}


async def test_what_waits_is_counted_by_season(appealed: Nomination, season: Season) -> None:
    assert await waiting_in([season.id]) == {season.id: Waiting(1, 1, 0)}
