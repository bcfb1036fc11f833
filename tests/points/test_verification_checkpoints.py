"""A ledger that was altered so that it fits itself: what the checkpoints kept names the place."""

import asyncio
import sqlite3
from argparse import Namespace
from contextlib import closing
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from tortoise.connection import get_connection
from tortoise.expressions import F

from backend import clock
from backend.commands import proofs
from backend.database import close_database, open_database
from backend.points.chain import Link, first_hash, link_hash
from backend.points.checkpoints import checkpoint_hash, take_checkpoint
from backend.points.models import Checkpoint, Enrolment, PointEntry, Score
from backend.points.verification import verify_ledger
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from tests.points.stories import BASE, Facts, Life, a_fact, a_life

OTHER = "0" * 64
REWRITTEN = "the chain was rewritten since the checkpoint, here or before"
MISSING = "the checkpoint is missing"
HEADS = "the heads kept in the enrolments are not those that it was taken over"

# What is read is compared in Python: the kind of database makes no difference here.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def life(facts: Facts) -> Life:
    """A citizen with four entries between two neighbours, over whom three checkpoints were taken; then a fifth came."""
    before, life, after = [await a_life(facts) for _ in range(3)]
    for day in range(3):
        with clock.pinned(clock.now() + timedelta(days=day)):
            await (before, after, life)[day].happens(a_fact(f"record:{day}"))
            await life.happens(a_fact(f"record:1{day}"))
            assert await take_checkpoint()
    await life.happens(a_fact("record:5"))
    assert (await verify_ledger()).misfits == []
    return life


async def named(life: Life) -> list[tuple[str, int | None, str]]:
    """What does not fit: hers, somebody else's, or a checkpoint by its number."""
    mine = set(await Enrolment.filter(citizen_id=life.citizen.id).values_list("id", flat=True))
    found = []
    for each in (await verify_ledger()).misfits:
        whose = "checkpoint" if each.enrolment_id is None else "hers" if each.enrolment_id in mine else "another's"
        found.append((whose, each.sequence if each.checkpoint is None else each.checkpoint, each.fault))
    return found


async def rewrite(enrolment_id: UUID, base: int = BASE, **changes: Any) -> None:
    """Change the second entry, or the base, and make everything after it fit again, the score too."""
    head = first_hash(enrolment_id, base)
    for entry in await PointEntry.filter(enrolment_id=enrolment_id).order_by("sequence"):
        said = {each: getattr(entry, each) for each in Link.__struct_fields__}
        said |= changes if entry.sequence == 2 else {}
        link = Link(**said)
        previous, head = head, link_hash(head, link)
        said.pop("id")
        await PointEntry.filter(id=entry.id).update(**said, previous_hash=previous, hash=head)
    points = base + sum([each.points for each in await PointEntry.filter(enrolment_id=enrolment_id)])
    parts = {"志愿服务": points - base} if points != base else {}
    count = await PointEntry.filter(enrolment_id=enrolment_id).count()
    await Score.filter(enrolment_id=enrolment_id).update(
        base=base, points=points, parts=parts, head=head, entry_count=count
    )


@pytest.mark.parametrize(("base", "changes"), [(BASE, {"points": 500}), (BASE, {"kind": "changed"}), (2000, {})])
async def test_a_chain_rewritten_from_within_with_its_score_is_named(
    life: Life, base: int, changes: dict[str, Any]
) -> None:
    await rewrite((await life.score()).enrolment_id, base, **changes)
    assert await named(life) == [("hers", 4, REWRITTEN)]


async def test_an_entry_rewritten_to_what_cannot_be_read_is_named(life: Life) -> None:
    await rewrite((await life.score()).enrolment_id, why="{}")
    assert await named(life) == [("hers", 2, "it cannot be read")]


async def test_a_base_raised_where_there_is_no_entry_yet_is_named(facts: Facts) -> None:
    life = await a_life(facts)
    await take_checkpoint()
    await rewrite((await life.score()).enrolment_id, 5000)
    assert await named(life) == [("hers", None, REWRITTEN)]


async def test_what_came_after_the_last_checkpoint_is_kept_by_the_next(life: Life) -> None:
    """What a day adds is under no checkpoint until its own; from then on it is."""
    score = await life.score()
    last = await PointEntry.get(enrolment_id=score.enrolment_id, sequence=5)
    await PointEntry.filter(id=last.id).update(points=50)
    await rewrite(score.enrolment_id)
    assert await named(life) == []
    with clock.pinned(clock.now() + timedelta(days=9)):
        await take_checkpoint()
    await PointEntry.filter(id=last.id).update(points=5)
    await rewrite(score.enrolment_id)
    assert await named(life) == [("hers", 5, REWRITTEN)]


async def test_a_tail_cut_off_together_with_its_score_is_named(life: Life) -> None:
    score = await life.score()
    await PointEntry.filter(enrolment_id=score.enrolment_id, sequence__gte=3).delete()
    await rewrite(score.enrolment_id)
    assert await named(life) == [("hers", 3, "entries are missing that the checkpoint counted")]


async def test_two_swapped_entries_whose_chain_was_made_to_fit_are_named(life: Life) -> None:
    score = await life.score()
    second, third = (await life.entries())[1:3]
    for entry, place in ((second, 99), (third, 2), (second, 3)):
        await PointEntry.filter(id=entry.id).update(sequence=place)
    await rewrite(score.enrolment_id)
    assert await named(life) == [("hers", 4, REWRITTEN)]


async def test_who_rewrites_the_leaf_too_is_named_by_the_checkpoint(life: Life) -> None:
    score = await life.score()
    await rewrite(score.enrolment_id, points=500)
    fourth = await PointEntry.get(enrolment_id=score.enrolment_id, sequence=4)
    await Enrolment.filter(id=score.enrolment_id).update(checked_head=fourth.hash)
    assert await named(life) == [("checkpoint", 3, HEADS)]


@pytest.mark.parametrize(
    "leaf",
    [
        {"checked_head": OTHER},
        {"checked_count": 3},
        {"checked_head": None, "checked_count": None},
        {"checked_count": None},
    ],
)
async def test_a_changed_leaf_is_named(life: Life, leaf: dict[str, Any]) -> None:
    await Enrolment.filter(citizen_id=life.citizen.id).update(**leaf)
    assert ("checkpoint", 3, HEADS) in await named(life)


async def test_an_enrolment_that_vanished_with_all_its_points_is_named(life: Life) -> None:
    score = await life.score()
    await PointEntry.filter(enrolment_id=score.enrolment_id).delete()
    await Score.filter(enrolment_id=score.enrolment_id).delete()
    await Enrolment.filter(id=score.enrolment_id).delete()
    assert await named(life) == [("checkpoint", 3, HEADS)]


async def test_an_enrolment_that_was_put_in_as_if_it_had_been_there_is_named(life: Life) -> None:
    row = dict(await Enrolment.get(citizen_id=life.citizen.id))
    left = {"id": UUID(int=7), "left_at": clock.now(), "left_count": 0, "left_head": OTHER}
    await Enrolment.create(**row | left | {"checked_count": 0, "checked_head": OTHER})
    assert await named(life) == [("checkpoint", 3, HEADS)]


@pytest.mark.parametrize("change", [{"left_count": 3}, {"left_head": OTHER, "left_count": 4}])
async def test_who_is_said_to_have_left_before_the_checkpoint_saw_her_is_named(
    life: Life, change: dict[str, Any]
) -> None:
    await life.leave()
    assert await named(life) == []
    await Enrolment.filter(citizen_id=life.citizen.id).update(**change)
    assert await named(life) == [("hers", None, "it did not end where the checkpoint saw it")]


@pytest.mark.parametrize(
    "change",
    [
        {"day": date(2026, 12, 24)},
        {"enrolments": F("enrolments") + 1},
        {"entries": F("entries") - 1},
        {"heads_digest": OTHER},
        {"hash": OTHER},
    ],
)
async def test_a_changed_checkpoint_is_named(life: Life, change: dict[str, Any]) -> None:
    await Checkpoint.filter(number=2).update(**change)
    assert ("checkpoint", 2) in {each[:2] for each in await named(life)}


async def test_a_checkpoint_rewritten_with_its_hash_is_named_by_the_next(life: Life) -> None:
    second = await Checkpoint.get(number=2)
    second.heads_digest = OTHER
    await Checkpoint.filter(number=2).update(heads_digest=OTHER, hash=checkpoint_hash(second))
    assert await named(life) == [("checkpoint", 3, "it does not follow the checkpoint before it")]


@pytest.mark.parametrize(("number", "fault"), [(1, MISSING), (2, MISSING), (3, HEADS)])
async def test_a_dropped_checkpoint_is_missed(life: Life, number: int, fault: str) -> None:
    await Checkpoint.filter(number=number).delete()
    assert await named(life) == [("checkpoint", min(number, 2), fault)]


async def test_all_checkpoints_dropped_are_missed(life: Life) -> None:
    await Checkpoint.all().delete()
    assert await named(life) == [("checkpoint", 1, MISSING)]


async def test_the_entry_after_a_forged_head_is_named_first(life: Life) -> None:
    """A chain that does not even fit itself is named where it breaks, not where the checkpoint stands."""
    await PointEntry.filter(enrolment_id=(await life.score()).enrolment_id, sequence=2).update(points=500)
    assert await named(life) == [("hers", 2, "its content was changed")]


async def test_a_column_emptied_by_hand_stops_no_proof(life: Life) -> None:
    change = "UPDATE enrolment SET checked_count = NULL WHERE citizen_id = $1"
    await get_connection("default").execute_query(change, [str(life.citizen.id)])
    assert await named(life) == [("checkpoint", 3, HEADS)]


def test_the_command_says_the_newest_checkpoint_and_names_one_that_was_altered(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async def take() -> Checkpoint | None:
        await open_database(settings, MODEL_MODULES)
        try:
            return await take_checkpoint()
        finally:
            await close_database()

    taken = asyncio.run(take())
    assert taken is not None
    assert proofs.ledger(settings, Namespace(facts=False)) == 0
    said = "0 enrolments, 0 entries: all fit\nnewest checkpoint: 1 of"
    assert capsys.readouterr().out == f"{said} {taken.day}, {taken.hash}\n"
    with closing(sqlite3.connect(settings.sqlite_path or "")) as altered:
        altered.execute("UPDATE checkpoint SET entries = 7")
        altered.commit()
    assert proofs.ledger(settings, Namespace(facts=False)) == 1
    assert "checkpoint 1: its content was changed" in capsys.readouterr().out
