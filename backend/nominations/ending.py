"""How a nominee's road ends early: a no, nobody reached, stepping down. What it leaves is a day of erasure."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from backend import clock
from backend.awards.awards import awards
from backend.awards.models import Season
from backend.content import publishing
from backend.nominations import nominations
from backend.nominations.endorsements import erase_of
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.nominations.nominees import add_step
from backend.nominations.words import NomineeState
from backend.notifications import inbox

KEPT_AFTER_NO = timedelta(days=30)  # product.md, Honours: refused or unreachable nominees' data
ENDED = "nomination_ended"  # the kind of the notice
BODY = (
    "您为{name}提交的推荐（编号 {number}）中，有一位被推荐人的推荐已经结束，不再参加这一届评选。"
    "谢谢您的推荐。按规定不说明原因，也请不要为此去问本人。"
)


async def end(
    nominee: Nominee,
    state: NomineeState,
    *,
    staff_id: UUID | None = None,
    words_hidden: bytes | None = None,
    erase_on: date | None = None,
) -> bool:
    """Move her from the state and version that `nominee` has to an ended one, in the caller's transaction.

    What neighbours said for her goes at once, the rest in thirty days or on `erase_on`. Nominators learn that it has
    ended and nothing else. False, and nothing done, when something came between.
    """
    now = clock.now()
    here = Nominee.filter(id=nominee.id, state=nominee.state, version=nominee.version)
    moved = await here.update(
        state=state,
        version=nominee.version + 1,
        erase_on=erase_on or clock.local_date(now) + KEPT_AFTER_NO,
        answer_by=None,
        credit_passed=None,
        credit_checked_at=None,
        changed_at=now,
    )
    if not moved:
        return False
    await erase_of([nominee.id])
    await add_step(nominee.id, state, staff_id=staff_id, words_hidden=words_hidden)
    named = NominatedPerson.filter(nominee_id=nominee.id)
    await tell_ended(nominee, [each.nomination_id for each in await named])
    if nominee.state == "chosen":  # the public notice, which is kept for its readers, has her no more from this moment
        await publishing.changed()
    return True


async def tell_ended(nominee: Nominee, nomination_ids: Iterable[UUID]) -> None:
    """Tell those who nominated her by these that it has ended: no name, no reason, not even who ended it."""
    season = await Season.get(id=nominee.season_id)
    name = f"{awards()[season.award].name}（{season.name}）"
    rows = Nomination.filter(id__in=sorted(set(nomination_ids)), citizen_id__not_isnull=True).order_by("id")
    notices = []
    for nomination in await rows:
        if nomination.citizen_id is not None:
            body = BODY.format(name=name, number=nomination.number)
            about = nominations.holder_of(nomination.id)
            notices.append(inbox.compose(nomination.citizen_id, ENDED, "一位被推荐人的推荐已结束", body, about))
    await inbox.tell(notices)
