"""Her drafts: kept half-filled, changed, deleted; and whose pictures they may hold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import Conflict, Invalid, NotFound
from backend.repairs import submitting
from backend.repairs.content import DonationContent, ServiceContent
from backend.repairs.evidence import content_of, evidence_of, holder_of, list_of
from backend.repairs.models import Evidence
from media.intake import pictures_of
from media.models import Picture
from tests import evidence_factories
from tests.evidence_factories import a_content, a_picture, draft, submitted
from tests.factories import NEIGHBOUR, VAULT
from tests.running_app import both_databases


@both_databases
async def test_a_draft_keeps_whatever_is_there_and_hides_it(citizen: Citizen) -> None:
    half = ServiceContent(organisation="  露峰街道志愿队 ", hours=6.5)
    evidence = await submitting.save_draft(VAULT, citizen, "service", half)
    assert (evidence.state, evidence.quantity, evidence.happened_on) == ("draft", 65, None)
    assert content_of(VAULT, evidence) == ServiceContent(organisation="露峰街道志愿队", hours=6.5)
    assert "露峰街道志愿队".encode() not in bytes((await Evidence.get()).content_hidden)
    year, _, letters = evidence.number.partition("-")
    assert (year, len(letters)) == ("2026", 6)


async def test_what_is_written_can_be_found_by_its_day_its_hours_and_its_number(citizen: Citizen) -> None:
    one = await draft(citizen, certificate_number="hn 1")
    other = await draft(citizen, "donation", receipt_number="ＨＮ1")
    assert one.happened_on == other.happened_on is not None
    assert (one.quantity, other.quantity) == (80, None)
    assert one.ends_at is not None
    assert clock.local_date(one.ends_at) == one.happened_on
    assert one.number_digest == other.number_digest is not None


@both_databases
async def test_a_change_puts_everything_in_the_place_of_what_was_there(citizen: Citizen) -> None:
    evidence = await draft(citizen, pictures=[await a_picture(citizen), await a_picture(citizen)])
    kept, gone = (await pictures_of(holder_of(evidence.id)))[holder_of(evidence.id)]
    new = await a_picture(citizen)
    changed = await submitting.change(VAULT, citizen, evidence.id, ServiceContent(hours=2.0), [new, kept.id])
    assert (changed.quantity, changed.happened_on, changed.number) == (20, None, evidence.number)
    held = (await pictures_of(holder_of(evidence.id)))[holder_of(evidence.id)]
    assert [each.id for each in held] == [new, kept.id]
    assert (await Picture.get(id=gone.id)).held_by is None, "it is swept"


async def test_a_year_of_no_calendar_is_named_and_nothing_is_kept(citizen: Citizen) -> None:
    wrong = ServiceContent(starts_at=datetime(1, 1, 1, tzinfo=UTC))
    with pytest.raises(Invalid) as refused:
        await submitting.save_draft(VAULT, citizen, "service", wrong)
    assert [(each.field, each.code) for each in refused.value.fields] == [("starts_at", "wrong_year")]
    assert await Evidence.all().count() == 0


@both_databases
async def test_nobody_holds_anothers_picture_nor_one_twice_nor_one_that_is_used(citizen: Citizen) -> None:
    neighbour = await evidence_factories.citizen_of(NEIGHBOUR)
    used, own = await a_picture(citizen), await a_picture(citizen)
    await draft(citizen, pictures=[used])
    for pictures in ([await a_picture(neighbour)], [uuid4()], [own, own], [used], [own, used]):
        with pytest.raises(Invalid, match="no_such_picture"):
            await draft(citizen, pictures=pictures)
    assert await Evidence.all().count() == 1
    assert (await Picture.get(id=own)).held_by is None, "nothing was half done"


async def test_ten_pictures_are_too_many(citizen: Citizen) -> None:
    with pytest.raises(Invalid, match="too_many_pictures"):
        await draft(citizen, pictures=[await a_picture(citizen) for _ in range(10)])
    nine = [await a_picture(citizen) for _ in range(9)]
    evidence = await draft(citizen, pictures=nine)
    held = (await pictures_of(holder_of(evidence.id)))[holder_of(evidence.id)]
    assert [each.id for each in held] == nine


async def test_fifty_drafts_are_enough(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "MOST_DRAFTS", 2)
    first = await draft(citizen)
    await draft(citizen)
    with pytest.raises(Conflict, match="too_many_drafts"):
        await draft(citizen)
    await submitting.submit(VAULT, citizen, first.id)
    await draft(citizen)


@both_databases
async def test_a_deleted_draft_is_gone_and_lets_its_pictures_go(citizen: Citizen) -> None:
    evidence = await draft(citizen)
    await submitting.delete_draft(citizen, evidence.id)
    assert await Evidence.all().count() == 0
    assert (await Picture.get()).held_by is None
    with pytest.raises(NotFound):
        await submitting.delete_draft(citizen, evidence.id)


async def test_only_a_draft_is_deleted(citizen: Citizen) -> None:
    evidence = await submitted()
    with pytest.raises(Conflict, match="evidence_not_a_draft"):
        await submitting.delete_draft(citizen, evidence.id)
    held = (await pictures_of(holder_of(evidence.id)))[holder_of(evidence.id)]
    assert len(held) == 1


async def test_a_neighbour_sees_and_does_nothing_with_hers(citizen: Citizen) -> None:
    evidence, neighbour = await draft(citizen), await evidence_factories.citizen_of(NEIGHBOUR)
    for deed in (
        lambda: evidence_of(neighbour, evidence.id),
        lambda: submitting.change(VAULT, neighbour, evidence.id, ServiceContent()),
        lambda: submitting.submit(VAULT, neighbour, evidence.id),
        lambda: submitting.withdraw(neighbour, evidence.id),
        lambda: submitting.delete_draft(neighbour, evidence.id),
    ):
        with pytest.raises(NotFound, match="evidence_not_found"):
            await deed()
    assert await list_of(neighbour, None, 10) == []
    assert (await Evidence.get()).content_hidden == evidence.content_hidden


async def test_the_list_goes_back_in_time(citizen: Citizen) -> None:
    ids = [(await draft(citizen)).id for _ in range(3)]
    first = await list_of(citizen, None, 2)
    assert [each.id for each in first] == [ids[2], ids[1]]
    assert [each.id for each in await list_of(citizen, ids[1], 2)] == [ids[0]]


async def test_a_content_of_another_kind_is_a_programmers_mistake(citizen: Citizen) -> None:
    with pytest.raises(ValueError, match="another kind"):
        await submitting.save_draft(VAULT, citizen, "service", DonationContent())
    evidence = await draft(citizen)
    with pytest.raises(ValueError, match="another kind"):
        await submitting.change(VAULT, citizen, evidence.id, a_content("study"))
