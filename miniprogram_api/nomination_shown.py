"""A nomination as its nominator sees it: what she wrote, where it stands, and what others would see of it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.awards.awards import award
from backend.awards.seasons import phase, phase_label
from backend.citizens.models import Session
from backend.content.private_numbers import private_numbers
from backend.nominations.content import Content, Person, fields_of
from backend.nominations.models import NominatedPerson, Nomination, NominationStep
from backend.nominations.nominations import content_of, holder_of, people_of, steps_of, words_of
from backend.nominations.nominator_words import STEPS, road_of, title_of
from backend.nominations.taking_back import Ways, ways_of
from backend.nominations.words import NOMINATION_STATES, REASONS, RELATIONS, NominationState
from backend.secrets import Vault
from media.intake import pictures_of
from miniprogram_api.media import PictureShown, picture_shown
from miniprogram_api.surface.operation import Moment

Action = Literal["edit", "preview", "submit", "delete", "withdraw", "appeal"]


class NominatedPersonShown(Struct, frozen=True):
    """One person whom she nominates, and how it goes on with her."""

    name: str | None
    unit: str | None
    township: str | None
    contact: str | None
    relation: str | None
    relation_label: str | None
    road_label: Annotated[str, Meta(description="通过审核以后，这位被推荐人的进展")] | None


class NominationStepShown(Struct, frozen=True):
    """One step; reason and words are the moderator's, or of her own appeal."""

    kind: str
    label: str
    at: Moment
    reason_label: str | None
    words: str | None


class NominationLine(Struct, frozen=True):
    """A nomination in a list."""

    id: UUID
    number: str
    season_id: UUID
    season_name: str
    award: str
    award_name: str
    season_phase_label: str
    title: Annotated[str, Meta(description="推荐的是谁；内容到期删除以后是空的")]
    state: NominationState
    state_label: str
    actions: tuple[Action, ...]
    submitted_at: Moment | None
    changed_at: Moment


class NominationShown(NominationLine, frozen=True):
    """推荐, whole."""

    people: tuple[NominatedPersonShown, ...]
    story: str | None
    place: str | None
    happened_from: date | None
    happened_until: date | None
    letter: bool
    pictures: tuple[PictureShown, ...]
    steps: tuple[NominationStepShown, ...]
    appeal_until: Annotated[date, Meta(description="最迟在这一天申诉")] | None
    erased: Annotated[bool, Meta(description="填写的内容已经到期删除")]


class PersonPreview(Struct, frozen=True):
    """What others would see of one person: never how to reach her, nor who nominates her."""

    name: str
    unit: str
    township: str


class Hint(Struct, frozen=True):
    """A private detail in what she wrote, masked, and what to do about it."""

    field: str
    excerpt: str
    detail: str


class NominationPreview(Struct, frozen=True):
    """What other citizens would see once the nominee agreed, and not before."""

    award_name: str
    season_name: str
    people: tuple[PersonPreview, ...]
    story: str
    pictures: tuple[PictureShown, ...]
    hints: tuple[Hint, ...]
    note: str


async def lines_of(vault: Vault, nominations: Sequence[Nomination]) -> tuple[NominationLine, ...]:
    """Nominations in a list of hers, each with its season fetched."""
    ways = await ways_of(nominations)
    return tuple(_line(each, content_of(vault, each), ways[each.id]) for each in nominations)


async def shown(vault: Vault, session: Session, nomination: Nomination) -> NominationShown:
    """Her nomination, whole, with links to its pictures that only this phone can open."""
    content, ways = content_of(vault, nomination), (await ways_of([nomination]))[nomination.id]
    return NominationShown(
        **msgspec.structs.asdict(_line(nomination, content, ways)),
        people=_people(nomination, content, await people_of(nomination)),
        story=content.story,
        place=content.place,
        happened_from=content.happened_from,
        happened_until=content.happened_until,
        letter=content.letter,
        pictures=await _pictures(vault, session, nomination),
        steps=tuple(_step(vault, each) for each in await steps_of(nomination) if each.kind in STEPS),
        appeal_until=ways.appeal_until,
        erased=nomination.content_hidden is None,
    )


async def previewed(vault: Vault, session: Session, nomination: Nomination) -> NominationPreview:
    """What others would see of it as it stands."""
    content = content_of(vault, nomination)
    people = tuple(PersonPreview(each.name or "", each.unit or "", each.township or "") for each in content.people)
    # A letter is for the moderator: it says more than its writer meant.
    pictures = () if content.letter else await _pictures(vault, session, nomination)
    texts = [("story", content.story), *((f"people[{n}].unit", each.unit) for n, each in enumerate(content.people))]
    found = [(name, each) for name, text in texts for each in private_numbers(name, text or "")]
    return NominationPreview(
        award_name=award(nomination.season.award).name,
        season_name=nomination.season.name,
        people=people,
        story=content.story or "",
        pictures=pictures,
        hints=tuple(Hint(name, each.excerpt, each.advice) for name, each in found),
        note="本人同意以前，其他居民看不到这些内容；审核和征求意见时，文字可能会整理得更清楚。您是谁不会显示。",
    )


def _line(nomination: Nomination, content: Content, ways: Ways) -> NominationLine:
    state, season = msgspec.convert(nomination.state, NominationState), nomination.season
    return NominationLine(
        id=nomination.id,
        number=nomination.number,
        season_id=season.id,
        season_name=season.name,
        award=season.award,
        award_name=award(season.award).name,
        season_phase_label=phase_label(season),
        title=title_of([each.name for each in content.people if each.name]),
        state=state,
        state_label=NOMINATION_STATES[state],
        actions=_actions(nomination, ways),
        submitted_at=nomination.submitted_at,
        changed_at=nomination.changed_at,
    )


def _actions(nomination: Nomination, ways: Ways) -> tuple[Action, ...]:
    if nomination.state == "draft":
        return ("edit", "preview", "submit", "delete") if phase(nomination.season) == "nominating" else ("delete",)
    actions: list[Action] = ["withdraw"] if ways.withdraw else []
    if ways.appeal_until is not None:
        actions.append("appeal")
    return tuple(actions)


def _people(
    nomination: Nomination, content: Content, rows: Sequence[NominatedPerson]
) -> tuple[NominatedPersonShown, ...]:
    states = {each.position: each.nominee.state for each in rows if each.nominee is not None}
    announced = nomination.season.announced_at is not None
    return tuple(
        NominatedPersonShown(
            **fields_of(each), relation_label=_relation(each), road_label=road_of(states.get(n), announced=announced)
        )
        for n, each in enumerate(content.people)
    )


def _relation(person: Person) -> str | None:
    return next((label for code, label in RELATIONS.items() if code == person.relation), None)


async def _pictures(vault: Vault, session: Session, nomination: Nomination) -> tuple[PictureShown, ...]:
    holder = holder_of(nomination.id)
    return tuple(picture_shown(vault, session.id, each) for each in (await pictures_of(holder))[holder])


def _step(vault: Vault, step: NominationStep) -> NominationStepShown:
    return NominationStepShown(
        kind=step.kind,
        label=STEPS[step.kind],
        at=step.at,
        reason_label=REASONS.get(step.reason or ""),
        words=words_of(vault, step) or None,
    )
