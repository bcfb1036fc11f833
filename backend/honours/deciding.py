"""The committee's decision: who is honoured, with reasons; after it nobody judges and the public notice comes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from uuid import UUID

import msgspec
from tortoise.expressions import F

from backend import clock
from backend.awards import committee, season_dates, seasons
from backend.awards.models import Season, SeasonMember
from backend.chain import canonical
from backend.content import publishing
from backend.database import transaction
from backend.errors import FieldError, invalid_fields
from backend.honours import judging
from backend.honours.judging_faults import decided_already, nominees_changed, not_the_chair, page_is_old
from backend.honours.marks import alike_at_border, breaks_tie, passes_over, tally
from backend.honours.models import Judgement
from backend.nominations import consents, nominees
from backend.nominations.models import Nominee
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff

LEAST_REASONS, MOST_REASONS = 20, 1000  # characters
LEAST_TIE_WORDS, MOST_TIE_WORDS = 10, 500
LEAST_ABSENT, MOST_ABSENT = 2, 200
FIELD = "season.decision"
CHOSEN, PASSED_OVER = "chosen", "passed_over"

Judged = Mapping[UUID, Sequence[Judgement]]  # by nominee


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the committee wrote down, whole."""

    reasons: str
    tie_words: str = ""  # why some of several who stood alike were chosen
    absent: dict[str, str] = {}  # member's id → why she did not judge everybody


async def decide(
    vault: Vault,
    staff: Staff,
    season_id: UUID,
    version: int,
    chosen: Collection[UUID],
    reasons: str,
    tie_words: str = "",
    absent: Mapping[UUID, str] | None = None,
) -> Season:
    """The chair writes down whom the committee chose, at most the season's quota, maybe nobody.

    The averages inform and do not decide: the reasons (20 to 1,000 characters) do. `tie_words` are needed when some of
    those who stand alike where the quota ends are chosen and some are not; `absent` says of each member who has neither
    judged everybody nor sat out why. A decision that comes after the notice should have begun moves the notice.
    Raises Forbidden for who is not the chair, NotFound, Conflict before judging is over, when it is decided already,
    or when season or nominees have changed since `version` was shown, Invalid with every field.
    """
    seat = await judging.seat_in(staff, season_id)
    if not seat.member.chair:
        raise not_the_chair()
    if seat.season.decided_at is not None:
        raise decided_already()
    seasons.require_phase(seat.season, "deciding")
    decision = Decision(
        reasons=reasons, tie_words=tie_words, absent={str(each): words for each, words in (absent or {}).items()}
    )
    async with transaction():
        await _take_season(vault, staff, season_id, version, decision)
        out_of_line = await _check(seat.season, decision, frozenset(chosen))
        await _settle(staff, season_id, frozenset(chosen))
        # A notice that should have begun while nobody had decided begins today, and lasts as long as it was to.
        await season_dates.moved_to_notice(staff, seat.season, clock.today())
        detail = {"chosen": str(len(set(chosen))), "absent": str(len(decision.absent))}
        detail |= {"out_of_line": "1"} if out_of_line else {}
        await audit.record(staff, "season.decide", seasons.about_of(season_id), **detail)
        await publishing.changed()
    return await Season.get(id=season_id)


def decision_of(vault: Vault, season: Season) -> Decision | None:
    """What was written down; None before it."""
    if season.decision_hidden is None:
        return None
    return msgspec.json.decode(vault.decrypt(season.decision_hidden, FIELD), type=Decision)


async def judgements_of(nominee_ids: Iterable[UUID]) -> dict[UUID, list[Judgement]]:
    """What was given to each of these nominees, and who sits out; in the order of members' ids."""
    found: dict[UUID, list[Judgement]] = {each: [] for each in nominee_ids}
    for each in await Judgement.filter(nominee_id__in=list(found)).order_by("member_id"):
        found[each.nominee_id].append(each)
    return found


def incomplete(members: Iterable[SeasonMember], there: Sequence[Nominee], judged: Judged) -> list[SeasonMember]:
    """The members who have neither judged each of these nominees nor sat out."""
    done = {(row.member_id, nominee_id) for nominee_id, rows in judged.items() for row in rows}
    return [each for each in members if any((each.id, nominee.id) not in done for nominee in there)]


def averages(
    nominee_ids: Iterable[UUID], judged: Judged, standing: Mapping[UUID, Mapping[str, bool]]
) -> dict[UUID, Fraction]:
    """The average of each who may be chosen: who agreed to publication, and whom somebody judged."""
    found = {}
    for each in nominee_ids:
        average = tally([sum(row.marks.values()) for row in judged[each] if not row.sits_out]).average
        if average is not None and standing.get(each, {}).get("publication"):
            found[each] = average
    return found


async def _take_season(vault: Vault, staff: Staff, season_id: UUID, version: int, decision: Decision) -> None:
    here = Season.filter(id=season_id, state="published", version=version, decided_at=None)
    hidden = vault.encrypt(canonical(msgspec.to_builtins(decision)), FIELD)
    now = clock.now()
    if not await here.update(version=F("version") + 1, decided_at=now, decided_by_id=staff.id, decision_hidden=hidden):
        raise decided_already() if (await Season.get(id=season_id)).decided_at else page_is_old()


async def _check(season: Season, decision: Decision, chosen: frozenset[UUID]) -> bool:
    """Whether the members passed over somebody who stands higher. Raises Invalid with every field, Conflict."""
    # Held until the decision is saved, so that nobody leaves between the look at her consent and the choice of her.
    rows = Nominee.filter(season_id=season.id, state=judging.TO_JUDGE).order_by("id")
    there = await rows.select_for_update()
    ids = [each.id for each in there]
    judged, standing = await judgements_of(ids), await consents.standing(ids)
    if any(each not in ids or not standing.get(each, {}).get("publication") for each in chosen):
        raise nominees_changed()
    known = averages(ids, judged, standing)
    faults = _word_faults(decision, breaks_tie(alike_at_border(known, season.quota), chosen))
    if len(chosen) > season.quota:
        faults.append(FieldError("chosen", "over_quota", f"最多选 {season.quota} 人，请减少人数。"))
    if chosen - known.keys():
        faults.append(FieldError("chosen", "nobody_judged", "所选的人里有人没有任何委员打分，不能授予。"))
    faults += _absent_faults(decision, incomplete(await committee.members_of(season.id), there, judged))
    if faults:
        raise invalid_fields(faults)
    return passes_over(known, chosen)


def _word_faults(decision: Decision, tie: bool) -> list[FieldError]:
    faults = []
    if not LEAST_REASONS <= len(decision.reasons) <= MOST_REASONS:
        detail = f"请写明评定的理由，{LEAST_REASONS} 到 {MOST_REASONS} 个字。"
        faults.append(FieldError("reasons", "wrong_length", detail))
    least = LEAST_TIE_WORDS if tie else 0
    if not least <= len(decision.tie_words) <= MOST_TIE_WORDS:
        detail = f"名额边上有人同分，请写明怎样从同分的人里选定，{LEAST_TIE_WORDS} 到 {MOST_TIE_WORDS} 个字。"
        faults.append(FieldError("tie_words", "wrong_length", detail))
    return faults


def _absent_faults(decision: Decision, missing: Sequence[SeasonMember]) -> list[FieldError]:
    faults = []
    for each in missing:
        if not LEAST_ABSENT <= len(decision.absent.get(str(each.id), "")) <= MOST_ABSENT:
            detail = f"{each.staff.name}没有评完，请写明缺席的原因，{LEAST_ABSENT} 到 {MOST_ABSENT} 个字。"
            faults.append(FieldError(f"absent.{each.id}", "wrong_length", detail))
    if decision.absent.keys() - {str(each.id) for each in missing}:
        faults.append(FieldError("absent", "not_absent", "有委员已经评完，不用再写缺席的原因。请刷新页面。"))
    return faults


async def _settle(staff: Staff, season_id: UUID, chosen: frozenset[UUID]) -> None:
    """Each nominee who was judged is chosen or passed over, and her road says so."""
    there = Nominee.filter(season_id=season_id, state=judging.TO_JUDGE)
    ids = [each.id for each in await there]
    for state, among in ((CHOSEN, chosen), (PASSED_OVER, set(ids) - chosen)):
        rows = Nominee.filter(id__in=list(among), state=judging.TO_JUDGE)
        if await rows.update(state=state, version=F("version") + 1, changed_at=clock.now()) != len(among):
            raise nominees_changed()
        for each in sorted(among):
            await nominees.add_step(each, state, staff_id=staff.id)
