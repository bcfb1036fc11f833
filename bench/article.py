"""An article and a list of them, as a rush asks for them: ours against a bare handler with the same bytes, by turns."""

import asyncio
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

from backend.database import close_database, open_database
from backend.settings import ROOT, demo_settings
from backend.tables import MODEL_MODULES
from bench.county import served
from bench.measuring import Row, cpu_seconds
from bench.wrk import Load, drive
from tests import article_factories, servers

ARTICLES = 60
PARAGRAPHS = 40
LIST = "/api/v1/articles"
ONE = "/api/v1/articles/<article_id>"
CONNECTIONS = 64
SECONDS = 6
AT_LEAST = 0.8
START_SECONDS = 20.0
NOBODY = ("nobody",)  # wrk sends a token; a public read looks at none


@dataclass(frozen=True)
class Side:
    """A server that answers, and its processes' leader."""

    url: str
    pid: int


def articles(database_url: str, rounds: int, seconds: int = SECONDS) -> Iterator[Row]:
    """Our answers a second for each of the bare handler's: of an article, and of the first page of all."""
    article = asyncio.run(_write(database_url))
    with served(database_url, NOBODY) as county:
        ours = Side(county.server.url, county.server.pid)
        for what, path, route in (("article", f"{LIST}/{article}", ONE), ("list", LIST, LIST)):
            with urllib.request.urlopen(ours.url + path) as answer:  # noqa: S310 (our own http address)
                body = answer.read()
            with _bare(body, route) as bare:
                yield _row(f"{what}, warm, against the same {len(body):,} bytes", path, (ours, bare), rounds, seconds)


def _row(what: str, path: str, both: tuple[Side, Side], rounds: int, seconds: int) -> Row:
    for side in both:
        drive(side.url + path, NOBODY, seconds=2, connections=CONNECTIONS)
    taken = [[_round(side, path, seconds) for side in both] for _ in range(rounds)]
    ratios = [ours.per_second / bare.per_second for (ours, _), (bare, _) in taken]
    told = ", ".join(_told(name, [each[place] for each in taken]) for place, name in enumerate(("ours", "bare")))
    return Row(what, ratios, AT_LEAST, told, at_least=True)


def _told(name: str, taken: Sequence[tuple[Load, float]]) -> str:
    answers, p99 = median(load.per_second for load, _ in taken), median(load.p99 for load, _ in taken)
    return f"{name} {answers:.0f} a second, {median(cpu for _, cpu in taken):.0f} µs of CPU each, p99 {p99:.0f} ms"


def _round(side: Side, path: str, seconds: int) -> tuple[Load, float]:
    """A load, and the CPU microseconds that one answer costs the server."""
    before = cpu_seconds(side.pid)
    load = drive(side.url + path, NOBODY, seconds=seconds, connections=CONNECTIONS)
    return load, (cpu_seconds(side.pid) - before) / (load.per_second * seconds) * 1e6


async def _write(database_url: str) -> UUID:
    """Articles of some length, one a day; the newest."""
    text = "\n".join(
        "诚信是立身之本，也是鲁山人待人做事的规矩。每年的质量月里，各部门一起走进乡镇。" for _ in range(PARAGRAPHS)
    )
    await open_database(demo_settings(database_url=database_url), MODEL_MODULES)
    try:
        summary = "诚信鲁山在行动，看看今年做了什么。"
        return (await article_factories.published_over_days(ARTICLES, text=text, summary=summary))[0]
    finally:
        await close_database()


@contextmanager
def _bare(body: bytes, route: str) -> Iterator[Side]:
    port = servers.free_port()
    url, deadline = f"http://{servers.HERE}:{port}", time.monotonic() + START_SECONDS
    with TemporaryDirectory() as folder:
        file = Path(folder) / "body"
        file.write_bytes(body)
        command = [sys.executable, "-m", "bench.bare_bytes", str(port), str(file), route]
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        try:
            while not servers.healthy(url):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise SystemExit("the bare handler does not start")
                time.sleep(0.1)
            yield Side(url, process.pid)
        finally:
            process.terminate()
            process.wait()
