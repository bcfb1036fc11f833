"""评审: a member gives marks or sits out, each for herself; what others gave she learns after the judging only."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.awards import committee, seasons
from backend.awards.models import Season, SeasonMember
from backend.database import transaction
from backend.errors import FieldError, NotFound, invalid_fields
from backend.honours.judging_faults import no_such_nominee, not_to_judge, own_interest, sits_out
from backend.honours.marks import mark_faults
from backend.honours.models import Judgement
from backend.nominations.models import NominatedPerson, Nominee
from backend.nominations.nominees import holder_of
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

PERMISSION = "judge_nominees"
TO_JUDGE = "agreed"  # the state of a nominee who said yes and of whom nothing is decided
WORDS_FIELD = "judgement.words"
MOST_WORDS = 500  # characters of a comment
LEAST_INTEREST, MOST_INTEREST = 2, 200  # characters: 表弟 is enough


class Seat(NamedTuple):
    """A member's place in the committee of one season."""

    member: SeasonMember
    season: Season


async def seats_of(staff: Staff) -> list[Seat]:
    """Where she judges, the newest season first. Raises Forbidden."""
    check_may(staff)
    members = SeasonMember.filter(staff_id=staff.id, season__state="published").select_related("season")
    return [Seat(each, each.season) for each in await members.order_by("-season_id")]


async def seat_in(staff: Staff, season_id: UUID) -> Seat:
    """Her place in this season. Raises Forbidden, NotFound where she is no member."""
    check_may(staff)
    member = await committee.member_of(staff, season_id)
    return Seat(member, member.season)


async def seat_before(staff: Staff, nominee_id: UUID) -> tuple[Seat, Nominee]:
    """Her place in a nominee's season, and the nominee with their citizen.

    Raises Forbidden; NotFound for another season's nominee, which is never told apart from none.
    """
    check_may(staff)
    nominee = await Nominee.get_or_none(id=nominee_id).select_related("citizen")
    if nominee is None:
        raise no_such_nominee()
    try:
        return await seat_in(staff, nominee.season_id), nominee
    except NotFound:
        raise no_such_nominee() from None


async def give(vault: Vault, staff: Staff, nominee_id: UUID, marks: Mapping[str, int], words: str = "") -> Judgement:
    """Her marks by each criterion of the season, and a comment if she likes; given again, the new ones count.

    Raises NotFound, Forbidden for a nominee of her own, Conflict after `judge_until`, when she sits out or when the
    nominee has left, Invalid for the marks.
    """
    async with _judging(staff, nominee_id) as (seat, before):
        if before is not None and before.sits_out:
            raise sits_out()
        if nominee_id in await own_nominees(staff, seat.season.id):
            raise own_interest()
        faults = mark_faults(seasons.criteria_of(seat.season), marks)
        if len(words) > MOST_WORDS:
            faults.append(FieldError("words", "too_long", f"评语最多 {MOST_WORDS} 个字，请写短一些。"))
        if faults:
            raise invalid_fields(faults)
        judgement = await _write(vault, seat, nominee_id, before, dict(marks), words)
        await audit.record(staff, "judge.give", holder_of(nominee_id))
    return judgement


async def declare_interest(vault: Vault, staff: Staff, nominee_id: UUID, words: str) -> Judgement:
    """She sits out for this nominee, for good: her marks are dropped. `words` say why, 2 to 200 characters.

    Raises as `give`; said again it changes nothing.
    """
    async with _judging(staff, nominee_id) as (seat, before):
        if before is not None and before.sits_out:
            return before
        if not LEAST_INTEREST <= len(words) <= MOST_INTEREST:
            detail = f"请写明回避的原因，{LEAST_INTEREST} 到 {MOST_INTEREST} 个字，例如“亲戚”。"
            raise invalid_fields([FieldError("words", "wrong_length", detail)])
        judgement = await _write(vault, seat, nominee_id, before, {}, words)
        await audit.record(staff, "judge.sit_out", holder_of(nominee_id))
    return judgement


async def own_nominees(staff: Staff, season_id: UUID) -> set[UUID]:
    """The nominees of a season who are herself, or whom she nominated as a citizen or for her unit."""
    digest = staff.user.own_number_digest
    nominated = NominatedPerson.filter(season_id=season_id).exclude(nominee_id=None)
    hers = nominated.filter(Q(nomination__citizen__number_digest=digest) | Q(nomination__staff_id=staff.id))
    herself = Nominee.filter(season_id=season_id, citizen__number_digest=digest)
    found = {each.nominee_id for each in await hers} | {each.id for each in await herself}
    return {each for each in found if each is not None}


def words_of(vault: Vault, judgement: Judgement) -> str:
    """Her comment, or what her interest is; empty for none."""
    return vault.decrypt(judgement.words_hidden, WORDS_FIELD) if judgement.words_hidden else ""


def check_may(staff: Staff) -> None:
    """Raises Forbidden without the permission, and while it is not known which citizen she is."""
    require(staff, PERMISSION)
    if staff.user.own_number_digest is None:
        raise own_number_needed()


@asynccontextmanager
async def _judging(staff: Staff, nominee_id: UUID) -> AsyncIterator[tuple[Seat, Judgement | None]]:
    """Her seat and what she gave before, in a transaction that holds her seat: two pages of hers take turns."""
    seat, _ = await seat_before(staff, nominee_id)
    seasons.require_phase(seat.season, "judging")
    async with transaction():
        # She may have been taken off the committee, and the nominee have stepped down, since the page was opened.
        if not await SeasonMember.filter(id=seat.member.id).select_for_update():
            raise no_such_nominee()
        if not await Nominee.filter(id=nominee_id, state=TO_JUDGE).exists():
            raise not_to_judge()
        yield seat, await Judgement.get_or_none(nominee_id=nominee_id, member_id=seat.member.id)


async def _write(
    vault: Vault, seat: Seat, nominee_id: UUID, before: Judgement | None, marks: dict[str, int], words: str
) -> Judgement:
    judgement = before or Judgement(nominee_id=nominee_id, member_id=seat.member.id)
    judgement.marks, judgement.sits_out = marks, not marks
    judgement.words_hidden = vault.encrypt(words, WORDS_FIELD) if words else None
    judgement.at = clock.now()
    await judgement.save()
    return judgement
