"""What a nominee says yes or no to, each thing for itself, and takes back as easily (个人信息保护法 art. 14 to 16)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.awards import seasons
from backend.awards.phases import Phase
from backend.citizens.models import Citizen
from backend.content import publishing
from backend.database import transaction
from backend.errors import Conflict, FieldError, Forbidden, NotFound, invalid_fields
from backend.nominations.ending import end
from backend.nominations.endorsements import erase_of
from backend.nominations.models import Nominee, NomineeConsent
from backend.nominations.nominees import add_step, hold, nominee_changed
from backend.nominations.words import CONSENTS_OF_MODE, ON_THE_ROAD, ConsentKind, NomineeState

# The phases in which she may still come along, or say yes to something that she had said no to.
JOINING: tuple[Phase, ...] = ("nominating", "checking", "judging")
SEEN_BY_HER = ("asked", "agreed", "declined", "stepped_down", "chosen", "passed_over", "honoured", "handed_over")
ANSWERED = ("agreed", "chosen", "passed_over", "honoured")  # in which a yes may still be taken back


def no_such_request() -> NotFound:
    return NotFound("nominee_request_not_found", "没有这份征求意见，或者它已经结束。")


def answered_already() -> Conflict:
    return Conflict("nominee_answered", "您已经答复过了。想改，请在这一页改某一项同意，或者退出。")


def not_answered_yet() -> Conflict:
    return Conflict("nominee_not_answered", "请先答复要不要参加。")


def request_changed() -> Conflict:
    return Conflict("nominee_request_changed", "要展示的内容刚刚有了变化，请重新看过以后再答复。")


def nominee_ended() -> Conflict:
    return Conflict("nominee_ended", "这份推荐已经结束，不用再操作。")


def not_to_give_now() -> Conflict:
    return Conflict("consent_not_now", "评审已经结束，现在只能撤回同意，不能再新增同意。")


def handed_over_already() -> Conflict:
    return Conflict("handed_over_already", "推荐线索已经移交给主办单位。想撤回，请直接联系主办单位。")


def under_age() -> Forbidden:
    return Forbidden("nominee_under_age", "参加评选要年满十八周岁。谢谢您，等您成年以后再来。")


async def requests_of(citizen: Citizen, before: UUID | None, limit: int) -> Sequence[Nominee]:
    """What she was asked in and is not erased since, with the seasons, newest first, older than `before`."""
    rows = Nominee.filter(citizen_id=citizen.id, state__in=SEEN_BY_HER, about_hidden__not_isnull=True)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit).select_related("season")


async def request_of(citizen: Citizen, nominee_id: UUID) -> Nominee:
    """One of them, with its season. Raises NotFound for anybody else's."""
    nominee = await Nominee.get_or_none(
        id=nominee_id, citizen_id=citizen.id, state__in=SEEN_BY_HER, about_hidden__not_isnull=True
    ).select_related("season")
    if nominee is None:
        raise no_such_request()
    return nominee


async def answer(
    citizen: Citizen, nominee_id: UUID, version: int, taking_part: bool, consents: Mapping[ConsentKind, bool]
) -> Nominee:
    """Her yes or no to what she saw in `version`; with a yes, one to each consent of the season's mode.

    A no needs no consents and is never asked about again. Raises NotFound, Conflict (answered, ended, the content
    changed since, season_not_open), Invalid for a consent that is missing or foreign, Forbidden under eighteen.
    """
    async with _held(citizen, nominee_id) as nominee:
        if nominee.state != "asked":
            raise answered_already() if nominee.state in ANSWERED else nominee_ended()
        if not taking_part:
            await stop(nominee, "declined")
        else:
            seasons.require_phase(nominee.season, *JOINING)
            if nominee.version != version:
                raise request_changed()
            if clock.today() < citizen.adult_on:
                raise under_age()
            await agree(nominee, consents)
    return await request_of(citizen, nominee_id)


async def stop(
    nominee: Nominee, state: NomineeState, staff_id: UUID | None = None, words_hidden: bytes | None = None
) -> None:
    """End it in the caller's transaction, as `ending.end` does. Raises Conflict when something came between."""
    if not await end(nominee, state, staff_id=staff_id, words_hidden=words_hidden):
        raise nominee_changed()


def kinds_of(nominee: Nominee) -> tuple[ConsentKind, ...]:
    """What she is asked, by the mode of her season, which is fetched."""
    return CONSENTS_OF_MODE[nominee.season.mode]


def check_whole(nominee: Nominee, consents: Mapping[ConsentKind, bool]) -> None:
    """Nothing is ticked for her: each consent of the mode has a yes or a no, and no other. Raises Invalid."""
    asked = kinds_of(nominee)
    missing = [each for each in asked if each not in consents]
    foreign = [each for each in consents if each not in asked]
    faults = [FieldError(each, "required", "请选择同意或者不同意。") for each in missing]
    faults += [FieldError(each, "other_kind", "这项评选不问这一项。") for each in foreign]
    if faults:
        raise invalid_fields(faults)


async def change(citizen: Citizen, nominee_id: UUID, kind: ConsentKind, given: bool) -> Nominee:
    """Take one yes back, at any time and at once, or give it while the season still takes it.

    Without `endorse` she stands on no list and what neighbours said is gone; without `credit_check` the result is;
    without `publication`, chosen as she may be, she is neither publicised nor honoured. An honour already in the
    gallery is hidden by whoever calls. The same again changes nothing. Raises NotFound, Conflict.
    """
    async with _held(citizen, nominee_id) as nominee:
        await turn(nominee, kind, given)
    return await request_of(citizen, nominee_id)


async def step_down(citizen: Citizen, nominee_id: UUID) -> Nominee:
    """Leave the season, chosen or not, without a reason. Raises NotFound, Conflict when there is nothing to leave."""
    async with _held(citizen, nominee_id) as nominee:
        await leave(nominee)
    return await request_of(citizen, nominee_id)


async def standing(nominee_ids: Collection[UUID]) -> dict[UUID, dict[str, bool]]:
    """The newest yes or no of each nominee to each kind that she was asked. It says nothing of where she stands."""
    found: dict[UUID, dict[str, bool]] = {each: {} for each in nominee_ids}
    rows = NomineeConsent.filter(nominee_id__in=list(found)).order_by("id")
    for nominee_id, kind, given in await rows.values_list("nominee_id", "kind", "given") if found else []:
        found[nominee_id][kind] = given
    return found


async def judgeable(season_id: UUID) -> list[Nominee]:
    """Who agreed to take part, by id: whom the committee judges, whatever else she consented to."""
    return await Nominee.filter(season_id=season_id, state="agreed", about_hidden__not_isnull=True).order_by("id")


async def agree(nominee: Nominee, consents: Mapping[ConsentKind, bool], staff_id: UUID | None = None) -> None:
    """Her yes, in the caller's transaction. `staff_id`: who heard it in a call.

    Raises Invalid for a consent that is missing or foreign, Conflict nominee_changed.
    """
    check_whole(nominee, consents)
    now = clock.now()
    here = Nominee.filter(id=nominee.id, state="asked", version=nominee.version)
    columns = {"state": "agreed", "version": nominee.version + 1, "answer_by": None, "answered_at": now}
    if not await here.update(changed_at=now, **columns):
        raise nominee_changed()
    for kind, given in consents.items():
        await _keep(nominee, kind, given, staff_id)
    await add_step(nominee.id, "agreed", staff_id=staff_id)


async def turn(nominee: Nominee, kind: ConsentKind, given: bool, staff_id: UUID | None = None) -> None:
    """One consent to yes or no, in the caller's transaction; `staff_id`: who heard it in a call. Raises Conflict."""
    _check_changeable(nominee, kind, given)
    if (await standing([nominee.id]))[nominee.id].get(kind) == given:
        return
    columns: dict[str, object] = {}
    if kind == "credit_check":
        columns = {"credit_passed": None, "credit_checked_at": None}
    unpublished = kind == "publication" and nominee.state == "chosen"
    if unpublished:
        columns = {"state": "passed_over"}  # who is not publicised is not honoured: 河南省社会信用条例 art. 28
    here = Nominee.filter(id=nominee.id, state=nominee.state, version=nominee.version)
    if not await here.update(version=nominee.version + 1, changed_at=clock.now(), **columns):
        raise nominee_changed()
    await _keep(nominee, kind, given, staff_id)
    if unpublished:
        await add_step(nominee.id, "unpublished", staff_id=staff_id)
        await publishing.changed()


async def leave(nominee: Nominee, staff_id: UUID | None = None) -> None:
    """Her stepping down, in the caller's transaction; `staff_id`: who heard it in a call. Raises Conflict.

    Who was not chosen may leave, too: she need not wait half a year until she is forgotten.
    """
    if nominee.state not in (*ON_THE_ROAD, "passed_over"):
        raise not_answered_yet() if nominee.state == "asked" else nominee_ended()
    await stop(nominee, "stepped_down", staff_id)


def _check_changeable(nominee: Nominee, kind: ConsentKind, given: bool) -> None:
    if nominee.state == "asked":
        raise not_answered_yet()
    if nominee.state == "handed_over":
        raise handed_over_already()
    if nominee.state not in ANSWERED:
        raise nominee_ended()
    if kind not in kinds_of(nominee):
        raise invalid_fields([FieldError("kind", "other_kind", "这项评选不问这一项。")])
    if given and (nominee.state != "agreed" or seasons.phase(nominee.season) not in JOINING):
        raise not_to_give_now()


@asynccontextmanager
async def _held(citizen: Citizen, nominee_id: UUID) -> AsyncIterator[Nominee]:
    """Her request in a transaction that holds its row: nobody's work on it makes her say the same thing twice."""
    async with transaction():
        await request_of(citizen, nominee_id)
        await hold(nominee_id)
        yield await request_of(citizen, nominee_id)


async def _keep(nominee: Nominee, kind: ConsentKind, given: bool, staff_id: UUID | None) -> None:
    """One yes or no of hers; without `endorse`, what neighbours said for her goes in the same moment."""
    await NomineeConsent.create(
        id=uuid7(), nominee_id=nominee.id, kind=kind, given=given, staff_id=staff_id, at=clock.now()
    )
    if kind == "endorse" and not given:
        await erase_of([nominee.id])
