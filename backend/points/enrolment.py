"""The citizen's standing yes to having points, its end and its renewal, and her leaving (charter 2)."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from backend import clock
from backend.citizens import consent
from backend.citizens.accounts import hold_account
from backend.citizens.models import Account, Citizen
from backend.database import transaction
from backend.errors import Conflict, Forbidden, NotFound
from backend.points.chain import first_hash
from backend.points.ledger import Ledger, lock_citizens
from backend.points.levels import levels_in_force
from backend.points.models import Enrolment, PointEntry, Score
from backend.workdays import months_after

LASTS_MONTHS = 12  # 国办发〔2020〕49号: a consent is never for life
ENDING_DAYS = 30  # so long before its end it may be renewed
PAUSE_DAYS = 90  # after its end; then the points are erased

Standing = Literal["standing", "paused"]


def under_eighteen() -> Forbidden:
    return Forbidden("under_eighteen", "年满十八周岁才能参加积分；其他服务您现在都可以使用。")


def already_enrolled() -> Conflict:
    return Conflict("already_enrolled", "您已经参加积分。")


def not_enrolled() -> NotFound:
    return NotFound("not_enrolled", "您没有参加积分。不参加不影响任何服务；想参加时可以随时加入。")


def enrolment_paused() -> Forbidden:
    return Forbidden(
        "enrolment_paused",
        "您的参加同意已到期，积分已暂停，什么都没有删除。愿意继续的话，再同意一次就能续期；不续也不影响其他服务。",
    )


# The last when an old write is sent again after she left.
ERRORS = (under_eighteen, already_enrolled, not_enrolled)
# What a look at one's points may answer instead.
READ_ERRORS = (not_enrolled, enrolment_paused)


def standing(expires_on: date, day: date) -> Standing:
    """Where an enrolment stands on `day` whose yes holds up to, and no longer on, `expires_on`.

    Paused, nothing is shown, posted or lost: her yes brings all of it back until it is erased, which is announced
    (`lasting.erased_on`), so a pause may last longer than PAUSE_DAYS, and never less.
    """
    return "standing" if day < expires_on else "paused"


def erased_on(expires_on: date) -> date:
    """The first day on which the points of an enrolment that is not renewed may be erased."""
    return expires_on + timedelta(days=PAUSE_DAYS)


def check_standing(expires_on: date, day: date) -> None:
    """Raises Forbidden (one of READ_ERRORS) unless the points may be shown on `day`."""
    if standing(expires_on, day) == "paused":
        raise enrolment_paused()


async def held(citizen_id: UUID) -> Enrolment | None:
    """The citizen's enrolment that was neither left nor erased; it may be paused."""
    return await Enrolment.get_or_none(citizen_id=citizen_id, left_at=None)


async def takes_part(citizen_id: UUID) -> bool:
    """Whether the citizen has points today: enrolled, and not paused."""
    return await Enrolment.filter(citizen_id=citizen_id, left_at=None, expires_on__gt=clock.today()).exists()


async def may_renew(account: Account, enrolment: Enrolment) -> bool:
    """Whether a new yes is due: the old one ended, ends within thirty days, or was to an older text."""
    if clock.today() >= enrolment.expires_on - timedelta(days=ENDING_DAYS):
        return True
    newest = (await consent.decisions(account)).get("enrolment")
    return consent.state_of(consent.texts()["enrolment"], newest) != "given"


async def enrol(ledger: Ledger, account: Account, citizen: Citizen, text_version: int) -> Enrolment:
    """Give the citizen points from today, from all her live facts, or renew them for a year.

    Raises Forbidden under eighteen, Conflict while the yes holds for more than thirty days.
    """
    now = clock.now()
    today = clock.local_date(now)
    if citizen.adult_on > today:
        raise under_eighteen()
    base = (await levels_in_force(today))[0].base_points
    async with transaction():
        await hold_account(account)
        await lock_citizens([citizen.id])
        if known := await held(citizen.id):
            return await _renew(ledger, account, known, text_version)
        await consent.record(account, "enrolment", text_version, given=True)
        enrolment = await Enrolment.create(
            citizen_id=citizen.id,
            adult_on=citizen.adult_on,
            enrolled_on=today,
            enrolled_at=now,
            expires_on=months_after(today, LASTS_MONTHS),
        )
        await Score.create(
            citizen_id=citizen.id,
            enrolment=enrolment,
            base=base,
            points=base,
            parts={},
            entry_count=0,
            head=first_hash(enrolment.id, base),
            changed_at=now,
        )
        await ledger.refold([citizen.id])
    return enrolment


async def _renew(ledger: Ledger, account: Account, enrolment: Enrolment, text_version: int) -> Enrolment:
    """Another year from today on the same chain, with all that happened in a pause. Raises Conflict while it holds."""
    if not await may_renew(account, enrolment):
        raise already_enrolled()
    await consent.record(account, "enrolment", text_version, given=True)
    enrolment.expires_on, enrolment.reminded = months_after(clock.today(), LASTS_MONTHS), 0
    await enrolment.save(update_fields=["expires_on", "reminded"])
    await ledger.refold([enrolment.citizen_id])
    return enrolment


async def leave(account: Account, citizen: Citizen) -> UUID:
    """Erase the points and entries; only their count and the chain's head stay. Costs nothing. Raises NotFound.

    Answers with the id of the enrolment that ended.
    """
    async with transaction():
        await hold_account(account)
        await lock_citizens([citizen.id])
        left = await erase(citizen.id)
        if left is None:
            raise not_enrolled()
        await consent.record(account, "enrolment", consent.texts()["enrolment"].version, given=False)
    return left


async def erase(citizen_id: UUID) -> UUID | None:
    """End the citizen's enrolment and erase its points, in a transaction that holds her row; None without one.

    Its count and the chain's head stay, and what the checkpoints say of it.
    """
    score = await Score.get_or_none(citizen_id=citizen_id)
    if score is None:
        return None
    await PointEntry.filter(enrolment_id=score.enrolment_id).delete()
    await Score.filter(citizen_id=citizen_id).delete()  # not score.delete(): on SQLite it cannot bind a UUID
    await Enrolment.filter(id=score.enrolment_id).update(
        left_at=clock.now(), left_count=score.entry_count, left_head=score.head
    )
    return score.enrolment_id
