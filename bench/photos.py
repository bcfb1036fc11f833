"""Photos: the CPU that taking one in costs besides Pillow, and what eight at once do to everybody else."""

import asyncio
import io
import os
import subprocess
import sys
from random import Random
from statistics import median
from threading import Event, Thread
from typing import Any

import httpx
from PIL import Image, ImageDraw, ImageFilter

from bench.county import County
from bench.measuring import Row, cpu_seconds
from bench.wrk import Load, drive

ROUNDS = 3
PHOTOS = 6  # of one round
AT_ONCE = 8
SECONDS = 10
PHONES = 16  # that look at their scores
SCORE = "/api/v1/score"

_ALONE = """
import resource, sys
from media.images import take_in
data = sys.stdin.buffer.read()
take_in(data)
before = resource.getrusage(resource.RUSAGE_SELF)
for _ in range(%d):
    take_in(data)
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
"""


def photo() -> bytes:
    """A made-up photo of 12 megapixels as a phone writes it: about 4 MB of JPEG."""
    random = Random(12)  # noqa: S311 (a picture, always the same)
    picture = Image.effect_noise((4000, 3000), 24).convert("RGB").filter(ImageFilter.GaussianBlur(0.7))
    draw = ImageDraw.Draw(picture)
    for _ in range(200):
        left, top = random.randrange(4000), random.randrange(3000)
        colour = (random.randrange(256), random.randrange(256), random.randrange(256))
        draw.rectangle((left, top, left + random.randrange(40, 700), top + random.randrange(40, 500)), fill=colour)
    file = io.BytesIO()
    Image.blend(picture, Image.effect_noise((4000, 3000), 40).convert("RGB"), 0.15).save(file, "JPEG", quality=88)
    return file.getvalue()


def cost_of_one(county: County, data: bytes) -> Row:
    """CPU of the whole server while it takes in photos, against the same Pillow calls alone."""
    _send(county, county.tokens[0], data, "warm")
    ratios, costs = [], []
    for number in range(ROUNDS):
        alone = _alone(data)
        before = cpu_seconds(county.server.pid)
        for place in range(PHOTOS):
            _send(county, county.tokens[place], data, f"cost-{number}-{place}")
        served = cpu_seconds(county.server.pid) - before
        ratios.append(served / alone)
        costs.append((served / PHOTOS, alone / PHOTOS))
    told = f"{median(each for each, _ in costs):.2f} s of CPU a photo, Pillow alone {median(a for _, a in costs):.2f} s"
    return Row(f"taking in a 12-megapixel photo ({len(data) / 1e6:.1f} MB)", ratios, 1.15, told)


def eight_at_once(county: County, data: bytes) -> Row:
    """The score's p99 while eight photos upload at once, against idle."""
    url, watching = county.server.url + SCORE, county.tokens[AT_ONCE:]
    drive(url, watching, seconds=3, connections=PHONES)
    rounds = [_round(url, watching, county, data, number) for number in range(ROUNDS)]
    ratios = [busy.p99 / idle.p99 for idle, busy in rounds]
    idle, busy = (median(each[place].p99 for each in rounds) for place in (0, 1))
    told = f"p99 {idle:.0f} ms idle, {busy:.0f} ms under uploads; {PHONES} connections"
    return Row("score p99 while eight photos upload at once", ratios, 3.0, told)


def _round(url: str, watching: tuple[str, ...], county: County, data: bytes, number: int) -> tuple[Load, Load]:
    idle = drive(url, watching, seconds=SECONDS, connections=PHONES)
    enough, sent = Event(), [0]
    uploads = Thread(target=lambda: asyncio.run(_keep_sending(county, data, enough, number, sent)))
    uploads.start()
    try:
        busy = drive(url, watching, seconds=SECONDS, connections=PHONES)
    finally:
        enough.set()
        uploads.join()
    if sent[0] == 0:
        raise SystemExit("no photo was taken in while the score was measured")
    return idle, busy


async def _keep_sending(county: County, data: bytes, enough: Event, number: int, sent: list[int]) -> None:
    async with httpx.AsyncClient(base_url=county.server.url, timeout=120) as http:

        async def phone(place: int) -> None:
            times = 0
            while not enough.is_set():
                times += 1
                answer = await http.post("/api/v1/media", **_upload(county.tokens[place], data, f"{number}-{times}"))
                _taken_in(answer)
                sent[0] += 1

        await asyncio.gather(*(phone(place) for place in range(AT_ONCE)))


def _send(county: County, token: str, data: bytes, key: str) -> None:
    _taken_in(httpx.post(f"{county.server.url}/api/v1/media", timeout=60, **_upload(token, data, key)))


def _taken_in(answer: httpx.Response) -> None:
    if answer.status_code != 201:
        raise SystemExit(f"an upload was answered {answer.status_code}")


def _upload(token: str, data: bytes, key: str) -> dict[str, Any]:
    return {
        "files": {"file": ("photo.jpg", data, "image/jpeg")},
        "headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{key}-key"},
    }


def _alone(data: bytes) -> float:
    """CPU seconds of PHOTOS pictures, in a process that does nothing else."""
    command = [sys.executable, "-c", _ALONE % PHOTOS]
    done = subprocess.run(command, input=data, capture_output=True, check=True, env=dict(os.environ))
    return float(done.stdout)
