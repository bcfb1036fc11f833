"""The commands that prove that nothing was altered: the points, the citizens' access logs, the audit log.

Each walks everything beside a living server, and answers 1 when something does not fit, with a line for each.
"""

import argparse

from backend.citizens.access_verification import verify_access_log
from backend.commands.setting_up import with_database
from backend.point_sources import open_ledger
from backend.points.verification import verify_ledger
from backend.settings import Settings
from backend.staff.sealing import verify_audit


def ledger(settings: Settings, arguments: argparse.Namespace) -> int:
    """`verify-ledger`; it says the newest checkpoint, to be compared with what was published that day.

    With `--facts` it also folds the live facts; what is proven then, and what is not, `verify_ledger` says.
    """
    over_facts = open_ledger() if arguments.facts else None
    verified = with_database(settings, lambda: verify_ledger(over_facts))
    lines = []
    for misfit in verified.misfits:
        place = "score" if misfit.sequence is None else f"entry {misfit.sequence}"
        where = f"enrolment {misfit.enrolment_id}, {place}"
        lines.append(f"{where if misfit.checkpoint is None else f'checkpoint {misfit.checkpoint}'}: {misfit.fault}")
    told = _told(f"{verified.enrolments} enrolments, {verified.entries} entries", lines)
    if newest := verified.checkpoint:
        print(f"newest checkpoint: {newest.number} of {newest.day}, {newest.hash}")
    return told


def access_log(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`verify-access-log`."""
    verified = with_database(settings, verify_access_log)
    lines = []
    for misfit in verified.misfits:
        place = "end" if misfit.sequence is None else f"look {misfit.sequence}"
        lines.append(f"citizen {misfit.citizen_id}, {place}: {misfit.fault}")
    return _told(f"{verified.citizens} citizens, {verified.looks} looks", lines)


def audit(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`verify-audit`; it says the last hash, to be compared with the worker's log."""
    verified = with_database(settings, verify_audit)
    lines = []
    for misfit in verified.misfits:
        seal = "unsealed" if misfit.seal is None else f"seal {misfit.seal}"
        event = "" if misfit.event_id is None else f", event {misfit.event_id}"
        lines.append(f"{seal}{event}: {misfit.fault}")
    end = f" up to {verified.head}" if verified.head else ""
    return _told(f"{verified.seals} seals{end}, {verified.events} events", lines)


def _told(walked: str, misfits: list[str]) -> int:
    print(f"{walked}: {len(misfits)} do not fit" if misfits else f"{walked}: all fit")
    for line in misfits:
        print(f"  {line}")
    return 1 if misfits else 0
