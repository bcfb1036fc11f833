"""Real-name binding: an account proves which citizen it is, by name, number and a second proof (§三(一))."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F
from tortoise.queryset import QuerySet
from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.identity_number import IdentityNumber
from backend.citizens.models import Account, BindingTry, Citizen, CounterCode, RegisterPerson
from backend.database import transaction
from backend.database.bulk import insert_new_rows, select_among
from backend.errors import Conflict, Forbidden, Invalid, TooMany
from backend.secrets import Vault, new_counter_code

TRIES_OF_AN_ACCOUNT = 5  # a day
TRIES_OF_A_NUMBER = 10
COUNTER_CODE_LASTS = timedelta(minutes=30)
CODE_TRACE_KEPT = timedelta(days=183)  # who issued a code when: logs are kept six months at least


def person_unknown() -> Invalid:
    """One answer for a wrong name and an unknown number, so that nobody can probe who lives here."""
    return Invalid(
        "person_unknown",
        "姓名或身份证号与县人口登记不符。请核对后重试；确认无误的，请带身份证到县政务服务大厅信用窗口办理。",
    )


def second_proof_wrong() -> Invalid:
    return Invalid(
        "second_proof_wrong",
        "第二重核对没有通过。请使用在户籍部门登记的手机号，或到县政务服务大厅信用窗口领取一次性验证码。",
    )


def second_proof_needed() -> Invalid:
    """Neighbours know names and numbers: without a second proof nobody is even looked up."""
    return Invalid("second_proof_needed", "请用微信手机号或窗口发的一次性验证码作第二重核对。")


def under_fourteen() -> Forbidden:
    return Forbidden("under_fourteen", "不满十四周岁的，由监护人到县政务服务大厅信用窗口办理。")


def already_bound() -> Conflict:
    return Conflict("already_bound", "您的微信已经完成实名绑定，不用再次绑定。")


def bound_elsewhere() -> Conflict:
    return Conflict(
        "bound_elsewhere",
        "该身份已绑定另一个微信。如果是您换了微信，或者不是您本人绑定的，请带身份证到县政务服务大厅信用窗口办理。",
    )


def too_many_tries() -> TooMany:
    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    return TooMany(
        "too_many_tries",
        "今天的核对次数已经用完，请明天再试，或到县政务服务大厅信用窗口办理。",
        retry_after=math.ceil((tomorrow - clock.now()).total_seconds()),
    )


ERRORS = (
    person_unknown,
    second_proof_needed,
    second_proof_wrong,
    under_fourteen,
    already_bound,
    bound_elsewhere,
    too_many_tries,
)


@dataclass(frozen=True)
class Claim:
    """A name and number that belong together in the county register; whose they are is not proved yet."""

    name: str
    number: IdentityNumber
    person: RegisterPerson


@dataclass(frozen=True)
class SecondProof:
    """What neighbours do not know: the phone that WeChat vouches for, or a code issued at a counter."""

    phone: str | None = None
    counter_code: str | None = None


async def match(
    vault: Vault, account: Account, name: str, number: IdentityNumber, counter_code: str | None = None
) -> Claim:
    """Look a name and number up in the register; the try is counted first, whatever comes of it.

    Raises TooMany (five tries a day an account, ten a number), Conflict when bound already, Invalid `person_unknown`,
    Forbidden under fourteen.
    """
    await _count_try(vault, account.id, number, counter_code)
    if account.citizen_id is not None:
        raise already_bound()
    if number.fourteen_on > clock.today():
        raise under_fourteen()  # before anybody is looked up: the number itself says so
    person = await RegisterPerson.get_or_none(number_digest=vault.digest(number.number, "citizen.number"))
    if person is None or person.name_digest != vault.digest(name, "citizen.name"):
        raise person_unknown()
    return Claim(name, number, person)


async def bind(vault: Vault, account: Account, claim: Claim, proof: SecondProof) -> Citizen:
    """Bind the account to the claimed citizen. Raises Invalid `second_proof_wrong`, Conflict when either is bound."""
    async with transaction():
        await _check_proof(vault, claim.person, proof)
        digest = claim.person.number_digest
        ids = await take_citizens(vault, {digest: (claim.name, claim.number)})
        await _tie(account, ids[digest])
    return await Citizen.get(number_digest=digest)


async def take_citizens(vault: Vault, people: Mapping[str, tuple[str, IdentityNumber]]) -> dict[str, UUID]:
    """The ids of citizens by the digest of their number, made now where new; in the caller's transaction.

    `people` maps each digest to name and number. Inserted in the digests' order, so that two at once never deadlock.
    """
    known = await find_citizens(people)
    fresh = {digest: people[digest] for digest in sorted(people.keys() - known.keys())}
    if not fresh:
        return known
    now = clock.now()
    columns = ("id", "number_digest", "number_hidden", "name_hidden", "adult_on", "created_at")
    numbers = vault.encrypt_all([number.number for _, number in fresh.values()], "citizen.number")
    names = vault.encrypt_all([name for name, _ in fresh.values()], "citizen.name")
    rows = [
        (uuid7(), digest, number_hidden, name_hidden, number.adult_on, now)
        for (digest, (_, number)), number_hidden, name_hidden in zip(fresh.items(), numbers, names, strict=True)
    ]
    await insert_new_rows(Citizen, columns, rows)
    return known | await find_citizens(fresh)


async def find_citizens(digests: Iterable[str]) -> dict[str, UUID]:
    """The ids of the citizens that there are, by the digest of their number."""
    query = "SELECT number_digest, id FROM citizen WHERE number_digest {1}"
    return {row[0]: row[1] for row in await select_among(query, (str, UUID), set(digests))}


async def issue_counter_code(vault: Vault, number: IdentityNumber, issued_by: UUID) -> str:
    """A one-time code for a person whom a clerk has seen with her identity card: eight digits, thirty minutes."""
    code, now = new_counter_code(), clock.now()
    await CounterCode.create(
        number_digest=vault.digest(number.number, "citizen.number"),
        code_hash=vault.digest(code, "counter.code"),
        issued_by=issued_by,
        issued_at=now,
        expires_at=now + COUNTER_CODE_LASTS,
    )
    return code


async def _count(subject: str) -> int:
    day = clock.today()
    await BindingTry.bulk_create([BindingTry(day=day, subject=subject, count=0)], ignore_conflicts=True)
    await BindingTry.filter(day=day, subject=subject).update(count=F("count") + 1)
    return (await BindingTry.get(day=day, subject=subject)).count


async def forget_old() -> int:
    """Delete the tries of past days and what is left of old counter codes; how many (charter 10)."""
    tries = await BindingTry.filter(day__lt=clock.today()).delete()
    return tries + await CounterCode.filter(issued_at__lte=clock.now() - CODE_TRACE_KEPT).delete()


async def _count_try(vault: Vault, account_id: UUID, number: IdentityNumber, counter_code: str | None) -> None:
    digest = vault.digest(number.number, "citizen.number")
    async with transaction():
        account_tries = await _count(f"account:{account_id}")
        number_tries = await _count(f"number:{digest}")
    if account_tries > TRIES_OF_AN_ACCOUNT:
        raise too_many_tries()
    if number_tries > TRIES_OF_A_NUMBER and not await _fitting_code(vault, digest, counter_code or "").exists():
        # Strangers may have used up the number's tries; who was given a code at a counter still gets in.
        raise too_many_tries()


async def _check_proof(vault: Vault, person: RegisterPerson, proof: SecondProof) -> None:
    if proof.phone is not None and person.phone_digest == vault.digest(proof.phone, "citizen.phone"):
        return
    if proof.counter_code is not None and await _use_counter_code(vault, person.number_digest, proof.counter_code):
        return
    raise second_proof_wrong()


async def _use_counter_code(vault: Vault, number_digest: str, code: str) -> bool:
    return await _fitting_code(vault, number_digest, code).update(used_at=clock.now()) == 1


def _fitting_code(vault: Vault, number_digest: str, code: str) -> QuerySet[CounterCode]:
    return CounterCode.filter(
        number_digest=number_digest,
        code_hash=vault.digest(code, "counter.code"),
        used_at=None,
        expires_at__gt=clock.now(),
    )


async def _tie(account: Account, citizen_id: UUID) -> None:
    """Tie the two together; of two at once, one wins."""
    now = clock.now()
    await Citizen.filter(id=citizen_id).select_for_update()  # two accounts at once: the second sees the first
    if await Account.filter(citizen_id=citizen_id).exists():
        raise bound_elsewhere()
    if not await Account.filter(id=account.id, citizen_id=None).update(citizen_id=citizen_id, bound_at=now):
        raise already_bound()
    await Citizen.filter(id=citizen_id, told_from=None).update(told_from=now)
