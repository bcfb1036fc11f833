"""Several processes open a new SQLite file at the same moment: each gets it, though one alone sets its journal."""

import subprocess
import sys
import time
from pathlib import Path

from backend.settings import ROOT

AT_ONCE, FILES = 4, 40
# Each opens file after file at moments that all of them know, for a race needs several processes.
OPEN = """
import sys, time
from backend.database import sqlite_thread
folder, start, files = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
for number in range(files):
    while time.time() < start + number * 0.02:
        pass
    pragmas = {"busy_timeout": 5000, "journal_mode": "WAL"}
    sqlite_thread.connect(f"{folder}/{number}.sqlite3", pragmas).execute("CREATE TABLE IF NOT EXISTS a (b)")
"""


def test_all_who_open_a_new_file_at_once_get_it(tmp_path: Path) -> None:
    start = str(time.time() + 3)
    words = [sys.executable, "-c", OPEN, str(tmp_path), start, str(FILES)]
    processes = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(AT_ONCE)]
    said = [process.communicate()[1] for process in processes]
    assert [each.strip().rpartition("\n")[2] for each in said] == [""] * AT_ONCE
