"""Plain factories of nominations, through the real use cases. They need an open database, as `tests.factories` does."""

from datetime import date
from typing import Any
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations import nominating
from backend.nominations.content import About, Content, Person
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.nominations.nominations import add_step, content_of, people_of
from backend.nominations.nominees import hide_about
from tests.factories import VAULT

STORY = (
    "周三家住下汤镇，十二年来每天早上给村里三位独居老人送水送药。二〇二一年七月连着下雨，他半夜背着发烧的老人走了四公里到镇卫生院，"
    "一直守到天亮。老人的儿女在外地，他每周打电话报平安。他自己靠种地和打零工过日子，从没有收过一分钱。邻居说，有他在，大家放心。"
    "去年村里修路，他又把自家门前的地让出来半分，没有要补偿。孩子们放学晚了，他在路口等着，一个一个送到家门口。"
    "逢年过节，他挨家看望村里的老人，帮着贴春联、换灯泡、修水管，十几年没有断过。"
)


def a_person(name: str = "周三", **changes: Any) -> Person:
    """Somebody whom nobody's register knows."""
    usual = {
        "unit": "松垛沟村",
        "township": "下汤镇",
        "contact": "村支书知道怎样找他",
        "relation": "neighbour",
    }
    return Person(name=name, **usual | changes)


def a_content(*people: Person, **changes: Any) -> Content:
    """What can be submitted as it is, in a season that is judged here."""
    usual = {"story": STORY, "place": "松垛沟村", "happened_from": date(2014, 3, 1)}
    return Content(people=people or (a_person(),), **usual | changes)


async def drafted(
    citizen: Citizen, season: Season, *people: Person, pictures: list[UUID] | None = None, **changes: Any
) -> Nomination:
    """A draft of hers that can be submitted as it is."""
    content = a_content(*people, **changes)
    return await nominating.save_draft(VAULT, citizen, season.id, content, pictures or [])


async def nominated(citizen: Citizen, season: Season, *people: Person, **changes: Any) -> Nomination:
    """A nomination of hers that was just handed in."""
    draft = await drafted(citizen, season, *people, **changes)
    return await nominating.submit(VAULT, citizen, draft.id)


async def decided(nomination: Nomination, state: str, **step: Any) -> None:
    """A moderator decided it: `accepted`, `refused` or `closed`."""
    here = Nomination.filter(id=nomination.id)
    await here.update(state=state, version=F("version") + 1, changed_at=clock.now())
    await add_step(nomination.id, state, **step)


async def gathered(nomination: Nomination, into: Nominee | None = None, **changes: Any) -> Nominee:
    """The nominee whom an accepted nomination led to: a new one as its nominator told it, or one whom it joins."""
    await decided(nomination, "accepted")
    (row,) = await people_of(nomination)
    nominee = into or await _new_nominee(nomination, row, changes)
    await NominatedPerson.filter(id=row.id).update(nominee_id=nominee.id)
    return nominee


async def _new_nominee(nomination: Nomination, row: NominatedPerson, changes: dict[str, Any]) -> Nominee:
    content, now = content_of(VAULT, nomination), clock.now()
    person = content.people[row.position]
    said = {"name": person.name, "unit": person.unit, "contact": person.contact, "story": content.story}
    about = About(**{name: text or "" for name, text in said.items()})
    return await Nominee.create(
        **{
            "season_id": nomination.season_id,
            "person_digest": row.person_digest,
            "township": person.township,
            "about_hidden": hide_about(VAULT, about),
            "created_at": now,
            "changed_at": now,
            **changes,
        }
    )
