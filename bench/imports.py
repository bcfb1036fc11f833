"""Importing a department's file of 100,000 rows: checked, encrypted, told, posted to points; rows a second and memory.

Of those whom it names, half take part in the points, each with some records already; the others stand in the
register only, so that they become citizens with their first record. Three rows in a hundred are negative and wait.
"""

import asyncio
import csv
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import xlsxwriter

from backend import clock
from backend.citizens.models import RegisterPerson
from backend.database import close_database, open_database
from backend.database.bulk import insert_rows
from backend.point_sources import open_ledger
from backend.records.columns import TITLES
from backend.records.importing import import_file
from backend.secrets import open_vault
from backend.settings import demo_settings
from backend.tables import MODEL_MODULES
from bench.made_up import person
from bench.measuring import Row
from tests import factories

ROWS = 100_000
PEOPLE = 50_000
ENROLLED = 25_000  # of them; each file names other ones, as long as the county has them
FILES = 6  # at most
STRANGERS = 5_000_000  # the number of the first person whom nobody but the register knows
NEGATIVE = 0.03
ROWS_A_SECOND = 5_000
MOST_MEGABYTES = 300
OFFICE, SERVICE, CHEATING = "MZJ", "VOL-001", "VOL-101"


def imports(database_url: str, rounds: int) -> list[Row]:
    """The rows for .csv, with its reach, and for .xlsx, which is only reported beside it."""
    asyncio.run(register_strangers(database_url))
    rows = []
    with TemporaryDirectory() as folder:
        for ending, reach, files in (("csv", 1.0, range(rounds)), ("xlsx", 0.0, range(rounds, rounds + 1))):
            paths = [Path(folder) / f"{number}.{ending}" for number in files]
            for number, path in zip(files, paths, strict=True):
                write_file(path, number)
            rows.append(_row(ending, reach, [run_once(database_url, path) for path in paths]))
    return rows


def _row(ending: str, reach: float, done: list[dict[str, float]]) -> Row:
    speed, cpu = median(each["rows"] / each["seconds"] for each in done), median(each["cpu"] for each in done)
    peak = max(each["megabytes"] for each in done)
    if peak > MOST_MEGABYTES:
        reach = math.inf  # as slow as any: too much memory is no speed
    told = f"{speed:,.0f} rows/s, {cpu / ROWS * 1e6:.0f} µs of its CPU a row, {peak:.0f} MB"
    ratios = [each["rows"] / each["seconds"] / ROWS_A_SECOND for each in done]
    return Row(f"importing {ROWS:,} rows (.{ending}), to 5,000 a second", ratios, reach, told, at_least=True)


async def register_strangers(database_url: str) -> None:
    """Bring those into the register who are no citizens yet."""
    settings = demo_settings(database_url=database_url)
    vault, now = open_vault(settings), clock.now()
    columns = ("number_digest", "name_digest", "phone_digest", "township", "loaded_at")
    rows = []
    for place in range(FILES * (PEOPLE - ENROLLED)):
        who = person(STRANGERS + place)
        digests = ((who.number.number, "citizen.number"), (who.name, "citizen.name"), (who.phone, "citizen.phone"))
        rows.append((*(vault.digest(text, field) for text, field in digests), "下汤镇", now))
    await open_database(settings, MODEL_MODULES)
    try:
        await insert_rows(RegisterPerson, columns, rows)
    finally:
        await close_database()


def write_file(path: Path, number: int, rows: int = ROWS, citizens: int = 4 * ENROLLED) -> None:
    """The file of that number as the department exports it, .csv or .xlsx by its ending, in a county of so many."""
    cells = _rows(number, rows, citizens)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells)
        return
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for line, row in enumerate(cells):
            sheet.write_row(line, 0, row)


def _rows(file: int, count: int, citizens: int) -> Iterator[tuple[str, ...]]:
    keys = ("name", "identity_number", "item_code", "document_number", "document_date", "conduct_end")
    yield tuple(TITLES[each] for each in (*keys, "finality_date", "publication_place", "quantity", "summary"))
    random = Random(file)  # noqa: S311 (always the same file)
    for number in range(count):
        place = random.randrange(PEOPLE)
        serial = file * ENROLLED + place
        who = person(serial % citizens if place < ENROLLED else STRANGERS + serial % (FILES * ENROLLED))
        day = (clock.today() - timedelta(days=random.randrange(300))).isoformat()
        negative = random.random() < NEGATIVE
        item, hours = (CHEATING, "") if negative else (SERVICE, str(random.randrange(1, 9)))
        document = f"鲁民志〔{date.today().year}〕{file}-{number}号"  # noqa: DTZ011 (any year does)
        final = day if negative else ""
        summary = "参加社区环境清洁志愿服务，由组织者签字确认。"
        yield who.name, who.number.number, item, document, day, day, final, "县志愿服务平台", hours, summary


def run_once(database_url: str, path: Path) -> dict[str, float]:
    """Import the file in a process of its own: its rows, wall and CPU seconds, and its peak of memory in MB."""
    command = [sys.executable, "-m", "bench.imports", database_url, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the import failed:\n{done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


async def _import(database_url: str, path: Path) -> dict[str, float]:
    settings = demo_settings(database_url=database_url)
    await open_database(settings, MODEL_MODULES)
    try:
        officer = await factories.officer(department=OFFICE)
        began, worked = time.monotonic(), time.process_time()
        batch = await import_file(open_ledger(), open_vault(settings), officer, path)
        seconds, cpu = time.monotonic() - began, time.process_time() - worked
    finally:
        await close_database()
    if batch.accepted + batch.waiting != batch.rows_total:
        raise SystemExit(f"{batch.rejected} rows were rejected, {batch.duplicates} are duplicates")
    return {"rows": float(batch.rows_total or 0), "seconds": seconds, "cpu": cpu}


def main() -> None:
    """The process that `run_once` starts."""
    told = asyncio.run(_import(sys.argv[1], Path(sys.argv[2])))
    told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


if __name__ == "__main__":
    main()
