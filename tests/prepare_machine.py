"""What the tests and the benchmark need besides Python packages, and installing it on Debian as root.

Run by `make test` and `make bench` before anything else. Silent when nothing is missing. Standard library only.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LAST_LINES = 20  # of apt-get's output, shown when it fails


@dataclass(frozen=True)
class Need:
    """One program or font: its Debian package, and the paths that show it is there (* stands for a version)."""

    name: str
    package: str
    paths: tuple[str, ...]

    def find(self) -> Path | None:
        """The newest installed one, or None."""
        for path in self.paths:
            found = sorted(Path("/").glob(path.removeprefix("/")), key=_by_version)
            if found:
                return found[-1]
        return None

    @property
    def missing(self) -> str:
        """Why a test that needs it was skipped, and what to do."""
        return f"{self.name} is not installed (on Debian, as root: apt-get install {self.package})"


POSTGRESQL = Need("PostgreSQL", "postgresql", ("/usr/lib/postgresql/*/bin/initdb",))
REDIS = Need("Redis", "redis-server", ("/usr/bin/redis-server", "/usr/local/bin/redis-server"))
CHROMIUM = Need("Chromium", "chromium", ("/usr/bin/chromium", "/usr/bin/chromium-browser"))
CHINESE_FONT = Need("A Chinese font", "fonts-noto-cjk", ("/usr/share/fonts/**/NotoSansCJK*",))
WRK = Need("wrk", "wrk", ("/usr/bin/wrk", "/usr/local/bin/wrk"))
NEEDS = (POSTGRESQL, REDIS, CHROMIUM, CHINESE_FONT)
NEEDS_OF_BENCH = (POSTGRESQL, WRK)


def _by_version(path: Path) -> list[tuple[bool, int, str]]:
    """Sorts 9 before 15."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in path.parts]


def prepare(needs: Sequence[Need] = NEEDS) -> None:
    """Say what is missing, install it where that is possible, and say so where it is not. Never fails the run."""
    missing = [need for need in needs if need.find() is None]
    if not missing:
        return
    packages = [need.package for need in missing]
    _say(f"Also needed, and not on this machine: {', '.join(need.name for need in missing)}.")
    reason = _why_not_here()
    if reason is None:
        _say(f"Installing with apt-get (a few minutes): {' '.join(packages)}")
        reason = _install(packages)
    still = [need for need in missing if need.find() is None]
    if still:
        _say(f"Not installed: {', '.join(need.name for need in still)}. {reason or 'The packages did not bring them.'}")
        by_hand = f"apt-get install {' '.join(need.package for need in still)}"
        _say(f"What needs them is skipped and named at the end. On Debian, as root: {by_hand}")


def _why_not_here() -> str | None:
    if shutil.which("apt-get") is None:
        return "This machine has no apt-get."
    if os.geteuid() != 0:
        return "Only root can install packages."
    return None


def _install(packages: Sequence[str]) -> str | None:
    """Install Debian packages; package lists are fetched only when those at hand do not do. Answers why it failed."""
    install = ["install", "--yes", "--no-install-recommends", *packages]
    if _apt_get(install) is None:
        return None
    return _apt_get(["update"]) or _apt_get(install)


def _apt_get(arguments: Sequence[str]) -> str | None:
    command = ["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with tempfile.TemporaryFile("w+") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False).returncode
        output.seek(0)
        last = output.read().splitlines()[-LAST_LINES:]
    if code == 0:
        return None
    return f"apt-get {arguments[0]} failed:\n  " + "\n  ".join(last) + "\n"


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    prepare(NEEDS_OF_BENCH if sys.argv[1:] == ["bench"] else NEEDS)
