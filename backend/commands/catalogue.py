"""The command that publishes a catalogue file, or only checks it."""

import argparse

from backend import clock
from backend.commands.setting_up import with_database
from backend.errors import Invalid
from backend.records import catalogue as files
from backend.records.catalogue_linter import lint, read_forbidden
from backend.records.catalogue_loading import load_catalogue
from backend.records.strict_toml import CatalogueRefused
from backend.settings import Settings


def departments_needed() -> Invalid:
    """With a county's own catalogue, the sample's departments would overwrite the real offices and phones."""
    return Invalid("departments_needed", "请用 --departments 指明本县的部门文件。")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """`catalogue load|check [FILE] [--departments FILE]`. Raises CatalogueRefused with every fault."""
    if arguments.file and not arguments.departments:
        raise departments_needed()
    data = (arguments.file or files.SAMPLE_CATALOGUE).read_bytes()
    departments = (arguments.departments or files.SAMPLE_DEPARTMENTS).read_bytes()
    if arguments.deed == "check":
        parsed = _check(data, departments)
    else:
        parsed = with_database(settings, lambda: load_catalogue(data, departments, audited=True))
    print(f"{parsed.name} {parsed.version}：{len(parsed.items)} 个事项，{parsed.in_force_from} 起施行")
    if parsed.notice:
        print(parsed.notice)
    return 0


def _check(data: bytes, departments_data: bytes) -> files.Catalogue:
    parsed = files.parse_catalogue(data)
    day = max(clock.today(), parsed.in_force_from)
    faults = lint(parsed, files.parse_departments(departments_data), read_forbidden(), {}, day=day)
    if faults:
        raise CatalogueRefused(faults)
    return parsed
