"""What several stories about the corrections desk begin with: officers at their browsers, and what they send."""

import httpx

from backend.citizens.models import AccessLog, RegisterPerson
from backend.records.models import CreditRecord, RecordChange
from tests import factories
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import at_work
from tests.console.forms import fields_of

AT = "/corrections/records"


async def an_officer(office: Office, username: str = "sjj-wang") -> Officer:
    """An officer of the department that files; the people of the register are known."""
    if not await RegisterPerson.exists():
        await factories.register()
    return await at_work(office, username, "officer")


async def opened(officer: Officer, record: CreditRecord) -> httpx.Response:
    """The record's page."""
    answer = await officer.post(f"{AT}/{record.id}")
    assert answer.status_code == 200, officer.page
    return answer


async def amends(officer: Officer, record: CreditRecord, **changes: str) -> httpx.Response:
    """She opens it, changes these fields, and sends the form as her browser does."""
    fields = fields_of((await opened(officer, record)).text, f"{AT}/{record.id}/amend")
    return await officer.post(f"{AT}/{record.id}/amend", fields | {"reason": "written_wrong", **changes})


async def asks_to_amend(officer: Officer, record: CreditRecord, **changes: str) -> RecordChange:
    """An amendment of a negative record that waits for a colleague."""
    await officer.follow(await amends(officer, record, **changes))
    assert "等本部门另一位同事复核" in officer.page
    return await RecordChange.get(record_id=record.id, state="waiting")


async def withdraws(officer: Officer, record: CreditRecord, **fields: str) -> httpx.Response:
    """She takes it back, having ticked that she is sure, unless these fields say otherwise."""
    sent = {"from_version": f"{(await now(record)).version}", "reason": "filed_twice", "sure": "yes", **fields}
    return await officer.post(f"{AT}/{record.id}/withdraw", {name: value for name, value in sent.items() if value})


async def now(record: CreditRecord) -> CreditRecord:
    """The record as it stands."""
    return await CreditRecord.get(id=record.id)


async def looks(purpose: str = "record_correction") -> int:
    """How many looks for this purpose citizens can read of."""
    return await AccessLog.filter(purpose=purpose).count()
