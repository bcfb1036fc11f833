"""The county that the benchmark measures on: its rows are such as the program itself would have written."""

import asyncio

import pytest

from backend.citizens import consent, sessions
from backend.citizens.models import RegisterPerson
from backend.database import close_database, open_database, transaction
from backend.points.models import PointEntry, Score
from backend.points.verification import verify_ledger
from backend.records.models import CreditRecord
from backend.settings import demo_settings
from backend.tables import MODEL_MODULES
from bench.generator import Generated, generate
from tests import servers
from tests.factories import LEDGER, VAULT

pytestmark = [pytest.mark.together, pytest.mark.slow]

CITIZENS, ENTRIES, PHONES = 60, 600, 7


def test_it_verifies_and_a_refold_leaves_it_alone(postgres_url: str) -> None:
    servers.execute(f"{postgres_url}/postgres", "CREATE DATABASE made_up_county")
    url = f"{postgres_url}/made_up_county"
    made = generate(url, CITIZENS, ENTRIES, signed_in=PHONES)
    assert (made.citizens, len(made.tokens)) == (CITIZENS, PHONES)
    assert ENTRIES * 0.9 < made.entries < ENTRIES * 1.1
    asyncio.run(_is_true_to_life(url, made))


async def _is_true_to_life(url: str, made: Generated) -> None:
    await open_database(demo_settings(database_url=url), MODEL_MODULES)
    try:
        verified = await verify_ledger(LEDGER)
        assert (verified.enrolments, verified.entries, verified.misfits) == (CITIZENS, made.entries, [])
        assert await CreditRecord.all().count() == made.records
        assert await RegisterPerson.all().count() == CITIZENS
        async with transaction():
            assert await LEDGER.refold([score.citizen_id for score in await Score.all()]) == 0
        assert set(await PointEntry.all().values_list("kind", flat=True)) == {"counted", "lapsed"}
        record = await CreditRecord.first()
        assert record is not None
        assert VAULT.decrypt(record.summary_hidden, "record.summary")
        for token in made.tokens:
            account = (await sessions.find(token)).account
            assert account.citizen is not None
            states = await consent.decisions(account)
            assert all(consent.state_of(text, states[kind]) == "given" for kind, text in consent.texts().items())
    finally:
        await close_database()
