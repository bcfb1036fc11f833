"""Real servers for tests: PostgreSQL, Redis, and this project's own, each on a free port of this machine."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import asyncpg

from backend.settings import ROOT, Settings

START_SECONDS = 60.0  # generous: two slow cores, several servers at once
STOP_SECONDS = 20.0
HERE = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """A private PostgreSQL from the programs in that folder; gives `postgres://…` of the server, without a database.

    It refuses to run as root, so there it runs as the user postgres. Nothing is left of it afterwards.
    """
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="lushan-postgres-"))
    port = free_port()
    try:
        if user:
            shutil.chown(folder, user, user)
        data = str(folder / "data")
        initdb = [f"{programs}/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        _run([*initdb, "--no-sync"], folder, user)
        options = [f"listen_addresses={HERE}", f"port={port}", "unix_socket_directories=", "max_connections=200"]
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]  # nothing here must outlive a crash
        command = [f"{programs}/postgres", "-D", data, *[word for option in options for word in ("-c", option)]]
        url = f"postgres://postgres@{HERE}:{port}"
        with _process(command, folder, lambda: _answers(url), user):
            yield url
    finally:
        shutil.rmtree(folder)


@contextmanager
def redis(program: Path) -> Iterator[str]:
    """A private Redis that keeps nothing on disk; gives its `redis://…` address, database 0."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lushan-redis-") as folder:
        options = f"--port {port} --bind {HERE} --appendonly no".split()
        command = [str(program), *options, "--save", "", "--dir", folder]
        with _process(command, Path(folder), lambda: _accepts(port), None):
            yield f"redis://{HERE}:{port}/0"


def execute(url: str, statement: str) -> None:
    """Run one statement on a PostgreSQL database, outside any event loop."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


class RunningServer:
    """The real `run.py serve`, web and worker, as its own group of processes. Its output is kept in a file."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://{HERE}:{self.port}"
        self._log = log
        self._environment = environment(settings)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Everything written so far, over all starts."""
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The main process. Raises RuntimeError when it is not running."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until /health answers 200. Raises RuntimeError with the end of the log when it does not."""
        process = self.begin()
        try:
            _wait(process, lambda: healthy(self.url), lambda: self.log)
        except RuntimeError:
            self.kill()
            raise

    def begin(self) -> subprocess.Popen[bytes]:
        """Start, and wait for nothing."""
        command = [sys.executable, str(ROOT / "run.py"), "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        return self._process

    def restart(self, settings: Settings) -> None:
        """Stop, and start with other settings on the same port."""
        self.stop()
        self._environment = environment(settings)
        self.start()

    def kill(self) -> None:
        """Kill -9 every process of it, as a power cut would."""
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.wait(STOP_SECONDS)
            self._process = None

    def stop(self) -> None:
        """Ask it to end, as an administrator would. Raises RuntimeError, after killing it, when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"did not stop in {STOP_SECONDS:.0f} s:\n{_end(self.log)}") from None
        finally:
            self.kill()


def environment(settings: Settings) -> dict[str, str]:
    """Settings as the environment of a new process: nothing else of ours leaks in from this one."""
    names = {each.name.upper() for each in fields(Settings)}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return inherited | {each.name.upper(): _as_text(getattr(settings, each.name)) for each in fields(Settings)}


def healthy(url: str) -> bool:
    """Whether the server at that address answers 200 on /health."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:  # noqa: S310 (our own http address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _as_text(value: bool | int | str) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HERE, port)) == 0


def _answers(url: str) -> bool:
    """PostgreSQL accepts connections some time before it serves them."""
    try:
        execute(f"{url}/postgres", "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


def _run(command: list[str], folder: Path, user: str | None) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{_end(done.stdout + done.stderr)}")


@contextmanager
def _process(command: list[str], folder: Path, ready: Callable[[], bool], user: str | None) -> Iterator[None]:
    """Run a server in a folder until the block ends, then ask it to end at once."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, user=user, group=user, extra_groups=[] if user else None
        )
    try:
        _wait(process, ready, lambda: log.read_text("utf-8", errors="replace"))
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Callable[[], str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode} while starting:\n{_end(log())}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"not ready after {START_SECONDS:.0f} s:\n{_end(log())}")
        time.sleep(0.05)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end(log: str) -> str:
    return "\n".join(log.splitlines()[-30:])
