"""The nominees whom a department follows, as lines that identify nobody, and what is to be done with each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.nominations.calls import may_call
from backend.nominations.models import Nominee, NomineeStep
from backend.nominations.nominees import named_in
from backend.nominations.words import ON_THE_ROAD, TO_ERASE
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

MOST_ROWS = 300
# What a moderator looks for; the first are those for which something is to be done.
SHOWN = {"": "要办的", "waiting": "等本人答复", "agreed": "本人同意", "ended": "已结束"}
_STATES = {"": ("gathered", "asked"), "waiting": ("asked",), "agreed": ON_THE_ROAD, "ended": TO_ERASE}


@dataclass(frozen=True)
class Line:
    """One nominee in a list: the number of the first nomination that names her, and how many more do."""

    id: UUID
    number: str
    more: int
    season: Season
    state: str
    township: str
    since: datetime
    answer_by: date | None
    to_call: bool
    unreached: int  # days on which nobody answered
    erase_on: date | None

    @property
    def due(self) -> bool:
        """Whether she is to be asked, or called."""
        return self.state == "gathered" or self.to_call


async def lines_of(staff: Staff, *, season_id: UUID | None = None, shown: str = "") -> list[Line]:
    """Nominees of her department's seasons that are not over, the oldest first, never herself. Raises Forbidden.

    `shown`: one of SHOWN.
    """
    require(staff, "follow_nominees")
    if staff.user.own_number_digest is None:
        raise own_number_needed()
    rows = Nominee.filter(season__department_id=staff.department_code, season__announced_at=None)
    rows = rows.filter(season__state="published", state__in=_STATES[shown])
    if season_id is not None:
        rows = rows.filter(season_id=season_id)
    found = await rows.order_by("id").limit(MOST_ROWS).select_related("season", "citizen")
    hers = [
        each for each in found if each.citizen is None or each.citizen.number_digest != staff.user.own_number_digest
    ]
    lines = await _lines(hers)
    return [each for each in lines if each.due] if shown == "" else lines


async def open_seasons(staff: Staff) -> list[Season]:
    """Her department's seasons in which nominees are asked or checked, the newest first."""
    rows = await seasons.list_of(staff)
    return [each for each in rows if seasons.phase(each) in ("nominating", "checking", "judging", "deciding")]


async def _lines(nominees: Sequence[Nominee]) -> list[Line]:
    ids = [each.id for each in nominees]
    places = await named_in(*ids) if ids else {}
    unreached = await _unreached(ids) if ids else {}
    lines = []
    for each in nominees:
        numbers = list(dict.fromkeys(person.nomination.number for person in places[each.id]))
        lines.append(
            Line(
                id=each.id,
                number=numbers[0] if numbers else "",
                more=max(len(numbers) - 1, 0),
                season=each.season,
                state=each.state,
                township=each.township,
                since=each.asked_at or each.created_at,
                answer_by=each.answer_by,
                to_call=may_call(each),
                unreached=len(unreached.get(each.id, set())),
                erase_on=each.erase_on,
            )
        )
    return lines


async def _unreached(ids: Sequence[UUID]) -> dict[UUID, set[date]]:
    days: dict[UUID, set[date]] = defaultdict(set)
    for nominee_id, at in await NomineeStep.filter(nominee_id__in=list(ids), kind="unreached").values_list(
        "nominee_id", "at"
    ):
        days[nominee_id].add(clock.local_date(at))
    return days
