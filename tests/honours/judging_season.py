"""What stories about judging begin with: a season that is being judged, its committee, and people who said yes."""

import itertools
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec

from backend import clock
from backend.awards.awards import award
from backend.awards.models import Season, SeasonMember
from backend.citizens.models import Citizen
from backend.honours import judging
from backend.nominations import nominations, nominees
from backend.nominations.content import About, Content, Person
from backend.nominations.models import NominatedPerson, Nomination, Nominee, NomineeConsent
from backend.staff.models import Department, StaffUser
from backend.staff.permissions import Staff
from tests import factories
from tests.factories import DEPARTMENT, VAULT
from tests.reviewers import reviewer

AWARD = award("moral_model")
STORY = "二十年如一日照料村里的孤寡老人，逢年过节把他们接到家里。"
WORDS = "她每个星期六都来，给老人洗衣做饭，从来没有间断过。"
REASONS = "委员会依据事迹、影响和坚持三项标准，认为事迹真实、群众认可。"
ALL_CONSENTS = ("endorse", "credit_check", "publication")

_numbers = itertools.count(1)


async def a_season(quota: int = 1, **changes: Any) -> Season:
    """Judged since yesterday, until in three days; the notice begins in a week."""
    if not await Department.exists():
        await factories.load_tiny_catalogue()
    today = clock.today()
    columns = {
        "nominate_from": today - timedelta(days=40),
        "nominate_until": today - timedelta(days=10),
        "judge_from": today - timedelta(days=1),
        "judge_until": today + timedelta(days=3),
        "notice_from": today + timedelta(days=7),
        "notice_until": today + timedelta(days=14),
        **changes,
    }
    criteria = msgspec.to_builtins(AWARD.criteria)
    about = {"award": AWARD.code, "department_id": DEPARTMENT, "mode": "judged", "state": "published", "intro": "介绍"}
    name = f"第{next(_numbers)}届道德模范"
    return await Season.create(name=name, quota=quota, criteria=criteria, created_at=clock.now(), **about | columns)


async def a_member(season: Season, username: str = "judge-1", *, chair: bool = False) -> Staff:
    """A judge with a seat in this season; 审核1 is called so after the end of her username."""
    staff = await reviewer(username, roles=("judge",))
    await seated(season, staff.user, chair=chair)
    return staff


async def seated(season: Season, user: StaffUser, *, chair: bool = False) -> SeasonMember:
    """A staff user of the committee."""
    return await SeasonMember.create(season_id=season.id, staff_id=user.id, chair=chair)


async def a_nominee(
    season: Season,
    name: str = "石大山",
    *,
    citizen: Citizen | None = None,
    consents: Collection[str] = ALL_CONSENTS,
    **about: Any,
) -> Nominee:
    """Somebody who said yes, and these things too; everything else was a no."""
    kept = About(name=name, unit="下汤镇十亩地村", contact="13800000009", story=STORY, **about)
    now = clock.now()
    nominee = await Nominee.create(
        season_id=season.id,
        citizen_id=citizen.id if citizen else None,
        state="agreed",
        township="下汤镇",
        about_hidden=nominees.hide_about(VAULT, kept),
        answered_at=now,
        created_at=now,
        changed_at=now,
    )
    for kind in ALL_CONSENTS:
        await NomineeConsent.create(nominee_id=nominee.id, kind=kind, given=kind in consents, at=now)
    return nominee


async def a_nomination(nominee: Nominee, *, by: Citizen | None = None, staff: Staff | None = None) -> Nomination:
    """An accepted nomination of this nominee, by a citizen or for a unit."""
    people = (Person(name="石大山", township="下汤镇", relation="neighbour"),)
    now, number = clock.now(), next(_numbers)
    nomination = await Nomination.create(
        number=f"2026-{number:06}",
        season_id=nominee.season_id,
        citizen_id=by.id if by else None,
        staff_id=staff.id if staff else None,
        state="accepted",
        content_hidden=nominations.hide_content(VAULT, Content(people=people, story=WORDS)),
        submitted_at=now,
        created_at=now,
        changed_at=now,
    )
    row = {"position": 0, "season_id": nominee.season_id, "person_digest": "0" * 64, "nominee_id": nominee.id}
    await NominatedPerson.create(nomination_id=nomination.id, **row)
    return nomination


async def gives(staff: Staff, nominee: Nominee, deeds: int, effect: int = 20, words: str = "") -> None:
    """She judges one nominee: 事迹 of 40, 影响 of 30, and always 20 of 30 for 坚持."""
    marks = {"deeds": deeds, "effect": effect, "lasting": 20}
    await judging.give(VAULT, staff, nominee.id, marks, words)


async def judging_ends(season: Season) -> None:
    """Its last day was yesterday."""
    await Season.filter(id=season.id).update(judge_until=clock.today() - timedelta(days=1))
