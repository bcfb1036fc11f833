"""Calls with nominees: the answer of one who has no account or has not answered, and what she takes back by phone."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.citizens.identity import take_citizens
from backend.citizens.identity_number import IdentityNumber, parse_identity_number
from backend.citizens.models import Citizen, RegisterPerson
from backend.citizens.person_name import parse_name
from backend.database import transaction
from backend.errors import Conflict, FieldError, Invalid, invalid_fields
from backend.nominations import consents
from backend.nominations.asking import end_minor, tie
from backend.nominations.models import Nominee, NomineeStep
from backend.nominations.nominees import about_of, add_step, hide_words, hold, holder_of, nominee_changed, nominee_for
from backend.nominations.words import ConsentKind
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff

Outcome = Literal["yes", "no", "unreached", "minor"]
OUTCOMES: dict[Outcome, str] = {
    "yes": "本人愿意参加",
    "no": "本人不参加",
    "unreached": "没有联系上",
    "minor": "本人未满十八周岁",
}
UNREACHED_DAYS = 3  # different days on which nobody answered
MOST_WORDS = 300
LEAVING = "leave"  # what she may say in a later call, beside taking back a consent


def not_asked() -> Conflict:
    return Conflict("nominee_not_asked", "现在没有在征求这位被推荐人的意见，不用登记通话。")


def waits_in_app() -> Conflict:
    return Conflict("nominee_waits_in_app", "已经在小程序里征求本人意见，期限过后还没有答复的，再打电话。")


def called_today() -> Conflict:
    return Conflict("called_today", "今天已经登记过一次没有联系上，请改天再打。")


def outcome_unknown() -> Invalid:
    return Invalid("outcome_unknown", "请选择通话的结果。")


def words_too_long() -> Invalid:
    return Invalid("words_too_long", f"说明最多 {MOST_WORDS} 个字，请写短一些。")


async def record(
    vault: Vault,
    staff: Staff,
    nominee_id: UUID,
    version: int,
    outcome: str,
    given: Mapping[ConsentKind, bool] | None = None,
    words: str = "",
    *,
    number: str | None = None,
    adult: bool = False,
) -> Nominee:
    """What came of a call. A yes needs each consent said, and that she is of age: by her number, or as she says.

    `number`: the identity number that she told, if she did; it makes her known. Three days on which nobody answered
    end it. Raises Forbidden, NotFound, Invalid, Conflict (not asked, the app still waits, called today, changed).
    """
    nominee = await nominee_for(staff, nominee_id)
    _check(nominee, version, outcome, words)
    identity = _parsed(number) if number and outcome == "yes" else None
    async with transaction():
        citizen = await _known_as(vault, nominee, identity) if identity else None
        await hold(nominee_id, *([citizen.id] if citizen else []))
        if citizen is not None:
            await tie(staff, nominee, citizen)
        hidden = hide_words(vault, words)
        if outcome == "minor" or (identity is not None and citizen is None):
            await end_minor(vault, staff, nominee)
        elif outcome == "yes":
            await _agreed(staff, nominee, given or {}, hidden, adult=adult or (citizen or nominee.citizen) is not None)
        elif outcome == "no":
            await consents.stop(nominee, "declined", staff.id, hidden)
        else:
            await _unreached(staff, nominee, hidden)
        await audit.record(staff, "nominee.call", holder_of(nominee_id), outcome=outcome)
    return await nominee_for(staff, nominee_id)


async def take_back(vault: Vault, staff: Staff, nominee_id: UUID, version: int, what: str, words: str = "") -> Nominee:
    """What she said in a later call: one consent taken back (its kind), or LEAVING. By phone no new consent is given.

    Raises Forbidden, NotFound, Invalid, Conflict.
    """
    nominee = await nominee_for(staff, nominee_id)
    if nominee.version != version:
        raise nominee_changed()
    if len(words) > MOST_WORDS:
        raise words_too_long()
    kind = next((each for each in consents.kinds_of(nominee) if each == what), None)
    if kind is None and what != LEAVING:
        raise outcome_unknown()
    async with transaction():
        await hold(nominee_id)
        if kind is None:
            await consents.leave(nominee, staff.id)
        else:
            await consents.turn(nominee, kind, given=False, staff_id=staff.id)
            await add_step(nominee_id, "taken_back", staff_id=staff.id, words_hidden=hide_words(vault, words))
        await audit.record(staff, "nominee.call", holder_of(nominee_id), outcome=f"take_back:{what}")
    return await nominee_for(staff, nominee_id)


def may_call(nominee: Nominee) -> bool:
    """Whether a call is due: she has no account, or her days in the app are over."""
    return nominee.state == "asked" and (nominee.answer_by is None or nominee.answer_by < clock.today())


async def unreached_days(nominee: Nominee) -> int:
    """On how many days nobody answered since she was asked."""
    steps = NomineeStep.filter(nominee_id=nominee.id, kind="unreached", at__gte=nominee.asked_at or nominee.created_at)
    return len({clock.local_date(each.at) for each in await steps})


def _check(nominee: Nominee, version: int, outcome: str, words: str) -> None:
    if nominee.state != "asked":
        raise not_asked()
    if nominee.version != version:
        raise nominee_changed()
    if not may_call(nominee):
        raise waits_in_app()
    if outcome not in OUTCOMES:
        raise outcome_unknown()
    if len(words) > MOST_WORDS:
        raise words_too_long()


def _parsed(number: str) -> IdentityNumber:
    try:
        return parse_identity_number(number, clock.today())
    except Invalid as error:
        raise invalid_fields([FieldError("number", error.code, error.detail)]) from None


async def _known_as(vault: Vault, nominee: Nominee, identity: IdentityNumber) -> Citizen | None:
    """The citizen with the number that she told, which has to be one of somebody with her name, or of nobody known.

    None for a minor, of whom nothing is kept, not even who she is. Raises Invalid.
    """
    about = about_of(vault, nominee)
    name = parse_name(about.name if about else "")
    digest = vault.digest(identity.number, "citizen.number")
    person = await RegisterPerson.get_or_none(number_digest=digest)
    wrong = person is not None and person.name_digest != vault.digest(name, "citizen.name")
    known = await Citizen.get_or_none(number_digest=digest)
    if known is not None:
        wrong |= parse_name(vault.decrypt(known.name_hidden, "citizen.name")) != name
    if wrong or (nominee.citizen is not None and nominee.citizen.number_digest != digest):
        raise invalid_fields([FieldError("number", "person_unknown", "身份证号和姓名对不上，请与本人再核对一次。")])
    if clock.today() < identity.adult_on:
        return None
    ids = await take_citizens(vault, {digest: (name, identity)})
    return await Citizen.get(id=ids[digest])


async def _agreed(
    staff: Staff, nominee: Nominee, given: Mapping[ConsentKind, bool], hidden: bytes | None, *, adult: bool
) -> None:
    seasons.require_phase(nominee.season, *consents.JOINING)
    if not adult:
        raise invalid_fields([FieldError("adult", "required", "请向本人核实已满十八周岁，再勾选。")])
    await consents.agree(nominee, given, staff.id)
    if hidden:
        await add_step(nominee.id, "called", staff_id=staff.id, words_hidden=hidden)


async def _unreached(staff: Staff, nominee: Nominee, hidden: bytes | None) -> None:
    last = await NomineeStep.filter(nominee_id=nominee.id, kind="unreached").order_by("-id").first()
    if last is not None and clock.local_date(last.at) == clock.today():
        raise called_today()
    here = Nominee.filter(id=nominee.id, state="asked", version=nominee.version)
    if not await here.update(version=nominee.version + 1, changed_at=clock.now()):
        raise nominee_changed()
    await add_step(nominee.id, "unreached", staff_id=staff.id, words_hidden=hidden)
    if await unreached_days(nominee) >= UNREACHED_DAYS:
        await consents.stop(await Nominee.get(id=nominee.id), "unreachable", staff.id)
