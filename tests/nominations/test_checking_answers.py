"""WeChat's later answers about pictures: none is lost, none counts twice, and the last one hands the case on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.demo.wechat_stand_in import StandIn
from backend.jobs.models import BURIED, WAITING, Job
from backend.jobs.worker import work
from backend.nominations import nominating
from backend.nominations.check_answers import TAKE_ANSWER, answer_too_quick, take
from backend.nominations.checking import CHECK_NOMINATION, Checker
from backend.nominations.models import ContentCheck, Nomination
from backend.wechat_checks import Verdict
from backend.worker_jobs import wechat_jobs
from tests import factories, moderated, season_factories
from tests.connections import open_all
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import VAULT
from tests.moderated import check, states
from tests.nomination_factories import drafted
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]

GOOD = Verdict("pass", 100)


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, bound; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


@pytest.fixture
async def season(citizen: Citizen) -> Season:
    return await season_factories.a_season()


@pytest.fixture
async def checker(wechat_stand_in: StandIn) -> AsyncIterator[Checker]:
    """What the worker has, and a nominator who has just opened the mini-program."""
    async with moderated.checker_at(wechat_stand_in) as opened:
        await moderated.opens_app(opened.wechat, wechat_stand_in)
        yield opened


async def with_pictures(citizen: Citizen, season: Season, count: int = 1) -> Nomination:
    """A nomination with pictures, handed in."""
    draft = await drafted(citizen, season, pictures=[await a_picture(citizen) for _ in range(count)])
    return await nominating.submit(VAULT, citizen, draft.id)


async def trace_of(nomination: Nomination) -> str:
    row = await ContentCheck.get(nomination_id=nomination.id, part__startswith="picture:")
    assert row.trace_id is not None
    return row.trace_id


async def state_of(nomination: Nomination) -> str:
    return (await Nomination.get(id=nomination.id)).state


async def test_an_answer_that_is_quicker_than_the_note_of_its_question_is_not_lost(
    citizen: Citizen, season: Season, checker: Checker, clock_at: ClockAt
) -> None:
    nomination = await with_pictures(citizen, season)
    await take("trace-from-wechat", Verdict("risky", 20002))
    (job,) = await Job.filter(name=TAKE_ANSWER)
    await Job.filter(name=CHECK_NOMINATION).delete()
    assert await work(wechat_jobs(checker))
    tried = await Job.get(id=job.id)
    assert (tried.state, tried.last_error) == (WAITING, type(answer_too_quick()).__name__)
    await check(checker, nomination)
    await ContentCheck.filter(part__startswith="picture:").update(trace_id="trace-from-wechat")
    with clock_at("2026-11-23 09:01"):
        assert await work(wechat_jobs(checker))
    assert (await state_of(nomination), (await states(nomination))["picture"]) == ("waiting", "risky")


async def test_an_answer_that_nobody_asked_for_is_dropped_in_the_end(
    season: Season, checker: Checker, clock_at: ClockAt
) -> None:
    await take("trace-of-nobody", GOOD)
    await take("", GOOD)
    await take("x" * 101, GOOD)
    await take("nul\x00", GOOD)
    with clock_at("2026-11-23 09:03"):
        assert await work(wechat_jobs(checker))
        assert not await work(wechat_jobs(checker))
    assert await Job.filter(state__in=[WAITING, BURIED]).count() == 0


async def test_a_late_answer_is_written_down_after_the_decision_and_changes_nothing_else(
    citizen: Citizen, season: Season, checker: Checker, clock_at: ClockAt
) -> None:
    nomination = await with_pictures(citizen, season)
    await check(checker, nomination)
    with clock_at("2026-11-23 09:30"):
        staff = await season_factories.moderator()
        accepted = await moderated.accepts(staff, nomination)
        await take(await trace_of(nomination), Verdict("risky", 20002))
    after = await Nomination.get(id=nomination.id)
    assert (after.state, after.version) == ("accepted", accepted.version)
    assert (await states(nomination))["picture"] == "risky"


@both_databases
async def test_of_many_last_answers_at_once_one_settles(citizen: Citizen, season: Season, checker: Checker) -> None:
    """Each alone would take the others for missing, and a moderator would wait for nothing."""
    nomination = await with_pictures(citizen, season, 6)
    await check(checker, nomination)
    traces = await ContentCheck.filter(trace_id__not_isnull=True).values_list("trace_id", flat=True)
    await open_all()
    await asyncio.gather(*(take(str(trace), GOOD) for trace in [*traces, *traces]))
    assert await state_of(nomination) == "waiting"
    assert await ContentCheck.filter(state="pass").count() == 7
    assert await Job.filter(name=TAKE_ANSWER).count() == 0
