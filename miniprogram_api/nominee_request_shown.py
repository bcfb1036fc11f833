"""What asks a nominee: the award, what would be shown of her word for word, and each thing that she may agree to."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.awards.awards import Mode, award
from backend.awards.seasons import mode_of, phase, phase_label
from backend.citizens.models import Session
from backend.nominations.consents import kinds_of, standing
from backend.nominations.models import NominatedPerson, Nominee
from backend.nominations.nominees import about_of
from backend.nominations.words import CONSENTS, ConsentKind
from backend.secrets import Vault
from media.models import Picture
from miniprogram_api.media import PictureShown, picture_shown
from miniprogram_api.surface.operation import Moment

State = Literal["asked", "agreed", "declined", "stepped_down", "chosen", "passed_over", "honoured", "handed_over"]
Action = Literal["answer", "change_consents", "step_down"]
STATES: dict[State, tuple[str, tuple[Action, ...]]] = {
    "asked": ("等您答复", ("answer",)),
    "agreed": ("您已同意参加", ("change_consents", "step_down")),
    "declined": ("您已表示不参加", ()),
    "stepped_down": ("您已退出", ()),
    "chosen": ("拟授予，公示中", ("change_consents", "step_down")),
    "passed_over": ("本届没有入选", ("change_consents", "step_down")),
    "honoured": ("已授予荣誉", ("change_consents",)),
    "handed_over": ("已转给主办单位", ()),
}
NOTES: dict[Mode, str] = {
    "judged": (
        "参加不参加都可以，不参加对您没有任何影响。每一项同意都可以单独选，以后随时可以撤回；"
        "您答复以前，不向任何居民展示。"
    ),
    "referred": "这是推荐线索，由主办单位决定是否表彰。转不转由您决定，不转对您没有任何影响；移交以前随时可以撤回。",
}
_PUBLIC_AGAIN = ("notice", "closing", "result")  # before, nobody learns what the committee decided


class ConsentAsked(Struct, frozen=True):
    """One thing to say yes or no to."""

    kind: ConsentKind
    name: str
    sentence: Annotated[str, Meta(description="同意的是什么")]
    given: Annotated[bool, Meta(description="现在的答复；没有答复过是空")] | None


class NomineeRequestLine(Struct, frozen=True):
    """A season in which somebody nominated me."""

    id: UUID
    season_id: UUID
    season_name: str
    season_phase_label: str
    award: str
    award_name: str
    mode: Mode
    state: State
    state_label: str
    actions: tuple[Action, ...]
    asked_at: Moment | None
    answer_by: Annotated[date, Meta(description="到这一天还没有答复，工作人员会打电话")] | None
    erased_on: Annotated[date, Meta(description="资料在这一天删除")] | None


class NomineeRequestShown(NomineeRequestLine, frozen=True):
    """What I am asked; never who nominated me."""

    version: Annotated[int, Meta(description="答复时带上，保证您答复的就是看到的内容")]
    name: str
    unit: str
    township: str
    story: str
    pictures: tuple[PictureShown, ...]
    recommended_by: Annotated[int, Meta(description="收到几份推荐")]
    consents: tuple[ConsentAsked, ...]
    note: str


def line_of(nominee: Nominee) -> NomineeRequestLine:
    """One of hers in a list; its season is fetched."""
    season = nominee.season
    state = _state_of(nominee)
    label, actions = STATES[state]
    return NomineeRequestLine(
        id=nominee.id,
        season_id=season.id,
        season_name=season.name,
        season_phase_label=phase_label(season),
        award=season.award,
        award_name=award(season.award).name,
        mode=mode_of(season),
        state=state,
        state_label=label,
        actions=actions,
        asked_at=nominee.asked_at,
        answer_by=nominee.answer_by,
        erased_on=nominee.erase_on,
    )


async def shown(vault: Vault, session: Session, nominee: Nominee) -> NomineeRequestShown:
    """One of hers, whole, with links to its pictures that only this phone can open."""
    about = about_of(vault, nominee)
    given = (await standing([nominee.id]))[nominee.id]
    pictures = await _pictures(about.pictures if about else ())
    return NomineeRequestShown(
        **msgspec.structs.asdict(line_of(nominee)),
        version=nominee.version,
        name=about.name if about else "",
        unit=about.unit if about else "",
        township=nominee.township,
        story=about.story if about else "",
        pictures=tuple(picture_shown(vault, session.id, each) for each in pictures),
        recommended_by=await NominatedPerson.filter(nominee_id=nominee.id).count(),
        consents=tuple(ConsentAsked(each, *CONSENTS[each], given.get(each)) for each in kinds_of(nominee)),
        note=NOTES[mode_of(nominee.season)],
    )


def _state_of(nominee: Nominee) -> State:
    """Where she stands, as far as it is public: she learns of the decision with everybody."""
    decided = nominee.state in ("chosen", "passed_over")
    if decided and phase(nominee.season) not in _PUBLIC_AGAIN:
        return "agreed"
    state: State = msgspec.convert(nominee.state, State)
    return state


async def _pictures(ids: Sequence[UUID]) -> list[Picture]:
    found = {each.id: each for each in await Picture.filter(id__in=list(ids), deleted_at=None)} if ids else {}
    return [found[each] for each in ids if each in found]
