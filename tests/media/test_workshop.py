"""Pictures are worked on in a child process: what kills it, stops it or floods it hurts no other picture."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from backend.errors import Invalid, Unavailable
from backend.settings import ROOT
from media import workshop as workshops
from media.pictures import TakenIn
from media.workshop import Workshop
from tests.media.picture_files import saved

RED, BLUE = (saved(Image.new("RGB", (width, 30), "red"), "PNG") for width in (60, 90))


def running(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def child_of(workshop: Workshop) -> int:
    assert workshop.child_id is not None
    return workshop.child_id


def ended(process: int) -> bool:
    """Gone, or a zombie."""
    return not running(process) or "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()


async def dead(process: int) -> None:
    async with asyncio.timeout(10):
        while not ended(process):  # noqa: ASYNC110 (another process tells nobody)
            await asyncio.sleep(0.01)


async def test_it_costs_nothing_until_the_first_picture_comes(workshop: Workshop) -> None:
    assert workshop.child_id is None
    await workshop.take_in(RED)
    assert workshop.child_id is not None


async def test_the_same_child_does_one_picture_after_the_other(workshop: Workshop) -> None:
    assert (await workshop.take_in(RED)).master.width == 60
    first = workshop.child_id
    stamped = await workshop.watermark(BLUE, ["县司法局 王五"])
    assert stamped.startswith(b"\xff\xd8")
    assert workshop.child_id == first


async def test_a_refusal_keeps_its_words_and_the_child(workshop: Workshop) -> None:
    with pytest.raises(Invalid, match="not_a_picture") as refusal:
        await workshop.take_in(b"no picture")
    assert "JPG" in refusal.value.detail
    first = workshop.child_id
    await workshop.take_in(RED)
    assert workshop.child_id == first


async def test_too_many_bytes_never_reach_the_child(workshop: Workshop) -> None:
    with pytest.raises(Invalid, match="picture_too_large"):
        await workshop.take_in(bytes(11 * 1024 * 1024))
    assert workshop.child_id is None


async def test_a_child_that_died_between_two_pictures_is_replaced_unseen(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    killed = child_of(workshop)
    os.kill(killed, signal.SIGKILL)
    await dead(killed)
    assert (await workshop.take_in(BLUE)).master.width == 90


async def test_a_picture_that_kills_the_child_is_called_damaged_and_the_next_one_works(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    os.kill(child_of(workshop), signal.SIGSTOP)
    working = asyncio.create_task(workshop.take_in(RED))
    await asyncio.sleep(0.05)
    os.kill(child_of(workshop), signal.SIGKILL)
    with pytest.raises(Invalid, match="picture_damaged"):
        await working
    assert (await workshop.take_in(BLUE)).master.width == 90


async def test_a_picture_that_never_ends_is_given_up_and_the_next_one_works(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workshop.take_in(RED)
    slow = child_of(workshop)
    os.kill(slow, signal.SIGSTOP)
    with monkeypatch.context() as soon:
        soon.setattr(workshops, "JOB_LASTS", 0.1)
        with pytest.raises(Invalid, match="picture_damaged"):
            await workshop.take_in(RED)
    assert not running(slow)
    assert (await workshop.take_in(BLUE)).master.width == 90


async def test_a_client_who_goes_away_does_not_leave_her_picture_to_the_next_one(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    os.kill(child_of(workshop), signal.SIGSTOP)
    gone = asyncio.create_task(workshop.take_in(RED))
    await asyncio.sleep(0.05)
    gone.cancel()
    following = asyncio.create_task(workshop.take_in(BLUE))
    await asyncio.sleep(0.05)
    os.kill(child_of(workshop), signal.SIGCONT)
    assert (await following).master.width == 90
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_who_goes_away_while_waiting_makes_room(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    os.kill(child_of(workshop), signal.SIGSTOP)
    waiting = [asyncio.create_task(workshop.take_in(RED)) for _ in range(1 + workshops.MOST_WAITING)]
    await asyncio.sleep(0.05)
    with pytest.raises(Unavailable, match="workshop_busy") as refusal:
        await workshop.take_in(BLUE)
    assert refusal.value.retry_after
    waiting.pop().cancel()
    await asyncio.sleep(0.05)
    late = asyncio.create_task(workshop.take_in(BLUE))
    await asyncio.sleep(0.05)
    os.kill(child_of(workshop), signal.SIGCONT)
    assert [each.master.width for each in await asyncio.gather(*waiting)] == [60] * len(waiting)
    assert (await late).master.width == 90


async def test_many_at_once_get_each_her_own(workshop: Workshop) -> None:
    sent = [saved(Image.new("RGB", (width, 20), "blue"), "JPEG") for width in range(20, 36)]
    taken: list[TakenIn] = await asyncio.gather(*map(workshop.take_in, sent))
    assert [each.master.width for each in taken] == list(range(20, 36))


async def test_closing_gives_up_the_picture_at_work_and_those_that_wait(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    os.kill(child_of(workshop), signal.SIGSTOP)
    working, waiting = (asyncio.create_task(workshop.take_in(RED)) for _ in range(2))
    await asyncio.sleep(0.05)
    await workshop.close()
    with pytest.raises(Invalid, match="picture_damaged"):
        await working
    with pytest.raises(Unavailable, match="workshop_away"):
        await waiting
    await workshop.close()  # twice does no harm


async def test_the_child_has_no_keys_a_low_priority_and_a_cap_on_its_memory(workshop: Workshop) -> None:
    await workshop.take_in(RED)
    child = Path(f"/proc/{child_of(workshop)}")
    assert {line.partition(b"=")[0] for line in (child / "environ").read_bytes().split(b"\0") if line} <= {
        name.encode() for name in workshops.ENVIRONMENT
    }
    assert os.getpriority(os.PRIO_PROCESS, child_of(workshop)) >= 10
    limits = (child / "limits").read_text()
    assert "Max address space         unlimited" not in limits
    assert "\nThreads:\t1\n" in (child / "status").read_text()


async def test_what_needs_too_much_memory_is_refused_and_the_child_lives(workshop: Workshop) -> None:
    """Half of the cap is taken away from this child, so that fifty megapixels no longer fit."""
    await workshop.take_in(RED)
    child = child_of(workshop)
    await asyncio.to_thread(subprocess.run, ["prlimit", "--as=200000000", f"--pid={child}"], check=True)
    with pytest.raises(Invalid, match="picture_damaged"):
        await workshop.take_in(saved(Image.new("RGB", (7000, 7000)), "PNG", compress_level=1))
    assert (await workshop.take_in(BLUE)).master.width == 90


def test_the_child_ends_with_its_parent() -> None:
    script = (
        "import asyncio, os\nfrom media.workshop import Workshop\nfrom tests.media.test_workshop import RED\n"
        "async def main():\n    workshop = Workshop()\n    await workshop.take_in(RED)\n"
        "    print(workshop.child_id, flush=True)\n    os._exit(1)\nasyncio.run(main())"
    )
    parent = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert parent.stderr == ""
    asyncio.run(dead(int(parent.stdout)))


async def test_a_photo_that_takes_too_much_work_is_given_up_and_the_next_one_is_not() -> None:
    hasty = Workshop(most_work=0.1)
    try:
        with pytest.raises(Invalid, match="picture_damaged"):
            await hasty.take_in(saved(Image.effect_noise((4000, 4000), 90), "JPEG", progressive=True))
        assert (await hasty.take_in(BLUE)).master.width == 90
    finally:
        await hasty.close()
