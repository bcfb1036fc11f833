"""Files handed in below HTTP: who hands them in, what the store keeps, and the worker."""

from pathlib import Path

from backend.jobs.worker import work
from backend.records.receiving import IMPORT_RECEIVED, import_received
from backend.staff.permissions import Role, Staff, staff_of
from media.storage import Storage
from tests import factories
from tests.factories import LEDGER, VAULT
from tests.records.county import a_file


async def filer(username: str = "officer", role: Role = "officer", department: str = factories.DEPARTMENT) -> Staff:
    """An officer at work, in the one role."""
    staff = await staff_of(await factories.officer(username, department))
    return Staff(staff.user, frozenset({role}))


def a_csv(folder: Path, *rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    """Rows as the bytes of a department's file."""
    return a_file(folder, rows, encoding=encoding).read_bytes()


async def kept(storage: Storage) -> list[str]:
    """The keys of the files that wait in the store."""
    return [each.key async for each in storage.list("imports/")]


async def work_off(storage: Storage) -> None:
    """Do what is promised, as the worker does."""
    while await work({IMPORT_RECEIVED: lambda payload: import_received(LEDGER, VAULT, storage, payload)}):
        pass
