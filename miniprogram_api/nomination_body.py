"""What a citizen sends as a nomination: whom, for what, with which pictures; whole only when it is submitted."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.nominations.content import MOST_PEOPLE, Content, Person
from backend.nominations.nomination_faults import LONGEST, MOST_KEPT
from backend.nominations.taking_back import LEAST_WORDS, MOST_WORDS
from miniprogram_api.surface.operation import Body

CitizensRelation = Literal["family", "neighbour", "colleague", "helped", "knows", "heard"]


class NominatedPersonBody(Body, frozen=True, kw_only=True):
    """One person whom she nominates."""

    name: Annotated[str, Meta(max_length=LONGEST["name"], description="姓名")] | None = None
    unit: Annotated[str, Meta(max_length=LONGEST["unit"], description="单位或者村（社区）")] | None = None
    township: (
        Annotated[str, Meta(max_length=LONGEST["township"], description="乡镇（街道），见这一届的推荐说明")] | None
    ) = None
    contact: Annotated[str, Meta(max_length=LONGEST["contact"], description="怎样联系：电话，或者可以找谁")] | None = (
        None
    )
    relation: CitizensRelation | None = None


class NominationChange(Body, frozen=True, kw_only=True):
    """All that stands in the nomination from now on: what is left out is empty."""

    people: Annotated[tuple[NominatedPersonBody, ...], Meta(max_length=MOST_PEOPLE, description="被推荐人")] = ()
    story: Annotated[str, Meta(max_length=MOST_KEPT, description="事迹；草稿可以长一些，提交前要缩短")] | None = None
    place: Annotated[str, Meta(max_length=LONGEST["place"], description="在哪里")] | None = None
    happened_from: Annotated[date, Meta(description="哪一天，或者从哪一天开始")] | None = None
    happened_until: Annotated[date, Meta(description="到哪一天；只有一天或还在做的不用填")] | None = None
    letter: Annotated[bool, Meta(description="照片拍的是推荐信；推荐线索有了信，可以不写事迹")] = False
    pictures: Annotated[tuple[UUID, ...], Meta(max_length=50, description="照片，最多九张，按顺序")] = ()


class NominationDraft(NominationChange, frozen=True, kw_only=True):
    """A new draft in one season."""

    season_id: UUID


class NominationAppeal(Body, frozen=True, kw_only=True):
    """Why she thinks that the refusal was wrong."""

    words: Annotated[str, Meta(max_length=MOST_WORDS, description=f"申诉的理由，{LEAST_WORDS} 到 {MOST_WORDS} 个字")]


def content_from(body: NominationChange) -> Content:
    """What a body says, as a nomination keeps it."""
    return Content(
        people=tuple(
            Person(name=each.name, unit=each.unit, township=each.township, contact=each.contact, relation=each.relation)
            for each in body.people
        ),
        story=body.story,
        place=body.place,
        happened_from=body.happened_from,
        happened_until=body.happened_until,
        letter=body.letter,
    )
