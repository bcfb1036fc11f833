"""Promises: a row in the transaction of the deed that makes it, so that none is lost and none is made in vain."""

from backend import clock
from backend.jobs.models import Job


async def promise(name: str, **payload: str) -> Job:
    """Have a job done soon after the caller's transaction commits; `payload` holds ids, never personal data."""
    now = clock.now()
    return await Job.create(name=name, payload=payload, run_at=now, created_at=now)
