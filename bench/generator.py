"""Writes a county of any size into an empty PostgreSQL database: real rows that verify, and that a refold leaves alone.

Every citizen is in the register, bound, and takes part; her records are settled by the ledger's own rules, once as of
last year and once today, so that lapses stand in the chains too. Many processes write, each its own citizens.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from tqdm import tqdm

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Account, Citizen
from backend.database import close_database, migrate, open_database
from backend.points.levels import levels_in_force
from backend.records.importing import DONE, new_batch
from backend.settings import Settings, demo_settings
from backend.staff.models import Department
from backend.tables import MODEL_MODULES
from bench.lives import Frame, Part, begin, write_part
from tests import factories

CITIZENS_OF_A_PART = 500  # of one transaction
SIGNED_IN = 3000


@dataclass(frozen=True)
class Generated:
    """What was written, and the tokens of phones that are signed in."""

    citizens: int
    records: int
    entries: int
    tokens: tuple[str, ...]
    seconds: float


def generate(database_url: str, citizens: int, entries: int, *, signed_in: int = SIGNED_IN) -> Generated:
    """Fill the empty database; about so many entries. The first `signed_in` citizens have a phone each."""
    began = time.monotonic()
    settings = demo_settings(database_url=database_url)
    frame = asyncio.run(_prepare(settings))
    parts = list(_parts(citizens, entries, signed_in))
    records = written = 0
    tokens: list[str] = []
    with (
        ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn"), begin, (settings, frame)) as pool,
        tqdm(total=citizens, desc="citizens", leave=False, disable=None) as bar,
    ):
        for part, done in zip(parts, pool.map(write_part, parts), strict=True):
            records, written = records + done[0], written + done[1]
            tokens += done[2]
            bar.update(part.citizens)
    asyncio.run(_tidy(settings))
    return Generated(citizens, records, written, tuple(tokens), time.monotonic() - began)


def _parts(citizens: int, entries: int, signed_in: int) -> Iterator[Part]:
    for first in range(0, citizens, CITIZENS_OF_A_PART):
        count = min(CITIZENS_OF_A_PART, citizens - first)
        share = entries * (first + count) // citizens - entries * first // citizens
        yield Part(first, count, share, max(0, min(count, signed_in - first)))


async def _prepare(settings: Settings) -> Frame:
    """Tables, the sample catalogue, an officer and a batch for each department, and what a yes looks like."""
    await migrate(settings, MODEL_MODULES)
    await open_database(settings, MODEL_MODULES)
    try:
        await factories.load_sample_catalogue()
        names = dict(await Department.all().values_list("code", "name"))
        batches = {}
        for code in names:
            batch = await new_batch(await factories.officer(department=code), f"bench-{code}", DONE)
            batches[code] = batch.id
        account = await _agreed_account()
        base = (await levels_in_force(clock.today()))[0].base_points
        return Frame(base, batches, names, account.agreed_texts, clock.now())
    finally:
        await close_database()


async def _agreed_account() -> Account:
    """An account that said yes to the texts by the real way: everybody's says the same."""
    account = await Account.create(openid_digest="bench", openid_hidden=b"", created_at=clock.now())
    for kind in consent.NEEDED_FOR_ANYTHING_PERSONAL:
        await consent.decide(account, kind, consent.texts()[kind].version, given=True)
    return await Account.get(id=account.id)


async def _tidy(settings: Settings) -> None:
    """Statistics as a living database has them; else its planner would guess."""
    await open_database(settings, MODEL_MODULES)
    try:
        await Citizen._meta.db.execute_query("ANALYZE")
    finally:
        await close_database()
