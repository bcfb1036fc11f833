"""One of several workers' nights: `python -m tests.together.a_night DATABASE_URL MOMENT` does what nights are for.

It begins when a line arrives, so that all begin at once.
"""

import asyncio
import sys
from datetime import datetime, timedelta

from backend import clock
from backend.database import close_database, open_database
from backend.point_sources import open_ledger
from backend.points import settling
from backend.points.checkpoints import take_checkpoint
from backend.points.lasting import follow_ends
from backend.settings import DEMO_SECRETS, Settings
from backend.tables import MODEL_MODULES

settling._PAGE = 5  # many small pages, so that workers meet


async def night(database_url: str, moment: str) -> None:
    """Settle, tell and erase, and take the checkpoint, at a moment of the county."""
    clock.shift(timedelta(0))
    clock.shift(datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI) - clock.now())
    await open_database(Settings(demo=True, database_url=database_url, **DEMO_SECRETS), MODEL_MODULES)
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    settled, met, taken = await asyncio.gather(settling.settle_due(open_ledger()), follow_ends(), take_checkpoint())
    _say(f"{settled} {met} {int(taken is not None)}")
    await close_database()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(night(*sys.argv[1:3]))
