"""Commands about the database's shape."""

import argparse
import asyncio

from backend import database
from backend.process import set_up_process
from backend.settings import Settings
from backend.tables import MODEL_MODULES


def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Apply missing migrations."""
    set_up_process(settings)
    for name in asyncio.run(database.migrate(settings, MODEL_MODULES)):
        print(name)
    return 0


def check_migrations(_settings: Settings, _arguments: argparse.Namespace) -> int:
    """Fail when the models say what no migration does."""
    missing = asyncio.run(database.drift(MODEL_MODULES))
    for line in missing:
        print(line)
    return 1 if missing else 0


def make_migration(_settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the next migration."""
    path = asyncio.run(database.make_migration(arguments.name, MODEL_MODULES))
    print(path if path else "the models ask for none")
    return 0
