"""What members wrote of somebody goes with what is kept of her; the numbers stay."""

import pytest

from backend.awards.models import Season
from backend.honours import judgement_forgetting
from backend.honours.models import Judgement
from backend.nominations.models import Nominee
from tests.honours.judging_season import a_member, a_nominee, a_season, gives

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await a_season()


async def test_the_words_of_an_erased_nominee_are_forgotten_and_no_others(season: Season) -> None:
    judge = await a_member(season)
    erased, kept = await a_nominee(season), await a_nominee(season, "段小河")
    for each in (erased, kept):
        await gives(judge, each, 30, words="他帮过很多人")
    assert await judgement_forgetting.forget_words() == 0
    await Nominee.filter(id=erased.id).update(about_hidden=None)
    assert await judgement_forgetting.forget_words() == 1
    assert await judgement_forgetting.forget_words() == 0, "again, there is nothing left to do"
    words = dict(await Judgement.all().values_list("nominee_id", "words_hidden"))
    assert words[erased.id] is None
    assert words[kept.id] is not None
    assert (await Judgement.get(nominee_id=erased.id)).marks["deeds"] == 30
