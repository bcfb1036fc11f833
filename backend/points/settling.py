"""Settling what time alone has changed, for everybody: lapses, and deductions that begin to count.

Nobody waits for it: a look at a score settles that citizen first, with the same fold. It keeps what stands in the
database near the day, and each look cheap.
"""

import logging
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from tortoise.queryset import QuerySet

from backend import clock
from backend.database import is_database_away, transaction
from backend.errors import trace
from backend.points.ledger import Ledger, lock_citizens
from backend.points.models import Score

logger = logging.getLogger(__name__)

_PAGE = 200  # citizens of one transaction


async def settle_due(ledger: Ledger, until: float = float("inf")) -> int:
    """Settle every score whose next change has come; how many. Stops early once `time.monotonic()` is past `until`.

    Each page is a transaction of its own. Done twice, or by several workers at once, it posts nothing twice. A page
    that fails is left to the next time, and to its citizens' own looks.
    """
    settled, after = 0, None
    while monotonic() < until and (page := await _page(after)):
        after = page[-1]
        try:
            settled += await _settle(ledger, page)
        except Exception as error:
            if is_database_away(error):
                raise
            logger.error("a page of scores could not be settled: %s", trace(error))
    return settled


async def _page(after: UUID | None) -> list[UUID]:
    """The next citizens with something due, in the order of their ids, so that each is met once."""
    rows = _due() if after is None else _due().filter(citizen_id__gt=after)
    return [row.citizen_id for row in await rows.order_by("citizen_id").limit(_PAGE).only("citizen_id")]


async def _settle(ledger: Ledger, page: Sequence[UUID]) -> int:
    async with transaction():
        await lock_citizens(page)
        # Another worker, or a citizen's own look, may have settled some of them; some may have left.
        still = [row.citizen_id for row in await _due().filter(citizen_id__in=list(page)).only("citizen_id")]
        await ledger.refold(still)
    return len(still)


def _due() -> QuerySet[Score]:
    """Scores with a change that has come due; those of paused enrolments rest."""
    today = clock.today()
    return Score.filter(next_change_on__lte=today, enrolment__expires_on__gt=today)
