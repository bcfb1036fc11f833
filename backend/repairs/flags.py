"""Likely duplicates of a piece of evidence, found by index when it is looked at. They are shown, and block nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.records.evidence_rules import evidence_rules
from backend.records.models import CreditRecord
from backend.repairs.duplicates import HOWS, How, Spell, at_the_same_time, worth_a_flag
from backend.repairs.evidence import holder_of
from backend.repairs.models import Evidence
from media.likeness import alike
from media.models import Picture

SENTENCES: dict[How, str] = {
    "same_bytes": "用了同一张照片",
    "same_number": "证书或收据的编号相同",
    "near_picture": "照片非常相似",
    "same_time": "同一个人，服务时间重叠",
    "filed_record": "部门已经报送过同一天的记录",
}


@dataclass(frozen=True)
class Flag:
    """One likeness. It says nothing of who the other is: that is a look of its own.

    `other_number` is the number of the other evidence, or of the document of a record that a department filed.
    """

    how: How
    other_id: UUID | None = None  # none: a filed record
    other_number: str = ""
    other_kind: str = ""
    picture_id: UUID | None = None
    other_picture_id: UUID | None = None
    same_person: bool = False

    @property
    def sentence(self) -> str:
        """What a reviewer reads."""
        return SENTENCES[self.how]


async def flags_of(evidence: Evidence, document_number: str | None = None) -> list[Flag]:
    """Every likeness to other evidence and to filed records, the surest first.

    `document_number` is that of the certificate or receipt, whole: a department may have filed a record under it.
    """
    flags = [
        *await _by_picture(evidence),
        *await _by_number(evidence),
        *await _by_time(evidence),
        *await _by_record(evidence, document_number),
    ]
    return sorted(flags, key=lambda flag: (HOWS.index(flag.how), flag.other_number, str(flag.picture_id)))


async def _by_picture(evidence: Evidence) -> list[Flag]:
    mine = await Picture.filter(held_by=holder_of(evidence.id)).order_by("position")
    likenesses = await alike([each.id for each in mine]) if mine else []
    held = await Picture.filter(id__in=[each.other_id for each in likenesses]).values_list("id", "held_by")
    owners = {picture: _evidence_behind(holder) for picture, holder in held}
    others = {each.id: each for each in await _others(evidence, Q(id__in=[each for each in owners.values() if each]))}
    flags: list[Flag] = []
    for each in likenesses:
        other = others.get(owners.get(each.other_id) or evidence.id)
        how: How = "same_bytes" if each.how == "same_bytes" else "near_picture"
        if other is not None:
            flags += _flag(evidence, other, how, each.picture_id, each.other_id)
    return flags


async def _by_number(evidence: Evidence) -> list[Flag]:
    if evidence.number_digest is None:
        return []
    others = await _others(evidence, Q(number_digest=evidence.number_digest))
    return [flag for other in others for flag in _flag(evidence, other, "same_number")]


async def _by_time(evidence: Evidence) -> list[Flag]:
    spell = _spell(evidence)
    if spell is None:
        return []
    others = {each.id: each for each in await _others(evidence, Q(citizen_id=evidence.citizen_id))}
    spells = [each for each in map(_spell, others.values()) if each]
    return [flag for each in at_the_same_time(spell, spells) for flag in _flag(evidence, others[each.id], "same_time")]


async def _by_record(evidence: Evidence, document_number: str | None) -> list[Flag]:
    """A department that files hours itself, and the citizen who hands the same ones in: both would count."""
    rule = (await evidence_rules(evidence.happened_on)).get(evidence.kind) if evidence.happened_on else None
    if rule is None or rule.item is None:
        return []
    same = Q(conduct_end__gte=_first_day(evidence), conduct_end__lte=evidence.happened_on)
    if document_number:
        same |= Q(document_number=document_number)
    filed = CreditRecord.filter(same, citizen_id=evidence.citizen_id, state="live", item_code=rule.item)
    return [
        Flag("filed_record", other_number=str(number), other_kind="record", same_person=True)
        for number in await filed.order_by("id").values_list("document_number", flat=True)
    ]


async def _others(evidence: Evidence, which: Q) -> list[Evidence]:
    columns = ("id", "number", "kind", "state", "citizen_id", "starts_at", "ends_at")
    return await Evidence.filter(which).exclude(id=evidence.id).order_by("id").only(*columns)


def _flag(
    evidence: Evidence, other: Evidence, how: How, picture_id: UUID | None = None, other_picture_id: UUID | None = None
) -> Iterator[Flag]:
    same_person = other.citizen_id == evidence.citizen_id
    if worth_a_flag(how, other.state, same_person=same_person):
        yield Flag(how, other.id, other.number, other.kind, picture_id, other_picture_id, same_person)


def _evidence_behind(holder: str | None) -> UUID | None:
    """Whose picture it is, when it is evidence's."""
    kind, _, evidence_id = (holder or "").partition(":")
    return UUID(evidence_id) if kind == "evidence" else None


def _spell(evidence: Evidence) -> Spell | None:
    if evidence.starts_at is None or evidence.ends_at is None:
        return None
    return Spell(evidence.id, evidence.starts_at, evidence.ends_at)


def _first_day(evidence: Evidence) -> date | None:
    return clock.local_date(evidence.starts_at) if evidence.starts_at else evidence.happened_on
