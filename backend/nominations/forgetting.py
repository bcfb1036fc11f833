"""What nominations keep of people goes on schedule (charter 10): thirty days after a no, half a year after a result."""

from datetime import date, timedelta
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.awards.phases import Phase
from backend.database import transaction
from backend.nominations import nominations
from backend.nominations.ending import KEPT_AFTER_NO, end
from backend.nominations.erasing import erase_nominee
from backend.nominations.models import Nomination, Nominee
from backend.nominations.nominees import hold
from backend.secrets import Vault

KEPT_AFTER_RESULT = timedelta(days=180)
DRAFTS_KEPT = timedelta(days=60)  # untouched
UNASKED = ("gathered", "asked")
# In which a question that was never put, or never answered, comes to nothing.
OVER: tuple[Phase, ...] = ("deciding", "decided", "notice", "closing", "result", "cancelled")
_AT_ONCE = 500


async def forget(vault: Vault) -> int:
    """Erase all whose day has come; how many nominees and nominations. Killed half-way, the next run goes on."""
    await end_unanswered()
    erased = 0
    while due := await _due_nominees():
        for nominee_id in due:
            async with transaction():
                await erase_nominee(vault, nominee_id)
        erased += len(due)
    while due := await _due_nominations():
        for nomination_id in due:
            await nominations.erase(nomination_id)
        erased += len(due)
    return erased


async def end_unanswered() -> int:
    """Nominees whom nobody asked, or who never answered, before their season went on without them; how many.

    Their thirty days run from the day on which it did, however late this is done.
    """
    ended = 0
    for nominee in await Nominee.filter(state__in=UNASKED, erase_on=None).order_by("id").select_related("season"):
        over = _over_since(nominee.season)
        if over is None:
            continue
        async with transaction():
            await hold(nominee.id)
            # Who answers at this very moment is left to the next run.
            ended += await end(nominee, "unreachable", erase_on=over + KEPT_AFTER_NO)
    return ended


def _over_since(season: Season) -> date | None:
    if seasons.phase(season) not in OVER:
        return None
    if season.announced_at is not None:
        return clock.local_date(season.announced_at)
    return season.judge_until or clock.today()


async def _due_nominees() -> list[UUID]:
    kept = Nominee.filter(about_hidden__isnull=False)
    due = await kept.filter(erase_on__lte=clock.today()).limit(_AT_ONCE)
    old = await kept.filter(season__announced_at__lte=clock.now() - KEPT_AFTER_RESULT).limit(_AT_ONCE)
    return sorted({each.id for each in (*due, *old)})


async def _due_nominations() -> list[UUID]:
    kept = Nomination.filter(content_hidden__isnull=False)
    due = await kept.filter(erase_on__lte=clock.today()).limit(_AT_ONCE)
    old = await kept.filter(season__announced_at__lte=clock.now() - KEPT_AFTER_RESULT).limit(_AT_ONCE)
    drafts = await Nomination.filter(state="draft", changed_at__lt=clock.now() - DRAFTS_KEPT).limit(_AT_ONCE)
    # One that was handed in while its season was being stopped was not there to be given a day.
    stopped = kept.filter(season__state="cancelled", erase_on=None, changed_at__lt=clock.now() - KEPT_AFTER_NO)
    return sorted({each.id for each in (*due, *old, *drafts, *await stopped.limit(_AT_ONCE))})
