"""Likely duplicates are pointed out to the reviewer: what is alike, and nothing of whose it is."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import pytest

from backend.citizens.models import Citizen
from backend.records.models import CreditRecord
from backend.repairs import submitting
from backend.repairs.flags import SENTENCES, Flag, flags_of
from backend.repairs.models import Evidence
from media.models import Picture, PictureMark
from tests import evidence_factories, factories
from tests.evidence_factories import a_picture, at, citizen_of, submitted
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VOLUNTEER_HOURS, Person
from tests.repairs.query_plans import plan_of, reads_whole_table
from tests.reviewers import approves, reviewer

CERTIFICATE = {"certificate_number": "ZY-2026-001", "certificate_issuer": "中国志愿服务网"}


@pytest.fixture
async def evidence(county: None) -> Evidence:
    """Eight hours of 鲁小明 yesterday, from nine to five."""
    return await submitted()


async def hows(evidence: Evidence, **also: Any) -> list[tuple[str, UUID | None, bool]]:
    return [(flag.how, flag.other_id, flag.same_person) for flag in await flags_of(evidence, **also)]


async def with_picture(person: Person, digest: str = "", mark: int | None = None) -> Evidence:
    """Evidence of long ago with one picture of these bytes, or with this mark."""
    picture = await a_picture(await citizen_of(person))
    if digest:
        await Picture.filter(id=picture).update(original_digest=digest)
    if mark is not None:
        bands = {f"band_{place}": mark >> shift & 0xFFFF for place, shift in enumerate((48, 32, 16, 0))}
        await PictureMark.create(picture_id=picture, part="whole", **bands)
    day = 2 + await Evidence.all().count()
    return await submitted(person, pictures=[picture], starts_at=at(9, days_ago=day), ends_at=at(17, days_ago=day))


async def test_what_is_like_nothing_has_no_flag(evidence: Evidence) -> None:
    await submitted(NEIGHBOUR)
    assert await flags_of(evidence) == []


async def test_the_same_bytes_of_somebody_else(county: None) -> None:
    mine, other = await with_picture(CITIZEN, "a" * 64), await with_picture(COUSIN, "a" * 64)
    (flag,) = await flags_of(mine)
    assert (flag.how, flag.other_id, flag.other_number, flag.other_kind) == (
        *("same_bytes", other.id),
        *(other.number, "service"),
    )
    assert flag.picture_id == (await Picture.get(held_by=f"evidence:{mine.id}")).id
    assert flag.other_picture_id == (await Picture.get(held_by=f"evidence:{other.id}")).id
    assert await hows(other) == [("same_bytes", mine.id, False)], "it is seen from both sides"


async def test_a_near_same_picture(county: None) -> None:
    mine, near = (
        await with_picture(CITIZEN, mark=0xF0F0_1234_5678_9ABC),
        await with_picture(COUSIN, mark=0xF0F0_1234_5678_9ABD),
    )
    await with_picture(NEIGHBOUR, mark=0x0F0F_EDCB_A987_6543)
    assert await hows(mine) == [("near_picture", near.id, False)]


async def test_two_pictures_of_one_case_are_no_flag(county: None) -> None:
    citizen = await citizen_of()
    pictures = [await a_picture(citizen) for _ in range(2)]
    await Picture.all().update(original_digest="a" * 64)
    assert await flags_of(await submitted(pictures=pictures)) == []


async def test_a_picture_in_a_draft_or_let_go_is_nobodys_business(county: None) -> None:
    mine = await with_picture(CITIZEN, "a" * 64)
    cousin = await citizen_of(COUSIN)
    await a_picture(cousin)
    await evidence_factories.draft(cousin)
    await Picture.all().update(original_digest="a" * 64)
    assert await flags_of(mine) == []


async def test_the_same_certificate_number_however_it_was_typed(county: None) -> None:
    mine = await submitted(**CERTIFICATE)
    other = await submitted(COUSIN, **CERTIFICATE | {"certificate_number": " zy-2026-001"})
    assert await hows(mine) == [("same_number", other.id, False)]


async def test_the_same_person_twice_at_the_same_time(evidence: Evidence) -> None:
    overlapping = await submitted(starts_at=at(16), ends_at=at(18), hours=2.0)
    await submitted(starts_at=at(17), ends_at=at(18), hours=1.0)  # begins as the first one ends
    await submitted(NEIGHBOUR)  # somebody else may well have been there
    assert await hows(evidence) == [("same_time", overlapping.id, True)]


async def test_what_was_sent_away_does_not_overlap(evidence: Evidence) -> None:
    earlier = await submitted(starts_at=at(16), ends_at=at(18), hours=2.0)
    for state in ("rejected", "reversed", "withdrawn"):
        await Evidence.filter(id=earlier.id).update(state=state)
        assert await flags_of(evidence) == []


async def test_who_withdrew_hands_the_same_certificate_in_again(county: None) -> None:
    citizen = await citizen_of()
    first = await submitted(**CERTIFICATE)
    await submitting.withdraw(citizen, first.id)
    again = await submitted(**CERTIFICATE)
    assert await flags_of(again) == []
    cousins = await submitted(COUSIN, **CERTIFICATE)
    assert ("same_number", first.id, False) in await hows(cousins)


@pytest.mark.parametrize(
    ("person", "day", "found"),
    [(CITIZEN, "2026-11-22", True), (CITIZEN, "2026-11-20", False), (NEIGHBOUR, "2026-11-22", False)],
)
async def test_what_the_department_filed_itself(evidence: Evidence, person: Person, day: str, found: bool) -> None:
    record = await factories.file_record(person, VOLUNTEER_HOURS, document_date="2026-11-23", conduct_end=day)
    flags = await flags_of(evidence)
    assert bool(flags) is found
    if flags:
        assert (flags[0].how, flags[0].other_id, flags[0].other_number) == (
            *("filed_record", None),
            record.document_number,
        )


async def test_a_record_of_the_same_certificate_on_another_day(evidence: Evidence) -> None:
    await factories.file_record(CITIZEN, VOLUNTEER_HOURS, document_number="ZY-2026-001", conduct_end="2026-11-02")
    assert await flags_of(evidence) == []
    assert await hows(evidence, document_number="ZY-2026-001") == [("filed_record", None, True)]


async def test_a_withdrawn_record_is_no_flag(evidence: Evidence) -> None:
    record = await factories.file_record(CITIZEN, VOLUNTEER_HOURS, conduct_end="2026-11-22")
    assert await hows(evidence) == [("filed_record", None, True)]
    await CreditRecord.filter(id=record.id).update(state="withdrawn")
    assert await flags_of(evidence) == []


async def test_a_record_of_another_kind_is_no_flag(evidence: Evidence) -> None:
    await factories.file_record(CITIZEN, conduct_end="2026-11-22")
    assert await flags_of(evidence) == []


async def test_the_surest_comes_first_and_each_has_a_sentence(county: None) -> None:
    mine = await with_picture(CITIZEN, "a" * 64, 1)
    await with_picture(COUSIN, mark=1)
    await with_picture(NEIGHBOUR, "a" * 64)
    assert [flag.how for flag in await flags_of(mine)] == ["same_bytes", "near_picture"]
    assert {Flag(how).sentence for how in SENTENCES} == set(SENTENCES.values())


async def test_a_flag_blocks_nothing_and_names_nobody(county: None) -> None:
    mine, other = await with_picture(CITIZEN, "a" * 64), await with_picture(COUSIN, "a" * 64)
    assert (await approves(await reviewer(), mine)).state == "approved"
    said = str([asdict(flag) for flag in await flags_of(other)])
    names = [str(each) for each in await Citizen.all().values_list("id", flat=True)]
    assert all(each not in said for each in (*names, CITIZEN.name, CITIZEN.number))


async def test_each_likeness_is_found_by_index(evidence: Evidence) -> None:
    citizen = {"citizen_id": evidence.citizen_id}
    for rows in (
        Evidence.filter(number_digest="a" * 64),
        Evidence.filter(id__in=[evidence.id]),
        Evidence.filter(**citizen),
        CreditRecord.filter(**citizen, state="live", item_code=VOLUNTEER_HOURS),
        Picture.filter(held_by=f"evidence:{evidence.id}"),
    ):
        found = await plan_of(rows)
        assert "index" in found.lower(), found
        assert not reads_whole_table(found, rows.model._meta.db_table), found
