"""Commands that bring files in: the register, and a department's records with the second officer's yes or no."""

import argparse
import asyncio
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

from tqdm import tqdm

from backend import clock
from backend.citizens.register import load_register
from backend.commands.setting_up import with_database
from backend.errors import Invalid
from backend.point_sources import open_ledger
from backend.records import approval, import_rows
from backend.records.columns import FiledRow, open_record_file, read_records
from backend.records.importing import import_file, undecided_batches
from backend.records.items import load_index
from backend.records.models import ImportBatch
from backend.records.result_workbook import ResultWorkbook
from backend.records.template_workbook import write_template
from backend.secrets import open_vault
from backend.settings import Settings
from backend.staff.models import StaffUser
from backend.staff.people import first_officer, officer_of, staff_named
from backend.staff.permissions import staff_of


def import_register(settings: Settings, arguments: argparse.Namespace) -> int:
    """`import-register FILE`."""
    vault = open_vault(settings)
    with tqdm(unit="人", desc="人口登记", disable=None) as bar:
        loaded = with_database(settings, lambda: load_register(vault, arguments.file, bar.update))
    print(f"已载入 {loaded.people} 人，退回 {loaded.rejected} 行")
    for row in loaded.problems:
        print(f"  第 {row.row_number} 行：{'；'.join(fault.detail for fault in row.faults)}")
    return 0


def import_records(settings: Settings, arguments: argparse.Namespace) -> int:
    """`import-records --department CODE FILE`: accepted, waiting, duplicate, conflict, rejected."""

    async def deed() -> None:
        code = arguments.department
        officer = await (officer_of(arguments.officer, code) if arguments.officer else first_officer(code))
        if not arguments.officer:
            await _refuse_negative(arguments.file)
        with tqdm(unit="行", desc="报送", disable=None) as bar:
            batch = await import_file(open_ledger(), open_vault(settings), officer, arguments.file, bar)
        _print_batch(batch, officer.username)
        await _write_problems(batch, arguments.result or _beside(arguments.file))
        for each in await undecided_batches(code):
            print(f"批次 {each.id} 有 {each.waiting} 条失信记录待复核，须由本部门另一位工作人员办理：")
            print(f"  run.py approve-import {each.id} --officer USERNAME（或 refuse-import）")

    with_database(settings, deed)
    return 0


def write_record_template(_settings: Settings, arguments: argparse.Namespace) -> int:
    """`record-template FILE`."""
    write_template(arguments.file)
    return 0


def approve_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """`approve-import BATCH --officer USERNAME`. The worker finishes what this command does not."""

    async def deed() -> None:
        officer = await staff_named(arguments.officer)
        before = await approval.check_may_decide(officer, _batch_id(arguments.batch))
        if not await _shown_and_agreed(officer, before.id):
            return
        await approval.approve(officer, before.id)
        batch = await approval.post_approved(open_ledger(), open_vault(settings), before.id)
        _print_batch(batch, officer.username)
        if batch.rejected + batch.conflicts > before.rejected + before.conflicts:
            await _write_problems(batch, arguments.result or Path(f"{batch.id}-没有收录的行.xlsx"))

    with_database(settings, deed)
    return 0


def refuse_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """`refuse-import BATCH --officer USERNAME`."""

    async def deed() -> None:
        officer = await staff_named(arguments.officer)
        batch = await approval.refuse(officer, _batch_id(arguments.batch))
        print(f"批次 {batch.id}：已退回 {batch.refused} 条失信记录，没有一条入库")

    with_database(settings, deed)
    return 0


async def _refuse_negative(path: Path) -> None:
    """Whose name stands on a negative record is said, never assumed: else one person could file and approve it."""
    index, today = await load_index(), clock.today()
    for row in read_records(open_record_file(path, today), today):
        item = index.in_force(row.item_code, row.conduct_end) if isinstance(row, FiledRow) else None
        if item is not None and item.negative:
            raise officer_needed()


async def _shown_and_agreed(officer: StaffUser, batch_id: UUID) -> bool:
    """Print what waits, masked, and ask for a yes where somebody sits at a terminal."""
    reader = (await staff_of(officer)).reader
    for row in await approval.look_at_waiting(reader, batch_id):
        words = (row.row_number, row.masked_name, row.masked_number, row.item_code, row.document_number)
        print("  第 {} 行：{} {} {} {}".format(*words))
    if not sys.stdin.isatty():
        return True
    return (await asyncio.to_thread(input, "以上记录已核对，同意入库？输入 yes：")).strip() == "yes"


def officer_needed() -> Invalid:
    return Invalid("officer_needed", "文件里有失信记录，请用 --officer 写明由谁报送。")


def _batch_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise approval.no_such_batch() from None


def _print_batch(batch: ImportBatch, username: str) -> None:
    print(
        f"批次 {batch.id}（{username}）：入库 {batch.accepted}，待复核 {batch.waiting}，重复 {batch.duplicates}，"
        f"冲突 {batch.conflicts}，退回 {batch.rejected}"
    )


async def _write_problems(batch: ImportBatch, path: Path) -> None:
    if not await import_rows.problem_page(batch.id, limit=1):
        return
    with closing(ResultWorkbook(path)) as workbook:
        async for page in import_rows.problem_pages(batch.id):
            workbook.add(page)
    print(f"没有收录的行和原因：{path}")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-没有收录的行.xlsx")
