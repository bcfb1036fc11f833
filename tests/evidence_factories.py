"""Plain factories of evidence, through the real use cases. They need an open database, as `tests.factories` does."""

import hashlib
import itertools
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.repairs import submitting
from backend.repairs.content import CONTENTS, Content, Kind
from backend.repairs.models import Evidence
from backend.staff.models import Department
from media.models import Picture
from tests import factories
from tests.factories import CITIZEN, DEPARTMENT, VAULT, Person

_numbers = itertools.count(1)


async def a_picture(citizen: Citizen) -> UUID:
    """A picture that she sent and nothing holds yet: its row only, without files."""
    picture = await Picture.create(
        owner_id=citizen.id,
        width=1280,
        height=960,
        format="webp",
        size=300_000,
        original_digest=hashlib.sha256(f"picture {next(_numbers)}".encode()).hexdigest(),
        taken_in_at=clock.now(),
    )
    return picture.id


def at(hour: int, *, days_ago: int = 1) -> datetime:
    """An hour of a day before today, in the county."""
    return datetime.combine(clock.today() - timedelta(days=days_ago), time(hour), clock.SHANGHAI)


def a_content(kind: Kind = "service", **changes: Any) -> Content:
    """What can be submitted as it is: of yesterday, and 8 hours where there are hours."""
    yesterday, number = clock.today() - timedelta(days=1), f"第{next(_numbers):08}号"
    usual: dict[Kind, dict[str, Any]] = {
        "service": {
            "organisation": "鲁山县志愿者协会",
            "activity": "敬老院陪护",
            "place": "下汤镇敬老院",
            "starts_at": at(9),
            "ends_at": at(17),
            "hours": 8.0,
        },
        "donation": {
            "recipient": "鲁山县慈善会",
            "amount_fen": 20_000,
            "receipt_number": number,
            "donated_on": yesterday,
        },
        "fulfilment": {"document_number": f"鲁市监罚{number}", "department": DEPARTMENT, "fulfilled_on": yesterday},
        "study": {"course": "信用知识培训", "provider": "县委党校", "finished_on": yesterday, "hours": 8.0},
    }
    return CONTENTS[kind](**usual[kind] | changes)


async def draft(
    citizen: Citizen, kind: Kind = "service", *, pictures: list[UUID] | None = None, **fields: Any
) -> Evidence:
    """A draft of hers that can be submitted as it is, with one picture unless others are given."""
    held = [await a_picture(citizen)] if pictures is None else pictures
    return await submitting.save_draft(VAULT, citizen, kind, a_content(kind, **fields), held)


async def submitted(
    person: Person = CITIZEN, kind: Kind = "service", *, pictures: list[UUID] | None = None, **fields: Any
) -> Evidence:
    """Evidence that waits for its review; the person is bound, and the tiny catalogue loaded, if they are not yet."""
    citizen = await citizen_of(person)
    evidence = await draft(citizen, kind, pictures=pictures, **fields)
    return await submitting.submit(VAULT, citizen, evidence.id)


async def citizen_of(person: Person = CITIZEN) -> Citizen:
    """The bound citizen that a person is, under a catalogue."""
    if not await Department.exists():
        await factories.load_tiny_catalogue()
    account = await factories.guest(person)
    if account.citizen is not None:
        return account.citizen
    _, citizen = await factories.bound_citizen(person)
    return citizen
