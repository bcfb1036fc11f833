"""The citizen's standing yes to having points, and her leaving (charter 2)."""

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


def under_eighteen() -> Forbidden:
    return Forbidden("under_eighteen", "年满十八周岁才能参加积分；其他服务您现在都可以使用。")


def already_enrolled() -> Conflict:
    return Conflict("already_enrolled", "您已经参加积分。")


def not_enrolled() -> NotFound:
    return NotFound("not_enrolled", "您没有参加积分。不参加不影响任何服务；想参加时可以随时加入。")


# The last when an old write is sent again after she left.
ERRORS = (under_eighteen, already_enrolled, not_enrolled)


async def enrol(ledger: Ledger, account: Account, citizen: Citizen, text_version: int) -> Enrolment:
    """Give the citizen points from today, from all her live facts. Raises Forbidden under eighteen, Conflict twice."""
    now = clock.now()
    today = clock.local_date(now)
    if citizen.adult_on > today:
        raise under_eighteen()
    base = (await levels_in_force(today))[0].base_points
    async with transaction():
        await hold_account(account)
        await lock_citizens([citizen.id])
        if await Score.filter(citizen_id=citizen.id).exists():
            return await _renew(account, citizen, text_version)
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


async def _renew(account: Account, citizen: Citizen, text_version: int) -> Enrolment:
    """Another year for an enrolment whose yes ran out or was to an older text. Raises Conflict while it holds."""
    standing = await Enrolment.get(citizen_id=citizen.id, left_at=None)
    newest = (await consent.decisions(account)).get("enrolment")
    if consent.state_of(consent.texts()["enrolment"], newest) == "given":
        raise already_enrolled()
    await consent.record(account, "enrolment", text_version, given=True)
    standing.expires_on = months_after(clock.today(), LASTS_MONTHS)
    await standing.save(update_fields=["expires_on"])
    return standing


async def leave(account: Account, citizen: Citizen) -> UUID:
    """Erase the points and entries; only their count and the chain's head stay. Costs nothing. Raises NotFound.

    Answers with the id of the enrolment that ended.
    """
    async with transaction():
        await hold_account(account)
        await lock_citizens([citizen.id])
        score = await Score.get_or_none(citizen_id=citizen.id)
        if score is None:
            raise not_enrolled()
        await consent.record(account, "enrolment", consent.texts()["enrolment"].version, given=False)
        await PointEntry.filter(enrolment_id=score.enrolment_id).delete()
        await Score.filter(citizen_id=citizen.id).delete()  # not score.delete(): on SQLite it cannot bind a UUID
        await Enrolment.filter(id=score.enrolment_id).update(
            left_at=clock.now(), left_count=score.entry_count, left_head=score.head
        )
    return score.enrolment_id
