"""What a member sees of whom she judges: a list that identifies nobody, and one of them once her look is logged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from backend.awards import committee, seasons
from backend.awards.models import Season
from backend.citizens import access_log
from backend.database import transaction
from backend.honours import judging
from backend.honours.judging import Seat
from backend.honours.judging_faults import not_to_judge, own_interest, sits_out
from backend.honours.models import Judgement
from backend.nominations import consents, nominees
from backend.nominations.content import About
from backend.nominations.endorsements import count_of
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.nominations.nominations import content_of
from backend.nominations.nominations import holder_of as nomination_holder
from backend.nominations.words import RELATIONS
from backend.points.ledger import lock_citizens
from backend.secrets import Vault, mask_name
from backend.staff import audit
from backend.staff.permissions import Staff

Given = Literal["waiting", "given", "sits_out", "own"]
CREDIT = {True: "通过", False: "未通过", None: "尚未核查"}
NOT_AUTHORISED, NOT_KNOWN = "本人未同意核查", "本人身份未登记，无法核查"


class Line(NamedTuple):
    """One nominee in a member's list; whole names stand behind the logged look only."""

    nominee_id: UUID
    place: int  # from 1, in an order that says nothing
    masked_name: str
    township: str
    given: Given  # own: she is this person, or nominated them, and has to sit out
    total: int | None  # of her own marks


class Progress(NamedTuple):
    """How far one member is, in numbers of nominees: nothing of what she gave."""

    name: str
    done: int
    of: int


class Said(NamedTuple):
    """What one nominator wrote; never who."""

    relation: str
    story: str


@dataclass(frozen=True)
class Opened:
    """A nominee as a member judges them."""

    season: Season
    nominee: Nominee
    about: About | None  # None: erased meanwhile
    said: Sequence[Said]
    endorsements: int
    credit: str
    mine: Judgement | None
    my_words: str
    may_judge: bool  # the judging is not over


async def lines_of(vault: Vault, staff: Staff, seat: Seat) -> list[Line]:
    """Those whom the committee judges, in the order of their ids, with what she gave each."""
    own = await judging.own_nominees(staff, seat.season.id)
    mine = {each.nominee_id: each for each in await Judgement.filter(member_id=seat.member.id)}
    found = []
    for place, nominee in enumerate(await consents.judgeable(seat.season.id), 1):
        given, total = _given(mine.get(nominee.id), nominee.id in own)
        about = nominees.about_of(vault, nominee)
        name = mask_name(about.name) if about else ""
        found.append(Line(nominee.id, place, name, nominee.township, given, total))
    return found


async def left_to_judge(seat: Seat) -> int:
    """How many nominees of the season wait for this member's marks, or for her word that she sits out."""
    ids = [each.id for each in await consents.judgeable(seat.season.id)]
    return len(ids) - await Judgement.filter(member_id=seat.member.id, nominee_id__in=ids).count()


async def progress_of(season_id: UUID) -> list[Progress]:
    """How far each member is, so that the chair can remind who is late."""
    ids = [each.id for each in await consents.judgeable(season_id)]
    members = await committee.members_of(season_id)
    done = Counter(each.member_id for each in await Judgement.filter(nominee_id__in=ids))
    return [Progress(each.staff.name, done[each.id], len(ids)) for each in members]


async def open_nominee(vault: Vault, staff: Staff, nominee_id: UUID) -> Opened:
    """One nominee whole, while the committee judges or deliberates: a look that they and their nominators can read of.

    Raises NotFound, Forbidden for a nominee of her own, Conflict when she sits out, when the nominee has left, or in
    another phase.
    """
    seat, nominee = await judging.seat_before(staff, nominee_id)
    seasons.require_phase(seat.season, "judging", "deciding")
    mine = await Judgement.get_or_none(nominee_id=nominee_id, member_id=seat.member.id)
    if mine is not None and mine.sits_out:
        raise sits_out()
    if nominee_id in await judging.own_nominees(staff, seat.season.id):
        raise own_interest()
    if nominee.state != judging.TO_JUDGE:
        raise not_to_judge()
    people = (await nominees.named_in(nominee_id))[nominee_id]
    await _look(staff, nominee, [each.nomination for each in people])
    return Opened(
        season=seat.season,
        nominee=nominee,
        about=nominees.about_of(vault, nominee),
        said=[_said(vault, each) for each in people if each.nomination.content_hidden is not None],
        endorsements=(await count_of([nominee_id]))[nominee_id],
        credit=credit_word(nominee, (await consents.standing([nominee_id]))[nominee_id]),
        mine=mine,
        my_words=judging.words_of(vault, mine) if mine else "",
        may_judge=seasons.phase(seat.season) == "judging",
    )


def credit_word(nominee: Nominee, given: Mapping[str, bool]) -> str:
    """All that the committee learns of the credit check."""
    if not given.get("credit_check"):
        return NOT_AUTHORISED
    return NOT_KNOWN if nominee.citizen_id is None else CREDIT[nominee.credit_passed]


def _given(mine: Judgement | None, own: bool) -> tuple[Given, int | None]:
    if mine is not None:
        return ("sits_out", None) if mine.sits_out else ("given", sum(mine.marks.values()))
    return ("own" if own else "waiting"), None


def _said(vault: Vault, person: NominatedPerson) -> Said:
    content = content_of(vault, person.nomination)
    relation: Any = content.people[person.position].relation
    return Said(RELATIONS.get(relation, ""), content.story or "")


async def _look(staff: Staff, nominee: Nominee, nominations: Sequence[Nomination]) -> None:
    """Logged before anything is read. All citizens' rows are taken first: looks at several deadlock nobody."""
    known = [nominee.citizen_id, *(each.citizen_id for each in nominations)]
    about = nominees.holder_of(nominee.id)
    async with transaction():
        await lock_citizens(each for each in known if each is not None)
        if nominee.citizen_id is not None:
            await access_log.look(staff.reader, [nominee.citizen_id], purpose="nominee_judging", about=about)
        for each in nominations:
            if each.citizen_id is not None:
                holder = nomination_holder(each.id)
                await access_log.look(staff.reader, [each.citizen_id], purpose="nomination_judging", about=holder)
        await audit.record(staff, "judge.look", about)
