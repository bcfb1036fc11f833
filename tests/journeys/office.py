"""The county's offices at their command line: `run.py` as real processes, and the files that they hand in."""

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from backend.settings import ROOT, Settings
from tests.servers import environment

HEADER = "姓名,身份证号,目录事项,文书号,文书日期,行为结束日期,生效日期,公示地点,数量,摘要"


class Office:
    """Commands on one database."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._environment = environment(settings)
        self.folder = folder

    def run(self, *words: str, code: int = 0) -> str:
        """What a command prints; fails on another exit code."""
        done = self.start(*words)
        output, _ = done.communicate(timeout=120)
        assert done.returncode == code, output
        return output

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command under way, output and errors in one stream."""
        command = [sys.executable, str(ROOT / "run.py"), *words]
        return subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def write(self, name: str, lines: Sequence[str], encoding: str = "utf-8-sig") -> str:
        """A .csv file; its path."""
        path = self.folder / name
        path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
        return str(path)


def row(
    name: str, number: str, item: str, document: str, day: date, *, final: date | None = None, quantity: str = ""
) -> str:
    """One record as a department writes it: the conduct ended when the document was made."""
    cells = [name, number, item, document, f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{final or ''}", "信用中国", quantity]
    return ",".join([*cells, "示范摘要"])


def batch_id(printed: str) -> str:
    """The batch that `import-records` named."""
    found = re.search(r"批次 ([0-9a-f-]{36})", printed)
    assert found, printed
    return found.group(1)
