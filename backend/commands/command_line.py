"""The words that `run.py` understands, and what each runs.

`run` names a function of this package by its module: only what the named command needs is loaded.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from backend.errors import DomainError
from backend.settings import Settings, SettingsError, load
from backend.staff.roles import ROLES

Command = Callable[[Settings, argparse.Namespace], int]


def main(words: Sequence[str]) -> int:
    """Run one command; the exit code: 0 done, 1 refused with reasons, 2 wrong words or settings."""
    os.umask(0o077)  # what is written here, database and result workbooks too, is for nobody else
    arguments = parser().parse_args(words)
    try:
        return named(arguments.run)(load(), arguments)
    except SettingsError as error:
        print(f"settings: {error}", file=sys.stderr)
        return 2
    except DomainError as error:
        print(error.detail, file=sys.stderr)
        for fault in error.fields:
            print(f"  {fault.field}: {fault.detail}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"打不开文件 {error.filename}：{error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def named(run: str) -> Command:
    """The function that `module.function` names."""
    module, name = run.split(".")
    found: Command = getattr(import_module(f"{__package__}.{module}"), name)
    return found


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="诚信鲁山 (Integrity Lushan)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serving(commands)
    _add_database(commands)
    _add_catalogue(commands)
    _add_content(commands)
    _add_imports(commands)
    _add_staff(commands)
    _add_proofs(commands)
    return parser


def _add_serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, run, text in (
        ("serve", "serving.serve", "web processes and the worker, until interrupted"),
        ("demo", "serving.demo", "the same with a made-up county and a WeChat stand-in"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--port", type=int, help="instead of PORT")
        command.set_defaults(run=run)


def _add_database(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(run="database.migrate")
    commands.add_parser("check-migrations", help="fail when the models say what no migration does").set_defaults(
        run="database.check_migrations"
    )
    make = commands.add_parser("make-migration", help="write the next migration from the models")
    make.add_argument("name", help="a few words_with_underscores")
    make.set_defaults(run="database.make_migration")


def _add_content(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "fill the search table of articles anew, after its words changed"
    commands.add_parser("index-articles", help=text).set_defaults(run="content.run")


def _add_catalogue(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("catalogue", help="publish or check a catalogue file")
    command.add_argument("deed", choices=["load", "check"])
    command.add_argument("file", nargs="?", type=Path, help="the sample when not given")
    command.add_argument("--departments", type=Path, help="the departments' file; the sample when not given")
    command.set_defaults(run="catalogue.run")


def _add_imports(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    register = commands.add_parser("import-register", help="load the county register (.csv, .xlsx) as keyed digests")
    register.add_argument("file", type=Path)
    register.set_defaults(run="imports.import_register")
    template = commands.add_parser("record-template", help="write the empty .xlsx that departments fill")
    template.add_argument("file", type=Path)
    template.set_defaults(run="imports.write_record_template")
    records = commands.add_parser("import-records", help="import a department's records (.csv, .xlsx)")
    records.add_argument("file", type=Path)
    records.add_argument("--department", required=True, metavar="CODE")
    records.add_argument("--officer", metavar="USERNAME", help="who files; may be left out where no record is negative")
    records.add_argument("--result", type=Path, help="where rejected rows are written; beside the file when not given")
    records.set_defaults(run="imports.import_records")
    for name, run, text in (
        ("approve-import", "imports.approve_import", "post the negative records of a batch, as a second officer"),
        ("refuse-import", "imports.refuse_import", "drop the negative records of a batch, as a second officer"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("batch")
        command.add_argument("--officer", required=True, metavar="USERNAME")
        command.set_defaults(run=run)
        if run == "imports.approve_import":
            command.add_argument("--result", type=Path, help="where rows that can no longer be filed are written")


def _add_staff(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add = commands.add_parser("add-staff", help="add a staff user to a department")
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--department", required=True, metavar="CODE")
    add.add_argument("--role", action="append", default=[], choices=list(ROLES), help="may be given several times")
    add.set_defaults(run="staff.add")
    reset = commands.add_parser("reset-staff", help="take password and phone away; prints a new address to set them up")
    reset.add_argument("username")
    reset.set_defaults(run="staff.reset_staff")
    demo = commands.add_parser("demo-code", help="demo mode only: the code that a staff user's phone would show")
    demo.add_argument("username")
    demo.set_defaults(run="staff.demo_code")
    code = commands.add_parser(
        "counter-code", help="a one-time code for a person at the counter; asks for the identity number"
    )
    code.add_argument("--officer", required=True, metavar="USERNAME")
    code.set_defaults(run="staff.counter_code")


def _add_proofs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, run, text in (
        ("verify-ledger", "proofs.ledger", "recompute every chain of points and name what does not fit"),
        ("verify-access-log", "proofs.access_log", "recompute every citizen's access log and name what does not fit"),
        ("verify-audit", "proofs.audit", "recompute the seals of the audit log and name what does not fit"),
    ):
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        if run == "proofs.ledger":
            command.add_argument("--facts", action="store_true", help="also fold the live facts, which takes longer")
