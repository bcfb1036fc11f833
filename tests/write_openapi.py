"""Renews `tests/openapi.json` from the operations: `.venv/bin/python -m tests.write_openapi`, then read the diff."""

from pathlib import Path

import msgspec

from tests.contract import published

KEPT = Path(__file__).with_name("openapi.json")


def written() -> str:
    """The published document as the file keeps it."""
    return msgspec.json.format(msgspec.json.encode(published())).decode() + "\n"


if __name__ == "__main__":
    KEPT.write_text(written(), encoding="utf-8")
