"""The standing yes: for adults, freely given, freely taken back, and erasing what it made."""

import asyncio
from datetime import date, datetime
from uuid import uuid4

import pytest
from tortoise.exceptions import IntegrityError

from backend import clock
from backend.citizens import consent
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Consent
from backend.errors import Conflict, Forbidden, NotFound, Unavailable
from backend.points import enrolment
from backend.points.chain import first_hash
from backend.points.models import Enrolment, Level, PointEntry, Score
from backend.points.verification import verify_ledger
from tests.connections import open_all
from tests.points.stories import BASE, Facts, a_fact, a_life, a_rule

TODAY = date(2026, 11, 23)


async def test_enrolling_gives_the_base_and_all_live_facts(facts: Facts) -> None:
    life = await a_life(facts, enrolled=False)
    life.facts["record:1"] = a_fact("record:1")
    life.facts["record:2"] = a_fact("record:2", lapses_on=TODAY)
    await life.enrol()
    score = await life.score()
    assert (score.base, score.points, score.entry_count) == (BASE, BASE + 5, 1), "what has lapsed leaves no trace"
    standing = await Enrolment.get(citizen_id=life.citizen.id)
    assert (standing.enrolled_on, standing.expires_on) == (TODAY, date(2027, 11, 23)), "a consent is never for life"
    decision = await Consent.get(account=life.account)
    assert (decision.text, decision.given) == ("enrolment", True)


async def test_the_eighteenth_birthday_is_early_enough(facts: Facts) -> None:
    life = await a_life(facts, adult_on=TODAY, enrolled=False)
    await life.enrol()
    assert (await life.score()).points == BASE


async def test_the_day_before_is_not(facts: Facts) -> None:
    life = await a_life(facts, adult_on=date(2026, 11, 24), enrolled=False)
    with pytest.raises(Forbidden) as refused:
        await life.enrol()
    assert refused.value.code == "under_eighteen"
    assert await Enrolment.all().count() == await Score.all().count() == await Consent.all().count() == 0


async def test_the_day_is_the_countys(facts: Facts) -> None:
    """At 16:30 UTC her birthday has begun in Henan."""
    life = await a_life(facts, adult_on=date(2026, 11, 24), enrolled=False)
    with clock.pinned(datetime(2026, 11, 24, 0, 30, tzinfo=clock.SHANGHAI)):
        await life.enrol()
        assert (await Enrolment.get(citizen_id=life.citizen.id)).enrolled_on == date(2026, 11, 24)


async def test_the_database_itself_refuses_a_minor(facts: Facts) -> None:
    life = await a_life(facts, adult_on=date(2026, 11, 24), enrolled=False)
    with pytest.raises(IntegrityError):
        await Enrolment.create(
            citizen=life.citizen,
            adult_on=life.citizen.adult_on,
            enrolled_on=TODAY,
            enrolled_at=clock.now(),
            expires_on=date(2027, 11, 23),
        )


async def test_nobody_enrols_twice(facts: Facts) -> None:
    life = await a_life(facts)
    with pytest.raises(Conflict) as refused:
        await life.enrol()
    assert refused.value.code == "already_enrolled"
    assert await Enrolment.all().count() == 1


@pytest.mark.parametrize("day", [date(2027, 10, 24), date(2027, 11, 22), date(2027, 11, 24), date(2028, 2, 20)])
async def test_her_next_yes_keeps_points_and_chain(facts: Facts, day: date) -> None:
    """From thirty days before the end to the last day of the pause."""
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    before = await life.score()
    with clock.pinned(datetime(2027, 10, 23, 9, tzinfo=clock.SHANGHAI)), pytest.raises(Conflict):
        await life.enrol()
    with clock.pinned(clock.start_of(day)):
        await life.enrol()
        with pytest.raises(Conflict):
            await life.enrol()
    standing = await Enrolment.get(citizen_id=life.citizen.id)
    assert (standing.enrolled_on, standing.expires_on) == (TODAY, date(day.year + 1, day.month, day.day))
    assert dict(await life.score()) == dict(before)
    assert await Consent.filter(account=life.account, text="enrolment", given=True).count() == 2
    assert (await verify_ledger()).misfits == []


async def test_a_newer_text_asks_again_however_long_the_old_yes_would_hold(facts: Facts) -> None:
    life = await a_life(facts)
    await Consent.filter(account=life.account).update(version=0)
    await life.enrol()
    with pytest.raises(Conflict):
        await life.enrol()
    assert await Consent.filter(account=life.account, given=True).count() == 2
    assert await Enrolment.all().count() == 1


async def test_of_five_taps_at_once_one_renews(facts: Facts) -> None:
    life = await a_life(facts)
    await open_all()
    with clock.pinned(datetime(2027, 11, 24, 9, tzinfo=clock.SHANGHAI)):
        answers = await asyncio.gather(*(life.enrol() for _ in range(5)), return_exceptions=True)
    assert sorted(map(str, answers)) == ["None", *["already_enrolled"] * 4]
    assert await Consent.filter(account=life.account, given=True).count() == 2


async def test_of_five_taps_at_once_one_enrols(facts: Facts) -> None:
    life = await a_life(facts, enrolled=False)
    life.facts["record:1"] = a_fact("record:1")
    await open_all()
    answers = await asyncio.gather(*(life.enrol() for _ in range(5)), return_exceptions=True)
    assert sorted(map(str, answers)) == ["None", *["already_enrolled"] * 4]
    assert (await life.score()).points == BASE + 5
    assert await PointEntry.all().count() == 1


async def test_a_double_tap_with_one_key_gets_one_answer_twice(facts: Facts) -> None:
    """Both have seen that the key is new; the later one must not be told that she is enrolled already."""
    life = await a_life(facts, enrolled=False)
    version = consent.texts()["enrolment"].version
    write = Once(life.account, "enrol", uuid4().hex, "fingerprint")

    async def deed() -> str:
        return str((await enrolment.enrol(life.ledger, life.account, life.citizen, version)).id)

    await open_all()
    answers = await asyncio.gather(*(once(write, deed) for _ in range(3)))
    assert answers == [str((await Enrolment.get(citizen_id=life.citizen.id)).id)] * 3


async def test_an_old_text_is_no_consent(facts: Facts) -> None:
    life = await a_life(facts, enrolled=False)
    with pytest.raises(Conflict) as refused:
        await enrolment.enrol(life.ledger, life.account, life.citizen, text_version=0)
    assert refused.value.code == "text_changed"
    assert await Enrolment.all().count() == await Score.all().count() == 0


async def test_without_a_catalogue_nobody_can_enrol_yet(facts: Facts) -> None:
    await Level.all().delete()
    life = await a_life(facts, enrolled=False)
    with pytest.raises(Unavailable) as refused:
        await life.enrol()
    assert refused.value.code == "no_catalogue"


async def test_leaving_erases_points_and_entries_and_keeps_count_and_head(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"), a_fact("record:2"))
    head = (await life.score()).head
    await life.leave()
    assert await PointEntry.all().count() == await Score.all().count() == 0
    left = await Enrolment.get(citizen_id=life.citizen.id)
    assert (left.left_at, left.left_count, left.left_head) == (clock.now(), 2, head)
    newest = await Consent.filter(account=life.account).order_by("-id").first()
    assert newest is not None
    assert not newest.given
    assert (await verify_ledger()).misfits == []


async def test_who_left_gets_no_points_from_new_facts(facts: Facts) -> None:
    life = await a_life(facts)
    await life.leave()
    assert await life.happens(a_fact("record:1")) == 0


async def test_leaving_twice_or_without_points_is_told(facts: Facts) -> None:
    life = await a_life(facts)
    await life.leave()
    with pytest.raises(NotFound) as refused:
        await life.leave()
    assert refused.value.code == "not_enrolled"


async def test_coming_back_refolds_the_live_facts_on_a_new_chain(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"), a_fact("record:2", a_rule(-40)))
    first = (await life.score()).enrolment_id
    await life.leave()
    life.facts.pop("record:2")
    await life.enrol()
    score = await life.score()
    assert score.enrolment_id != first
    assert [(each.source, each.points) for each in await life.entries()] == [("record:1:1", 5)]
    assert (await life.entries())[0].previous_hash == first_hash(score.enrolment_id, BASE)
    assert await Enrolment.filter(citizen_id=life.citizen.id).count() == 2
    assert (await verify_ledger()).misfits == []


async def test_leaving_and_a_new_fact_at_once_leave_nothing_behind(facts: Facts) -> None:
    life = await a_life(facts)
    await open_all()
    await asyncio.gather(life.leave(), *(life.happens(a_fact(f"record:{number}")) for number in range(5)))
    assert await PointEntry.all().count() == await Score.all().count() == 0
    assert (await verify_ledger()).misfits == []
