"""A county below HTTP: two departments, a catalogue of two versions, a register, and files on their way in."""

import csv
import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from backend import clock
from backend.citizens.models import Citizen
from backend.notifications.models import Notice
from backend.points.models import PointEntry, Score
from backend.points.verification import verify_ledger
from backend.records.catalogue_loading import load_catalogue
from backend.records.importing import import_file
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.staff.models import StaffUser
from tests.factories import HONEST_SHOP, LEDGER, PENALTY, VAULT, Person, officer, row
from tests.records.catalogue_files import a_catalogue, a_department, a_penalty, an_honest_shop, toml, volunteer_hours

MARKET, WELFARE = "SJJ", "MZJ"
MINOR_PENALTY = "PRO-102"  # -10, three months

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
_serials = itertools.count(1)


async def publish() -> None:
    """Two departments; PRO-001 gives 20 points until June 2026 and 30 from July on; SJJ alone may file penalties."""
    departments = [a_department(), a_department(code=WELFARE, name="县民政局")]
    files = b"".join(b"[[departments]]\n" + toml(each) for each in departments)
    both = [MARKET, WELFARE]
    repair = {"allowed": True, "shortest_months": 0, "what": "纠正后申请。"}
    minor = a_penalty(
        code=MINOR_PENALTY,
        severity="minor",
        points=-10,
        term_months=3,
        repair=repair,
    )
    items = [an_honest_shop(departments=both), volunteer_hours(departments=both), a_penalty(), minor]
    with clock.pinned(clock.start_of(date(2026, 1, 1))):  # a version is published before it takes force
        await load_catalogue(toml(a_catalogue(items=items)), files)
        items[0] = an_honest_shop(departments=both, points=30)
        await load_catalogue(toml(a_catalogue(version="2026.2", in_force_from=date(2026, 7, 1), items=items)), files)


def people(count: int) -> list[Person]:
    """Made-up grown-ups with valid numbers, other ones each time."""
    return [_person(next(_serials)) for _ in range(count)]


def _person(serial: int) -> Person:
    """Sequence 997 was kept for centenarians: nobody born later has such a number."""
    digits = f"410423{date(1970, 1, 1) + timedelta(days=serial):%Y%m%d}997"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    return Person("示" + f"{serial:04}".translate(_NUMERALS), digits + check, f"139{serial:08}", f"wechat-{serial}")


def a_file(folder: Path, rows: Sequence[dict[str, str]], name: str = "file.csv", encoding: str = "utf-8") -> Path:
    """Rows as a department's file."""
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(title for row in rows for title in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


async def bring(path: Path, filer: StaffUser | None = None) -> ImportBatch:
    """The file imported, by SJJ's officer when nobody is named."""
    return await import_file(LEDGER, VAULT, filer or await officer(), path)


def counts(batch: ImportBatch) -> dict[str, int]:
    """What became of the file's rows, without the zeros."""
    names = ("accepted", "waiting", "duplicates", "conflicts", "rejected", "refused")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


async def faults(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Row, column and code of each fault of a batch."""
    rows = await ImportRow.filter(batch_id=batch.id).order_by("row_number")
    return [(each.row_number, fault["column"], fault["code"]) for each in rows for fault in each.faults]


async def everything_is_there_once(records: int) -> None:
    """So many records, each told once; every enrolled citizen's entry there once; and the ledger fits."""
    assert await CreditRecord.all().count() == records
    told = await Notice.all().values_list("about", flat=True)
    assert sorted(map(str, told)) == sorted(f"record:{each.id}" for each in await CreditRecord.all())
    verified = await verify_ledger()
    assert verified.misfits == []
    sources = await PointEntry.all().values_list("enrolment_id", "source")
    assert len(set(sources)) == len(sources)
    for score in await Score.all():
        facts = (await LEDGER.facts([score.citizen_id]))[score.citizen_id]
        posted = await PointEntry.filter(enrolment_id=score.enrolment_id).values_list("fact", flat=True)
        assert set(posted) <= {fact.key for fact in facts}
    numbers = await Citizen.all().values_list("number_digest", flat=True)
    assert len(set(numbers)) == len(numbers)


def honours(persons: Sequence[Person], document: str = "鲁表彰") -> Iterator[dict[str, str]]:
    """One honour for each, in documents of their own."""
    return (row(each, HONEST_SHOP, document_number=f"{document}{place}号") for place, each in enumerate(persons))


def penalties(persons: Sequence[Person], document: str = "鲁罚") -> Iterator[dict[str, str]]:
    """One final penalty for each."""
    return (row(each, PENALTY, document_number=f"{document}{place}号") for place, each in enumerate(persons))
