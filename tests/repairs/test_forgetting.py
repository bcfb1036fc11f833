"""A draft that nobody came back to for a year goes, with its pictures; everything else stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from backend.citizens.models import Citizen
from backend.repairs import submitting
from backend.repairs.forgetting import forget_drafts
from backend.repairs.models import Evidence
from media.models import Picture
from tests import evidence_factories
from tests.factories import CITIZEN, VAULT
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]


@both_databases
async def test_only_drafts_untouched_for_a_year_are_forgotten(database: None, clock_at: ClockAt) -> None:
    with clock_at("2025-11-20 09:00"):
        citizen = await evidence_factories.citizen_of(CITIZEN)
        left, touched = [await evidence_factories.draft(citizen) for _ in range(2)]
        handed_in = await submitting.submit(VAULT, citizen, (await evidence_factories.draft(citizen)).id)
    with clock_at("2025-11-25 09:00"):
        content = evidence_factories.a_content()
        await submitting.change(VAULT, citizen, touched.id, content, await _pictures(touched, citizen))
    with clock_at("2026-11-20 09:00"):
        assert await forget_drafts() == 0, "a year is not over yet"
    with clock_at("2026-11-20 09:01"):
        assert await forget_drafts() == 1
        assert await forget_drafts() == 0
    assert {each.id for each in await Evidence.all()} == {touched.id, handed_in.id}
    assert await Picture.filter(held_by=f"evidence:{left.id}").count() == 0
    assert await Picture.filter(held_by=None).count() == 1, "the sweep takes it"
    assert await Citizen.all().count() == 1


async def _pictures(evidence: Evidence, citizen: Citizen) -> list[UUID]:
    held = Picture.filter(held_by=f"evidence:{evidence.id}", owner_id=citizen.id)
    return [each.id for each in await held.order_by("position")]
