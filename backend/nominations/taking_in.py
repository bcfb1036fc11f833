"""Whether a draft can be handed in as it was written, and handing it in: every fault at once, nobody for herself."""

from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.citizens.models import RegisterPerson
from backend.citizens.person_name import parse_name
from backend.database import transaction
from backend.errors import Conflict, FieldError, invalid_fields
from backend.jobs import outbox
from backend.nominations.checking import CHECK_NOMINATION
from backend.nominations.content import Content, Person
from backend.nominations.matching import matched_person, person_digest, phones_in
from backend.nominations.models import NominatedPerson, Nomination
from backend.nominations.nomination_faults import faults
from backend.nominations.nominations import add_step, content_of, holder_of
from backend.nominations.nominators import Nominator
from backend.nominations.townships import same_township
from backend.secrets import Vault
from media import intake

MOST_OF_CITIZEN, MOST_OF_UNIT = 5, 20  # in one season; what was withdrawn leaves its place
MOST_TRIES = 20  # in one season, with those that were withdrawn: each is checked, and read by somebody
CHECK_WAITS = timedelta(minutes=30)  # rules.md: WeChat's answer comes within them, or a person looks


def too_many_nominations() -> Conflict:
    return Conflict(
        "too_many_nominations", f"同一届最多推荐 {MOST_OF_CITIZEN} 次（单位 {MOST_OF_UNIT} 次），已经用完。"
    )


def not_submittable() -> Conflict:
    return Conflict("nomination_not_submittable", "这份推荐已经提交过了，不用重复提交。")


async def take_in(vault: Vault, by: Nominator, nomination_id: UUID) -> Nomination:
    """Hand a draft in: a citizen's goes to WeChat's check first, a unit's to the moderator.

    Raises NotFound, Invalid with every fault at once, Conflict when it is handed in already, when too many are, or
    outside the days of nominating.
    """
    async with transaction():
        await by.hold()
        nomination = await by.one(nomination_id)
        if nomination.state != "draft":
            raise not_submittable()
        season = await seasons.public_season(nomination.season_id)
        seasons.require_phase(season, "nominating")
        await _check_how_many(by, season)
        content = content_of(vault, nomination)
        await _check(vault, by, nomination, season, content)
        now = clock.now()
        draft = Nomination.filter(id=nomination_id, state="draft", version=nomination.version)
        moved = await draft.update(
            state="waiting" if by.by_unit else "checking",
            version=F("version") + 1,
            submitted_at=now,
            check_until=now if by.by_unit else now + CHECK_WAITS,
            changed_at=now,
        )
        if moved == 0:
            raise not_submittable()
        await NominatedPerson.bulk_create(_people(vault, nomination, content))
        await add_step(nomination_id, "submitted", staff_id=by.staff_id)
        if not by.by_unit:  # WeChat checks for an openid only; a person may stand in for it, and reads it anyway
            await outbox.promise(CHECK_NOMINATION, nomination=str(nomination_id))
    return await by.one(nomination_id)


async def _check_how_many(by: Nominator, season: Season) -> None:
    """Refused ones keep their place, so that the moderators are not kept busy by one person for a whole season."""
    handed_in = by.own(Nomination.filter(season_id=season.id, submitted_at__isnull=False))
    most = MOST_OF_UNIT if by.by_unit else MOST_OF_CITIZEN
    if await handed_in.exclude(state="withdrawn").count() >= most or await handed_in.count() >= MOST_TRIES:
        raise too_many_nominations()


async def _check(vault: Vault, by: Nominator, nomination: Nomination, season: Season, content: Content) -> None:
    holder = holder_of(nomination.id)
    pictures = len((await intake.pictures_of(holder))[holder])
    wrong = faults(content, mode=season.mode, by_unit=by.by_unit, pictures=pictures, today=clock.today())
    named: set[str] = set()
    for number, person in enumerate(content.people):
        if all(not each.field.startswith(f"people[{number}]") for each in wrong):
            wrong += await _of_person(vault, by, season, f"people[{number}].name", person, named)
    if wrong:
        raise invalid_fields(wrong)


async def _of_person(
    vault: Vault, by: Nominator, season: Season, path: str, person: Person, named: set[str]
) -> list[FieldError]:
    """What the register and earlier nominations say against a person whose fields are all right."""
    digest = person_digest(vault, person.name or "", person.township or "")
    if digest in named:
        return [FieldError(path, "named_twice", "这个人写了两次，请去掉一个。")]
    named.add(digest)
    if fault := await _herself(vault, by, path, person):
        return [fault]
    if await _standing(by, season, digest).exists():
        return [FieldError(path, "already_nominated", "这一届您已经推荐过这个人，不用重复推荐。")]
    return []


def _standing(by: Nominator, season: Season, digest: str) -> QuerySet[NominatedPerson]:
    """This nominator's own nominations of the same person that were neither refused nor taken back."""
    ended = ["draft", "refused", "closed", "withdrawn"]
    return by.named(NominatedPerson.filter(season_id=season.id, person_digest=digest)).exclude(
        nomination__state__in=ended
    )


async def _herself(vault: Vault, by: Nominator, path: str, person: Person) -> FieldError | None:
    """No self-nomination (product.md): by name and phone, and by name and township while no other phone is given."""
    itself = FieldError(path, "self_nomination", "不能推荐自己。可以请邻居、同事或者单位推荐您。")
    contact, township = person.contact or "", person.township or ""
    found = await matched_person(vault, person.name or "", contact)
    if found is not None:
        return itself if found.number_digest == by.number_digest else None
    if parse_name(person.name or "") != by.name:
        return None
    own = await RegisterPerson.get_or_none(number_digest=by.number_digest or "")
    if own is not None and own.township and not same_township(own.township, township):
        return None
    phones = [vault.digest(each, "citizen.phone") for each in phones_in(contact)]
    if own is not None and own.phone_digest in phones:
        return itself
    ask = "姓名和乡镇与您本人一样。如果是同名的另一个人，请在联系方式里写上对方的手机号。"
    return None if phones else FieldError(path, "may_be_self", ask)


def _people(vault: Vault, nomination: Nomination, content: Content) -> list[NominatedPerson]:
    return [
        NominatedPerson(
            nomination_id=nomination.id,
            position=position,
            season_id=nomination.season_id,
            person_digest=person_digest(vault, person.name or "", person.township or ""),
        )
        for position, person in enumerate(content.people)
    ]
