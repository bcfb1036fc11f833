"""What objections say of people is erased when nobody can need it any more (charter 10)."""

from datetime import timedelta

from tortoise.expressions import Q

from backend import clock
from backend.honours.models import Objection

KEPT = timedelta(days=90)  # after the decision: the sixty days in which it can be contested, and a month
_ABANDONED = timedelta(days=365)  # of one that waits in a season that was stopped


async def forget_objections() -> int:
    """Erase words and answers; that somebody objected, when, and how it ended, stays. How many. Again: none."""
    now = clock.now()
    old = Objection.filter(Q(decided_at__lt=now - KEPT) | Q(decided_at=None, at__lt=now - _ABANDONED))
    return await old.exclude(words_hidden=b"").update(words_hidden=b"", answer_hidden=None)
