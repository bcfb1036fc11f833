"""What may happen to the demo's county later: a new catalogue for comments, a corrected record, a yes that runs out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

import msgspec

from backend import clock
from backend.citizens.models import Account
from backend.database import close_database, open_database
from backend.demo.staff import officers_of
from backend.demo.stories import wechat_user
from backend.demo.wechat_stand_in import openid_of
from backend.point_sources import open_ledger
from backend.points.lasting import follow_ends
from backend.points.models import Enrolment
from backend.records import catalogue as files
from backend.records.catalogue_loading import load_catalogue
from backend.records.corrections import amend, approve_change, withdraw
from backend.records.measures import Measure
from backend.records.models import CreditRecord
from backend.records.record_versions import content_of
from backend.secrets import open_vault
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from backend.workdays import months_after

WITHDRAWAL = "两个村各报送了一次。"
COMING = "2099.1-sample"
MEASURE = Measure("QG-03", "县人民法院", date(2079, 1, 31), "全部履行以后，由县人民法院解除。")
WORDS = "漏写了县人民法院采取的措施。"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """The demo's database in this process, beside the running server."""
    await open_database(settings, MODEL_MODULES)
    try:
        yield
    finally:
        await close_database()


async def publish_coming(settings: Settings, days: int = 400) -> None:
    """The shipped catalogue again, with less for a donation, in force so many days from now."""
    text = files.SAMPLE_CATALOGUE.read_text("utf-8")
    known = files.parse_catalogue(text.encode())
    day = clock.today() + timedelta(days=days)
    text = text.replace(f'version = "{known.version}"', f'version = "{COMING}"')
    text = text.replace(f"in_force_from = {known.in_force_from}", f"in_force_from = {day}")
    text = text.replace("points = 5\ntimes_per_year = 1", "points = 4\ntimes_per_year = 1")
    async with opened(settings):
        await load_catalogue(text.encode(), files.SAMPLE_DEPARTMENTS.read_bytes())


async def report_a_measure(settings: Settings, item_code: str, department: str) -> None:
    """A department adds a measure to its one record under the item; a second officer approves it."""
    ledger, vault = open_ledger(), open_vault(settings)
    async with opened(settings):
        first, second = await officers_of(department)
        record = await CreditRecord.filter(item_code=item_code).order_by("-id").first()
        assert record is not None
        content = msgspec.structs.replace(content_of(vault, record), measures=(MEASURE,))
        change = await amend(
            ledger, vault, first, record.id, content, "something_missing", WORDS, from_version=record.version
        )
        await approve_change(ledger, vault, second, change.id)


async def take_back(settings: Settings, record_id: UUID, department: str) -> None:
    """A department takes a record back."""
    async with opened(settings):
        first, _ = await officers_of(department)
        record = await CreditRecord.get(id=record_id)
        why = (record_id, "filed_twice", WITHDRAWAL)
        await withdraw(open_ledger(), open_vault(settings), first, *why, from_version=record.version)


async def run_out(settings: Settings, person: str, days: int) -> None:
    """The yes of a demo citizen ended so many days ago, or ends that many days from now when negative; she is told."""
    ended = clock.today() - timedelta(days=days)
    async with opened(settings):
        digest = open_vault(settings).digest(openid_of(wechat_user(person)), "account.openid")
        account = await Account.get(openid_digest=digest)
        changed = await Enrolment.filter(citizen_id=account.citizen_id, left_at=None).update(
            expires_on=ended, enrolled_on=months_after(ended, -12), reminded=0
        )
        assert changed == 1
        await follow_ends()
