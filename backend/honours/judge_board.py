"""评审汇总: what the members' marks come to, once the judging is over, for the committee alone.

It lists nominees by the marks that a committee gave for one award. That is a jury's work and no ranking of citizens
(charter 4): nobody's points or level are read, endorsements decide nothing, and none of it leaves the committee.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.awards import committee, seasons
from backend.awards.models import Season, SeasonMember
from backend.awards.phases import Phase
from backend.citizens import access_log
from backend.database import transaction
from backend.honours import deciding, judging
from backend.honours.judged_nominee import credit_word
from backend.honours.judging_faults import judging_not_over
from backend.honours.marks import Tally, alike_at_border, tally
from backend.honours.models import Judgement
from backend.nominations import consents, nominees
from backend.nominations.endorsements import count_of
from backend.nominations.models import Nominee
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff

OVER: tuple[Phase, ...] = ("deciding", "decided", "notice", "closing", "result")
ON_BOARD = ("agreed", "chosen", "passed_over", "honoured")


@dataclass(frozen=True)
class SatOut:
    """A member who sat out; why, only the chair reads."""

    name: str
    words: str


@dataclass(frozen=True)
class Row:
    """One nominee on the board. Whoever sits out for them sees who it is, and no more: `shown` is false."""

    nominee_id: UUID
    name: str
    unit: str
    township: str
    state: str
    may_be_chosen: bool  # agreed to publication
    shown: bool
    tally: Tally
    alike: bool  # stands alike with others where the quota ends
    sat_out: Sequence[SatOut]
    missing: Sequence[str]  # members by name
    comments: Sequence[str]  # without whose
    endorsements: int
    credit: str


@dataclass(frozen=True)
class Board:
    """All nominees of a season, the highest average first; those who stand alike, in an order that says nothing."""

    season: Season
    rows: Sequence[Row]
    absent: Mapping[UUID, str]  # members who have not judged everybody, by name: the decision says why
    chair: bool  # the viewer is
    decision: deciding.Decision | None


@dataclass(frozen=True)
class _Table:
    """What the rows are made of."""

    members: Sequence[SeasonMember]
    judgements: Mapping[UUID, Sequence[Judgement]]  # by nominee
    standing: Mapping[UUID, Mapping[str, bool]]
    endorsements: Mapping[UUID, int]
    hers: frozenset[UUID]  # for whom the viewer sits out
    alike: frozenset[UUID]
    chair: bool


async def open_board(vault: Vault, staff: Staff, season_id: UUID) -> Board:
    """The board: one look at every nominee on it, logged first.

    Raises Forbidden, NotFound where she is no member, Conflict judging_not_over.
    """
    seat = await judging.seat_in(staff, season_id)
    if seasons.phase(seat.season) not in OVER:
        raise judging_not_over()
    there = await Nominee.filter(season_id=season_id, state__in=ON_BOARD).order_by("id")
    async with transaction():
        known = [each.citizen_id for each in there if each.citizen_id is not None]
        about = seasons.about_of(season_id)
        await access_log.look(staff.reader, known, purpose="nominee_judging", about=about)
        await audit.record(staff, "judge.look", about)
    table = await _gather(staff, seat, there)
    rows = [_row(vault, table, each) for each in there]
    return Board(
        season=seat.season,
        rows=sorted(rows, key=lambda each: (not each.shown, each.tally.average is None, -(each.tally.average or 0))),
        absent={each.id: each.staff.name for each in deciding.incomplete(table.members, there, table.judgements)},
        chair=seat.member.chair,
        decision=deciding.decision_of(vault, seat.season),
    )


async def _gather(staff: Staff, seat: judging.Seat, there: Sequence[Nominee]) -> _Table:
    ids = [each.id for each in there]
    judgements = await deciding.judgements_of(ids)
    standing = await consents.standing(ids)
    out = {each.nominee_id for rows in judgements.values() for each in rows if _sits_out(each, seat.member.id)}
    averages = deciding.averages(ids, judgements, standing)
    return _Table(
        members=await committee.members_of(seat.season.id),
        judgements=judgements,
        standing=standing,
        endorsements=await count_of(ids),
        hers=frozenset(out | await judging.own_nominees(staff, seat.season.id)),
        alike=alike_at_border(averages, seat.season.quota),
        chair=seat.member.chair,
    )


def _sits_out(judgement: Judgement, member_id: UUID) -> bool:
    return judgement.sits_out and judgement.member_id == member_id


def _row(vault: Vault, table: _Table, nominee: Nominee) -> Row:
    about = nominees.about_of(vault, nominee)
    judged = table.judgements[nominee.id]
    given = table.standing[nominee.id]
    shown = nominee.id not in table.hers
    seen = judged if shown else ()
    names = {each.id: each.staff.name for each in table.members}
    words = {each.member_id: judging.words_of(vault, each) for each in seen}
    done = {each.member_id for each in judged}
    return Row(
        nominee_id=nominee.id,
        name=about.name if about else "（资料已按期删除）",
        unit=about.unit if about else "",
        township=nominee.township,
        state=nominee.state,
        may_be_chosen=bool(given.get("publication")),
        shown=shown,
        tally=tally([sum(each.marks.values()) for each in seen if not each.sits_out]),
        alike=shown and nominee.id in table.alike,
        sat_out=[
            SatOut(names[each.member_id], words[each.member_id] if table.chair else "")
            for each in seen
            if each.sits_out
        ],
        missing=[name for member_id, name in names.items() if shown and member_id not in done],
        comments=[words[each.member_id] for each in seen if not each.sits_out and words[each.member_id]],
        endorsements=table.endorsements[nominee.id],
        credit=credit_word(nominee, given),
    )
