"""What nominations keep goes on schedule: after a no, after silence, after the result; nothing but counts stays."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations import asking, calls, consents, endorsing
from backend.nominations.content import Content
from backend.nominations.erasing import SOMEBODY
from backend.nominations.forgetting import forget
from backend.nominations.matching import person_digest
from backend.nominations.models import (
    ContentCheck,
    Endorsement,
    NominatedPerson,
    Nomination,
    NominationStep,
    Nominee,
    NomineeConsent,
    NomineeStep,
)
from backend.nominations.nominations import content_of
from backend.notifications.models import Notice
from backend.secrets import Undecipherable
from media.models import Picture
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.nomination_factories import a_person, drafted, nominated
from tests.nominee_factories import UNKNOWN, a_season, accepted, agreed, as_told, asked, gathered, moderator
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]
TABLES = (
    *(Nominee, NomineeStep, NomineeConsent, NominatedPerson, Nomination, NominationStep, ContentCheck),
    *(Endorsement, Notice),
)
FIELDS = ("nominee.about", "nominee.words", "nomination.content", "nomination.words")
PLANTED = ("鲁小红", "下汤村", NEIGHBOUR.phone, "她说家里有事", "独居老人")


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await a_season()


async def everything() -> str:
    """All that the tables of this feature hold, with what is hidden laid open."""
    rows: list[dict[str, Any]] = [row for table in TABLES for row in await table.all().values()]
    return " ".join(_open(value) for row in rows for value in row.values())


def _open(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for field in FIELDS:
        try:
            return VAULT.decrypt(value, field)
        except Undecipherable:
            continue
    raise AssertionError("a hidden field that this test cannot open")


async def left_of(*planted: str) -> list[str]:
    said = await everything()
    return [each for each in planted if each in said]


@both_databases
async def test_thirty_days_after_a_no_nothing_is_left_but_counts(
    monday: None, database: None, clock_at: ClockAt
) -> None:
    season = await a_season()
    neighbour = await citizen_of(NEIGHBOUR)
    picture = await a_picture(await citizen_of(CITIZEN))
    nomination = await nominated(await citizen_of(CITIZEN), season, as_told(), pictures=[picture])
    (nominee,) = await accepted(nomination)
    nominee = await asking.ask(VAULT, await moderator(), nominee.id, nominee.version)
    with clock_at("2026-12-01 09:00"):
        await calls.record(VAULT, await moderator(), nominee.id, nominee.version, "no", words="她说家里有事")
    digest = person_digest(VAULT, "鲁小红", "下汤镇")
    assert await left_of(*PLANTED, digest, str(neighbour.id)) == [*PLANTED, digest, str(neighbour.id)]
    with clock_at("2026-12-30 23:59"):
        assert await forget(VAULT) == 0
    with clock_at("2026-12-31 00:00"):
        assert await forget(VAULT) == 1
        assert await forget(VAULT) == 0
    assert await left_of(*PLANTED, digest, str(neighbour.id)) == []
    assert await Nominee.filter(state="declined").count() == await Nomination.all().count() == 1
    kept = await Picture.get(id=picture)
    assert kept.delete_on is not None, "the picture goes with the next sweeps"
    assert kept.delete_on <= date(2027, 1, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_not_even_the_file_remembers_her_digest(season: Season, clock_at: ClockAt, tmp_path: Path) -> None:
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    await consents.answer(citizen, nominee.id, nominee.version, False, {})
    with clock_at("2026-12-23 00:00"):
        assert await forget(VAULT) == 1
    path = tmp_path / "lushan.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert person_digest(VAULT, "鲁小红", "下汤镇").encode() not in path.read_bytes()


async def test_who_steps_down_or_is_not_reached_is_forgotten_too(season: Season, clock_at: ClockAt) -> None:
    citizen, nominee = await agreed(season)
    await endorsing.endorse(VAULT, await citizen_of(COUSIN), nominee.id)
    await consents.step_down(citizen, nominee.id)
    quiet = await asked(season, a_person(UNKNOWN))
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        with clock_at(f"{day} 09:00"):
            version = (await Nominee.get(id=quiet.id)).version
            await calls.record(VAULT, await moderator(), quiet.id, version, "unreached")
    with clock_at("2026-12-26 00:00"):
        assert await forget(VAULT) == 2
    assert await left_of("鲁小红", UNKNOWN) == []
    assert await Endorsement.all().count() == 0


async def test_of_a_nomination_of_two_the_other_ones_part_stays(season: Season, clock_at: ClockAt) -> None:
    citizen = await citizen_of(CITIZEN)
    await citizen_of(NEIGHBOUR)
    story = "鲁小红和周四两个人，十年来每个星期都去敬老院看望老人。" * 9
    nomination = await nominated(citizen, season, as_told(), a_person("周四"), story=story)
    first, second = await accepted(nomination)
    first = await asking.ask(VAULT, await moderator(), first.id, first.version)
    await consents.answer(await citizen_of(NEIGHBOUR), first.id, first.version, False, {})
    with clock_at("2026-12-24 09:00"):
        await Season.filter(id=season.id).update(judge_until=date(2027, 1, 30))
        assert await forget(VAULT) == 1
    content = content_of(VAULT, await Nomination.get(id=nomination.id))
    assert [each.name for each in content.people] == [None, "周四"]
    assert content.story is not None
    assert "鲁小红" not in content.story
    assert SOMEBODY in content.story
    assert (await Nominee.get(id=second.id)).about_hidden is not None
    await Nominee.filter(id=second.id).update(erase_on=date(2026, 12, 24))
    with clock_at("2026-12-24 09:00"):
        assert await forget(VAULT) == 1
    assert content_of(VAULT, await Nomination.get(id=nomination.id)) == Content()


async def test_who_was_never_asked_or_never_answered_is_let_go_when_the_judging_is_over(
    season: Season, clock_at: ClockAt
) -> None:
    await asked(season)
    await gathered(season, a_person(UNKNOWN), by=COUSIN)
    with clock_at("2026-12-22 23:59"):
        assert await forget(VAULT) == 0
        assert await Nominee.filter(state="unreachable").count() == 0
    with clock_at("2027-01-05 09:00"):
        assert await forget(VAULT) == 0
        assert await Nominee.filter(state="unreachable", erase_on=date(2027, 1, 21)).count() == 2
    with clock_at("2027-01-21 09:00"):
        assert await forget(VAULT) == 2
    assert await left_of("鲁小红", UNKNOWN) == []


async def test_half_a_year_after_the_result_everything_is_forgotten(season: Season, clock_at: ClockAt) -> None:
    _, nominee = await agreed(season)
    await Nominee.filter(id=nominee.id).update(state="passed_over")
    announced = datetime(2027, 1, 11, 2, tzinfo=UTC)
    await Season.filter(id=season.id).update(decided_at=announced, announced_at=announced)
    with clock_at("2027-07-10 09:59"):
        assert await forget(VAULT) == 0
    with clock_at("2027-07-10 10:00"):
        assert await forget(VAULT) == 1
    assert await left_of("鲁小红", "独居老人") == []


async def test_what_was_refused_and_drafts_go_on_their_own_day(season: Season, clock_at: ClockAt) -> None:
    citizen = await citizen_of(CITIZEN)
    refused = await nominated(citizen, season, as_told())
    await Nomination.filter(id=refused.id).update(state="refused", erase_on=date(2026, 12, 23))
    draft = await drafted(citizen, season, a_person(UNKNOWN))
    with clock_at("2026-12-23 00:01"):
        assert await forget(VAULT) == 1
    with clock_at("2027-01-22 08:59"):
        assert await forget(VAULT) == 0
    with clock_at("2027-01-22 09:01"):
        assert await forget(VAULT) == 1
    assert await Nomination.filter(id=draft.id).count() == 0
    assert await left_of("鲁小红", UNKNOWN) == []
    assert await Citizen.all().count() == 1
