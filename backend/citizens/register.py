"""Loading the county register: who is who, kept only as keyed digests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from backend import clock
from backend.citizens.models import RegisterPerson
from backend.citizens.register_columns import RegisterRow, read_register
from backend.database import transaction
from backend.secrets import Vault
from backend.spreadsheets import RowFaults

CHUNK = 1000  # rows of one transaction
KEPT_FAULTS = 100  # rejected rows that are reported one by one


@dataclass
class Loaded:
    """How many people were loaded and how many rows rejected; the first rejected rows with their faults."""

    people: int = 0
    rejected: int = 0
    problems: list[RowFaults] = field(default_factory=list)


async def load_register(vault: Vault, path: Path, progress: Callable[[int], object]) -> Loaded:
    """Bring the register in line with a file; somebody it no longer names stays. Loading it twice changes nothing.

    Raises Invalid when the file cannot be read as a register.
    """
    today = clock.today()
    # Read to its end before anything is written: of a file that breaks off in the middle nothing is kept.
    for _ in read_register(path, today):
        pass
    loaded = Loaded()
    for chunk in _chunks(read_register(path, today)):
        problems = [row for row in chunk if isinstance(row, RowFaults)]
        await _keep(vault, [row for row in chunk if isinstance(row, RegisterRow)])
        loaded.people += len(chunk) - len(problems)
        loaded.rejected += len(problems)
        loaded.problems += problems[: KEPT_FAULTS - len(loaded.problems)]
        progress(len(chunk))
    return loaded


def _chunks(rows: Iterator[RegisterRow | RowFaults]) -> Iterator[list[RegisterRow | RowFaults]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


async def _keep(vault: Vault, rows: list[RegisterRow]) -> None:
    now = clock.now()
    # By digest: a number that stands twice in a chunk would upset ON CONFLICT, and the order prevents deadlocks.
    people = {person.number_digest: person for person in (_person(vault, row, now) for row in rows)}
    async with transaction():
        await RegisterPerson.bulk_create(
            [people[digest] for digest in sorted(people)],
            on_conflict=["number_digest"],
            update_fields=["name_digest", "phone_digest", "township", "loaded_at"],
        )


def _person(vault: Vault, row: RegisterRow, now: datetime) -> RegisterPerson:
    return RegisterPerson(
        number_digest=vault.digest(row.identity.number, "citizen.number"),
        name_digest=vault.digest(row.name, "citizen.name"),
        phone_digest=vault.digest(row.phone, "citizen.phone") if row.phone else None,
        township=row.township,
        loaded_at=now,
    )
