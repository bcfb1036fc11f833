"""WeChat's look at a nomination: each part once, whatever happens in between, and in the end a person has it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest

from backend.awards.models import Season
from backend.citizens.models import Account, Citizen
from backend.demo.wechat_stand_in import StandIn
from backend.demo.wechat_stand_in.content_checks import DOUBTFUL_WORD, RISKY_WORD
from backend.errors import Unavailable
from backend.jobs.models import Job
from backend.jobs.worker import work
from backend.nominations import nominating
from backend.nominations.check_answers import TAKE_ANSWER, take
from backend.nominations.checking import Checker, words_for_wechat
from backend.nominations.models import ContentCheck, Nomination
from backend.nominations.nominations import holder_of
from backend.wechat_checks import Verdict
from backend.worker_jobs import wechat_jobs
from media.models import Picture
from tests import factories, moderated, season_factories
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import VAULT
from tests.moderated import check, states
from tests.nomination_factories import STORY, a_content, a_person, drafted, nominated

ClockAt = Callable[[str], AbstractContextManager[None]]

TEXT, PICTURE = "/wxa/msg_sec_check", "/wxa/media_check_async"
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


async def with_picture(citizen: Citizen, season: Season, **changes: object) -> Nomination:
    """A nomination with a picture, handed in."""
    draft = await drafted(citizen, season, pictures=[await a_picture(citizen)], **changes)
    return await nominating.submit(VAULT, citizen, draft.id)


async def trace_of(nomination: Nomination) -> str:
    row = await ContentCheck.get(nomination_id=nomination.id, part__startswith="picture:")
    assert row.trace_id is not None
    return row.trace_id


async def state_of(nomination: Nomination) -> str:
    return (await Nomination.get(id=nomination.id)).state


async def test_handing_in_promises_the_check_and_the_worker_keeps_it(
    citizen: Citizen, season: Season, checker: Checker
) -> None:
    nomination = await nominated(citizen, season)
    assert await moderated.promised(nomination)
    assert await work(wechat_jobs(checker))
    assert (await state_of(nomination), await states(nomination)) == ("waiting", {"text:0": "pass"})


@pytest.mark.parametrize(("word", "state"), [(RISKY_WORD, "risky"), (DOUBTFUL_WORD, "review")])
async def test_what_wechat_doubts_a_person_decides(
    word: str, state: str, citizen: Citizen, season: Season, checker: Checker
) -> None:
    nomination = await nominated(citizen, season, story=STORY + word)
    assert (await check(checker, nomination)).state == "waiting", "nobody but a person refuses"
    assert await states(nomination) == {"text:0": state}


async def test_a_long_story_is_checked_to_its_end(citizen: Citizen, season: Season, checker: Checker) -> None:
    nomination = await nominated(citizen, season, story="好" * 2900 + RISKY_WORD)
    await check(checker, nomination)
    assert await states(nomination) == {"text:0": "pass", "text:1": "risky"}


def test_wechat_learns_neither_names_nor_numbers_nor_how_to_reach_anybody() -> None:
    person = a_person("周三", unit="松垛沟村", contact="13812345678")
    words = words_for_wechat(a_content(person, story=f"{STORY}他的电话是 13812345678，身份证 410423199003070017。"))
    assert "松垛沟村" in words
    assert "送水送药" in words
    for private in ("13812345678", "410423199003070017", "周三\n"):
        assert private not in words


async def test_with_a_picture_its_answer_is_waited_for(citizen: Citizen, season: Season, checker: Checker) -> None:
    nomination = await with_picture(citizen, season)
    assert (await check(checker, nomination)).state == "checking"
    assert await states(nomination) == {"text:0": "pass", "picture": "asked"}
    trace = await trace_of(nomination)
    await take(trace, Verdict("review", 20002))
    assert (await state_of(nomination), (await states(nomination))["picture"]) == ("waiting", "review")
    await take(trace, GOOD)
    assert (await states(nomination))["picture"] == "review", "the first answer counts"
    assert await Job.filter(name=TAKE_ANSWER).count() == 0


async def test_a_picture_that_wechat_cannot_fetch_goes_to_a_person(
    citizen: Citizen, season: Season, checker: Checker
) -> None:
    nomination = await with_picture(citizen, season)
    await check(checker, nomination)
    await take(await trace_of(nomination), None)
    assert (await state_of(nomination), (await states(nomination))["picture"]) == ("waiting", "failed")


async def test_without_a_public_address_pictures_go_to_a_person(
    citizen: Citizen, season: Season, checker: Checker, wechat_stand_in: StandIn
) -> None:
    asked, nomination = wechat_stand_in.calls(PICTURE), await with_picture(citizen, season)
    assert (await check(Checker(checker.wechat, VAULT, ""), nomination)).state == "waiting"
    assert (await states(nomination))["picture"] == "failed"
    assert wechat_stand_in.calls(PICTURE) == asked


async def test_who_was_not_here_for_two_hours_is_checked_by_a_person(
    citizen: Citizen, season: Season, checker: Checker, wechat_stand_in: StandIn
) -> None:
    nomination = await with_picture(citizen, season)
    wechat_stand_in.advance(7300)
    assert (await check(checker, nomination)).state == "waiting"
    assert await states(nomination) == {"text:0": "review", "picture": "failed"}


async def test_whose_account_is_gone_is_checked_by_a_person(citizen: Citizen, season: Season, checker: Checker) -> None:
    nomination = await with_picture(citizen, season)
    await Account.filter(citizen_id=citizen.id).update(citizen_id=None)
    assert (await check(checker, nomination)).state == "waiting"
    assert set((await states(nomination)).values()) == {"failed"}


async def test_a_wechat_that_is_away_is_tried_again_and_then_left_out(
    citizen: Citizen, season: Season, checker: Checker, wechat_stand_in: StandIn, clock_at: ClockAt
) -> None:
    nomination = await with_picture(citizen, season)
    wechat_stand_in.fault("busy")
    for moment in ("09:00", "09:09:59"):
        with clock_at(f"2026-11-23 {moment}"), pytest.raises(Unavailable, match="wechat_away"):
            await check(checker, nomination)
    assert await state_of(nomination) == "checking"
    with clock_at("2026-11-23 09:10"):
        assert (await check(checker, nomination)).state == "waiting"
    assert set((await states(nomination)).values()) == {"failed"}


async def test_a_wechat_that_comes_back_is_asked_for_the_rest_only(
    citizen: Citizen, season: Season, checker: Checker, wechat_stand_in: StandIn
) -> None:
    """As after a kill between two parts: what is written down is not asked again."""
    nomination = await with_picture(citizen, season, story="好" * 2900 + RISKY_WORD)
    before = wechat_stand_in.calls(TEXT)
    wechat_stand_in.fault("down", path=PICTURE)
    with pytest.raises(Unavailable):
        await check(checker, nomination)
    assert (await states(nomination))["picture"] == "asked"
    wechat_stand_in.clear_faults()
    await check(checker, nomination)
    trace = await trace_of(nomination)
    await check(checker, nomination)
    assert await trace_of(nomination) == trace
    assert await states(nomination) == {"text:0": "pass", "text:1": "risky", "picture": "asked"}
    assert wechat_stand_in.calls(TEXT) == before + 2


async def test_withdrawn_meanwhile_nobody_is_asked(
    citizen: Citizen, season: Season, checker: Checker, wechat_stand_in: StandIn
) -> None:
    nomination = await nominated(citizen, season)
    await nominating.withdraw(VAULT, citizen, nomination.id)
    asked = wechat_stand_in.calls(TEXT)
    assert await work(wechat_jobs(checker))
    assert (await state_of(nomination), await states(nomination)) == ("withdrawn", {})
    assert wechat_stand_in.calls(TEXT) == asked


async def test_a_picture_that_was_deleted_is_not_asked_about(
    citizen: Citizen, season: Season, checker: Checker
) -> None:
    nomination = await with_picture(citizen, season)
    picture = await Picture.get(held_by=holder_of(nomination.id))
    await Picture.filter(id=picture.id).update(deleted_at=picture.taken_in_at)
    assert (await check(checker, nomination)).state == "waiting"
    assert await states(nomination) == {"text:0": "pass"}
