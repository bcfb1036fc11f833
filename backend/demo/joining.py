"""How made-up people come to have an account: by WeChat, by their name, number and phone, as everybody does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from backend import clock
from backend.citizens import consent, identity, sessions
from backend.citizens.models import Account
from backend.demo.people import Person
from backend.demo.wechat_stand_in import StandIn
from backend.points import enrolment
from backend.points.ledger import Ledger
from backend.secrets import Vault
from backend.wechat import WeChat

HAVE_ACCOUNTS = 0.6  # of the people old enough
_ENROL = 0.9  # of the accounts of grown-ups
_OLD_ENOUGH = 14  # to be bound without a guardian
_LONGEST_AGO = 690  # days
_AGREE_AGAIN_AFTER = timedelta(days=340)  # in the month before a consent ends: an enrolment is renewed no sooner


@dataclass(frozen=True)
class Joining:
    """When one person signs in and is bound, and when they enrol, if they do, and if they will again."""

    person: Person
    user: str
    moment: datetime
    enrols_at: datetime | None
    renews: bool = True

    def yeses(self, now: datetime) -> Iterator[datetime]:
        """The moments before `now` at which they say yes to points."""
        if self.enrols_at:
            yield self.enrols_at
            if self.renews:
                yield from agreeing_again(self.enrols_at, now)


@dataclass(frozen=True)
class Entrance:
    """What joining needs."""

    vault: Vault
    wechat: WeChat
    stand_in: StandIn
    ledger: Ledger


def joinings(random: Random, people: Sequence[Person], today: date) -> Iterator[Joining]:
    """Who joins when, in the two years before `today`."""
    for place, person in enumerate(people):
        joined_on = max(today - timedelta(days=random.randrange(1, _LONGEST_AGO)), person.identity.fourteen_on)
        joins, enrols = random.random() < HAVE_ACCOUNTS, random.random() < _ENROL
        later = random.choice((0, 0, 0, 9, 40))  # days
        if not joins or joined_on >= today or person.age_on(today) < _OLD_ENOUGH:
            continue
        moment = at(joined_on, random.randrange(8, 20), random.randrange(60))
        enrols_on = joined_on + timedelta(days=later)
        grown_up = person.identity.adult_on <= enrols_on
        enrols_at = moment + timedelta(days=later, minutes=5) if enrols and grown_up and enrols_on < today else None
        yield Joining(person, f"demo-neighbour-{place}", moment, enrols_at)


def agreeing_again(first: datetime, now: datetime) -> Iterator[datetime]:
    """The moments at which they say once more what they said yes to at first, because a yes lasts a year."""
    moment = first + _AGREE_AGAIN_AFTER
    while moment < now:
        yield moment
        moment += _AGREE_AGAIN_AFTER


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a county day."""
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


async def join(entrance: Entrance, joining: Joining) -> Account:
    """Sign in, agree to the texts, and be bound to the real name with the phone as second proof."""
    person, vault = joining.person, entrance.vault
    code = entrance.stand_in.code(joining.user)
    account = (await sessions.sign_in(entrance.wechat, vault, code)).account
    await agree(account)
    claim = await identity.match(vault, account, person.name, person.identity)
    phone = await entrance.wechat.phone_number(entrance.stand_in.phone_code(person.phone))
    await identity.bind(vault, account, claim, identity.SecondProof(phone))
    return await Account.get(id=account.id).select_related("citizen")


async def agree(account: Account) -> None:
    """Yes to what everything personal needs."""
    for kind in consent.NEEDED_FOR_ANYTHING_PERSONAL:
        await consent.decide(account, kind, consent.texts()[kind].version, given=True)


async def enrol(entrance: Entrance, account: Account) -> None:
    """Yes to points, which a bound grown-up may say, and say again."""
    if account.citizen is None:
        raise identity.person_unknown()
    await enrolment.enrol(entrance.ledger, account, account.citizen, consent.texts()["enrolment"].version)
