"""Handling objections: what waits, one opened by a logged look, one told at a counter, the decision with reasons."""

from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.awards.models import Season
from backend.awards.seasons import require_phase, season_of
from backend.citizens import access_log
from backend.database import transaction
from backend.errors import FieldError, invalid_fields
from backend.honours.models import Objection
from backend.honours.notice import NoticedPerson, in_notice, person_of
from backend.honours.objecting import WORDS_FIELD, answer_of, checked, keep, not_in_notice, words_of
from backend.honours.objection_scope import (
    HANDLE,
    check_may,
    involved,
    known_people,
    may_decide,
    no_such_case,
    objection_closed,
    objection_for,
)
from backend.honours.objection_telling import tell_objector, tell_removed
from backend.honours.objection_words import REASONS
from backend.nominations.ending import end
from backend.nominations.models import Nominee
from backend.nominations.nominees import hide_words, hold, nominee_changed, nominee_for
from backend.secrets import Vault, mask_number
from backend.staff import audit
from backend.staff.permissions import Staff

__all__ = ["Case", "handle", "no_such_case", "open_case", "queue", "record", "to_record", "waiting_of"]

PURPOSE = "objection_handling"
MOST_ROWS = 300


@dataclass(frozen=True)
class Case:
    """One objection, opened: who says what against whom."""

    objection: Objection
    season: Season
    person: NoticedPerson | None  # none once what was kept about her is erased
    by: str | None  # who objects, with a masked number; none: it was told at a counter
    words: str
    answer: str
    in_notice: bool  # whether she still stands in it
    may_decide: bool


async def waiting_of(season_id: UUID) -> int:
    """How many objections of a season are not decided yet: while there is one, no result is announced."""
    return await Objection.filter(season_id=season_id, state="waiting").count()


async def queue(staff: Staff, *, closed: bool = False) -> list[Objection]:
    """Of her department's seasons those that wait, the oldest first, or the closed ones, the newest first.

    Each comes with its season and identifies nobody. Raises Forbidden.
    """
    check_may(staff)
    rows = Objection.filter(nominee__season__department_id=staff.department_code)
    rows = rows.exclude(state="waiting").order_by("-id") if closed else rows.filter(state="waiting").order_by("id")
    return await rows.limit(MOST_ROWS).select_related("nominee__season")


async def open_case(vault: Vault, staff: Staff, objection_id: UUID) -> Case:
    """One objection, whole; nominee and objector learn of the look before it. Raises Forbidden, NotFound."""
    objection = await objection_for(staff, objection_id)
    about = f"objection:{objection.id}"
    async with transaction():
        await access_log.look(staff.reader, known_people(objection), purpose=PURPOSE, about=about)
        await audit.record(staff, "objection.look", about)
    return await _case(vault, staff, objection)


async def to_record(vault: Vault, staff: Staff, season_id: UUID) -> list[NoticedPerson]:
    """Against whom an objection told at a counter may be: the people of the notice, who learn of the look.

    Raises Forbidden, NotFound season_not_found, Conflict season_not_open.
    """
    check_may(staff)
    require_phase(await season_of(staff, season_id), "notice", "closing")
    rows = await in_notice(season_id)
    known = [row.citizen_id for row in rows if row.citizen_id is not None]
    await access_log.look(staff.reader, known, purpose=PURPOSE, about=f"season:{season_id}")
    return [person for row in rows if (person := person_of(vault, row)) is not None]


async def record(vault: Vault, staff: Staff, nominee_id: UUID, words: str) -> Objection:
    """Write down what somebody said at a counter or by phone, until the result is announced.

    Raises Forbidden, NotFound, Invalid, Conflict season_not_open.
    """
    check_may(staff)
    nominee = await nominee_for(staff, nominee_id, HANDLE)
    words = checked(words)
    async with transaction():
        # Held, so that the result is not announced at this very moment.
        season = await Season.filter(id=nominee.season_id).select_for_update(no_key=True).get()
        require_phase(season, "notice", "closing")
        if nominee_id not in {row.id for row in await in_notice(season.id)}:
            raise not_in_notice()
        objection = await keep(vault, nominee, words, staff_id=staff.id)
        await audit.record(staff, "objection.record", f"objection:{objection.id}", number=objection.number)
    return objection


async def handle(
    vault: Vault, staff: Staff, objection_id: UUID, upheld: bool, answer: str, *, reason: str = "unfit"
) -> Objection:
    """Decide, with an answer for who said it. Upheld, the nominee leaves the notice at once, by a reason of REASONS.

    Raises Forbidden (about her, said by her or told to her), NotFound, Invalid, Conflict when it is closed already.
    """
    objection = await objection_for(staff, objection_id)
    if not may_decide(staff, objection):
        raise involved()
    answer = checked(answer, "answer")
    if reason not in REASONS:
        raise invalid_fields([FieldError("reason", "unknown", "请选择移出的原因。")])
    season = objection.nominee.season
    async with transaction():
        await hold(objection.nominee_id, *known_people(objection))
        objection.state = "upheld" if upheld else "refused"
        await _decide(vault, staff, objection, answer)
        if upheld:
            await _remove(vault, staff, objection.nominee_id, season, answer, reason)
        await tell_objector(objection, season)
        detail = {"upheld": "1" if upheld else "0", "number": objection.number}
        await audit.record(staff, "objection.decide", f"objection:{objection.id}", **detail)
    return objection


async def _decide(vault: Vault, staff: Staff, objection: Objection, answer: str) -> None:
    here = Objection.filter(id=objection.id, state="waiting")
    moved = await here.update(
        state=objection.state,
        answer_hidden=vault.encrypt(answer, WORDS_FIELD),
        decided_by=staff.id,
        decided_at=clock.now(),
    )
    if not moved:
        raise objection_closed()


async def _remove(vault: Vault, staff: Staff, nominee_id: UUID, season: Season, answer: str, reason: str) -> None:
    """Out of the notice, if she has not left it by herself meanwhile. Raises Conflict nominee_changed."""
    nominee = await Nominee.get(id=nominee_id)
    if nominee.state != "chosen":
        return
    if not await end(nominee, "removed", staff_id=staff.id, words_hidden=hide_words(vault, answer)):
        raise nominee_changed()
    await tell_removed(nominee, season, reason)


async def _case(vault: Vault, staff: Staff, objection: Objection) -> Case:
    by = objection.citizen
    named = in_notice(objection.season_id)
    return Case(
        objection=objection,
        season=objection.nominee.season,
        person=person_of(vault, objection.nominee),
        by=None if by is None else _called(vault, by.name_hidden, by.number_hidden),
        words=words_of(vault, objection),
        answer=answer_of(vault, objection),
        in_notice=objection.nominee_id in {row.id for row in await named},
        may_decide=objection.state == "waiting" and may_decide(staff, objection),
    )


def _called(vault: Vault, name_hidden: bytes, number_hidden: bytes) -> str:
    number = mask_number(vault.decrypt(number_hidden, "citizen.number"))
    return f"{vault.decrypt(name_hidden, 'citizen.name')}（{number}）"
