"""Drafts that nobody came back to: deleted after a year, their pictures with them (charter 10)."""

from datetime import timedelta

from backend import clock
from backend.errors import Conflict, NotFound
from backend.repairs.models import DRAFT, Evidence
from backend.repairs.submitting import delete_draft

KEPT = timedelta(days=365)  # untouched
_AT_ONCE = 500


async def forget_drafts() -> int:
    """Delete the drafts that were not changed for a year; how many. Killed half-way, the next run goes on."""
    forgotten = 0
    while old := await _old_drafts():
        for draft in old:
            try:
                await delete_draft(draft.citizen, draft.id)
            except (NotFound, Conflict):
                continue  # she deleted it or handed it in at this very moment
            forgotten += 1
    return forgotten


async def _old_drafts() -> list[Evidence]:
    old = Evidence.filter(state=DRAFT, changed_at__lt=clock.now() - KEPT)
    return await old.order_by("id").limit(_AT_ONCE).select_related("citizen")
