"""What several stories about the evidence desk begin with: reviewers at their browsers, and cases that wait."""

from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID

import httpx

from backend import clock
from backend.citizens.models import AccessLog
from backend.repairs.models import Evidence
from backend.settings import Settings
from backend.staff.models import Department, StaffUser
from media import intake
from media.storage import open_storage
from media.workshop import Workshop
from tests import factories
from tests.console.conftest import Office, Officer
from tests.evidence_factories import citizen_of
from tests.factories import Person

WELFARE = "MZJ"
PERSONAL = ("鲁小明", "4104**********0017", "鲁山县志愿者协会", "敬老院陪护")


async def at_work(
    office: Office, username: str = "sjj-wang", role: str = "reviewer", department: str = factories.DEPARTMENT
) -> Officer:
    """A staff user's browser, hers alone; she is called after her username."""
    if not await Department.filter(code=department).exists():
        about = {"office": "慈善股", "phone": "0375-0000119", "from_day": clock.today() - timedelta(days=900)}
        await Department.create(code=department, name="县民政局", **about)
    return await office.signed_in(username, roles=[role], department=department, name=f"{username}员")


async def photos(settings: Settings, person: Person, *files: bytes) -> list[UUID]:
    """Real pictures of hers, taken in and stored."""
    workshop, storage, citizen = Workshop(), open_storage(settings), await citizen_of(person)
    try:
        return [(await intake.take_in(storage, workshop, citizen.id, data)).id for data in files]
    finally:
        await workshop.close()


async def claims(officer: Officer, evidence: Evidence) -> str:
    """She takes a case from the queue; the path of its page, which she has open."""
    path = f"/evidence/{evidence.id}"
    await officer.follow(await officer.post(f"{path}/claim"))
    return path


async def lapse(evidence: Evidence) -> None:
    """Half an hour goes by."""
    await Evidence.filter(id=evidence.id).update(claimed_until=clock.now() - timedelta(seconds=1))


async def looks(purpose: str = "evidence_review") -> int:
    """How many looks for this purpose citizens can read of."""
    return await AccessLog.filter(purpose=purpose).count()


async def own_number(officer: Officer, digest: str | None) -> None:
    """As whom of the citizens she is known."""
    assert officer.user is not None
    await StaffUser.filter(id=officer.user.id).update(own_number_digest=digest)


def leads_to(answer: httpx.Response, evidence_id: UUID) -> bool:
    """Whether a form led to the page of this case."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].startswith(f"/console/evidence/{evidence_id}")


def check_policy(html: str) -> None:
    """Nothing that the content security policy would have to forbid: no script, style or handler in the page."""
    _Policy().feed(html)


class _Policy(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        assert tag != "style", self.get_starttag_text()
        assert tag != "script" or "src" in names, self.get_starttag_text()
        assert not [name for name in names if name.startswith(("style", "on", "hx-on"))], self.get_starttag_text()
