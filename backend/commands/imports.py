"""Commands that bring files in: the register, and a department's records with the second officer's yes or no."""

import argparse
from pathlib import Path
from uuid import UUID

from tqdm import tqdm

from backend.app import open_ledger
from backend.citizens.register import load_register
from backend.commands.setting_up import with_database
from backend.records import approval, import_rows
from backend.records.importing import WAITING, import_file
from backend.records.models import ImportBatch
from backend.records.result_workbook import write_result
from backend.secrets import open_vault
from backend.settings import Settings
from backend.staff.people import first_officer, officer_of, staff_named


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

    async def deed() -> ImportBatch:
        code = arguments.department
        officer = await (officer_of(arguments.officer, code) if arguments.officer else first_officer(code))
        with tqdm(unit="行", desc="报送", disable=None) as bar:
            batch = await import_file(open_ledger(), open_vault(settings), officer, arguments.file, bar)
        _print_batch(batch, officer.username)
        await _write_problems(batch, arguments.result or _beside(arguments.file))
        return batch

    batch = with_database(settings, deed)
    if batch.state == WAITING:
        print(f"失信记录须由本部门另一位工作人员复核：run.py approve-import {batch.id} --officer USERNAME")
    return 0


def approve_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """`approve-import BATCH --officer USERNAME`. The worker finishes what this command does not."""

    async def deed() -> None:
        officer = await staff_named(arguments.officer)
        batch = await approval.approve(officer, _batch_id(arguments.batch))
        batch = await approval.post_approved(open_ledger(), open_vault(settings), batch.id)
        _print_batch(batch, officer.username)

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
    problems = await import_rows.problems_of(batch.id)
    if problems:
        write_result(path, problems)
        print(f"没有收录的行和原因：{path}")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-没有收录的行.xlsx")
