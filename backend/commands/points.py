"""The command that proves the points."""

import argparse

from backend.commands.setting_up import with_database
from backend.points.verification import verify_ledger
from backend.settings import Settings


def verify(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`verify-ledger`: exit code 1 and a line each when something does not fit."""
    verified = with_database(settings, verify_ledger)
    print(f"{verified.enrolments} enrolments, {verified.entries} entries: ", end="")
    print(f"{len(verified.misfits)} do not fit" if verified.misfits else "all fit")
    for misfit in verified.misfits:
        place = "score" if misfit.sequence is None else f"entry {misfit.sequence}"
        print(f"  enrolment {misfit.enrolment_id}, {place}: {misfit.fault}")
    return 1 if verified.misfits else 0
