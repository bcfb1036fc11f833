"""The gallery of honours: who wishes it stands there, with a picture of her own, and leaves it whenever she likes."""

from collections.abc import Awaitable
from uuid import UUID

import pytest

from backend.awards.awards import awards
from backend.errors import DomainError
from backend.honours import gallery, honour_pictures, my_honours
from backend.honours.gallery import Among
from backend.honours.models import Honour
from backend.jobs.models import Job
from backend.nominations.consents import standing
from media import sweeping
from media.intake import hold
from media.models import Picture
from media.storage import Storage
from miniprogram_api.honours import AwardCode
from tests import factories
from tests.closing_seasons import an_honour, load_honours_catalogue
from tests.evidence_factories import citizen_of
from tests.factories import NEIGHBOUR, VAULT
from tests.media.stored import files_in, put


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await load_honours_catalogue()
    await factories.register()


async def refused(deed: Awaitable[object]) -> str:
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def shown(**among: object) -> list[str]:
    return [each.about.name for each in await gallery.page(VAULT, Among(**among), None, 99)]  # type: ignore[arg-type]


async def a_picture(storage: Storage) -> Picture:
    picture = await put(storage)
    await hold(f"nomination:{UUID(int=7)}", picture.owner_id, [picture.id])
    return picture


async def job_done(storage: Storage) -> None:
    for job in await Job.filter(name=honour_pictures.COPY_PICTURE):
        await honour_pictures.copy_promised(storage, job.payload)


def test_the_api_knows_every_award() -> None:
    assert set(AwardCode.__args__) == set(awards())  # type: ignore[attr-defined]


async def test_it_is_narrowed_by_award_year_and_township_the_newest_first(county: None) -> None:
    first, second = await an_honour("石大山"), await an_honour("石小山")
    await Honour.filter(id=second.id).update(award="integrity_star", year=2027, township="让河乡")
    assert await shown() == ["石小山", "石大山"]
    assert await shown(award="moral_model") == await shown(year=2026) == await shown(township="下汤镇") == ["石大山"]
    assert await shown(award="moral_model", year=2027) == []
    found = await gallery.choices()
    assert found.awards == ["integrity_star", "moral_model"]
    assert (found.years, set(found.townships)) == ([2027, 2026], {"下汤镇", "让河乡"})
    page = await gallery.page(VAULT, Among(), second.id, 9)
    assert [each.honour.id for each in page] == [first.id]


async def test_she_leaves_it_and_comes_back_whenever_she_likes_and_keeps_her_honour(county: None) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen)
    for wish in (False, False, True, False):
        await my_honours.set_shown(citizen, honour.id, wish)
        assert await shown() == (["鲁小明"] if wish else [])
    assert await refused(gallery.one(VAULT, honour.id)) == "honour_not_found"
    (mine,) = await my_honours.list_of(VAULT, citizen)
    assert (mine.honour.id, mine.honour.record_id is not None) == (honour.id, True)
    assert (await gallery.choices()).awards == []


async def test_her_neighbour_reads_and_moves_nothing_of_it(county: None) -> None:
    honour, neighbour = await an_honour("鲁小明", citizen=await citizen_of()), await citizen_of(NEIGHBOUR)
    assert await my_honours.list_of(VAULT, neighbour) == []
    for deed in (
        my_honours.honour_of(VAULT, neighbour, honour.id),
        my_honours.set_shown(neighbour, honour.id, False),
        my_honours.drop_picture(neighbour, honour.id),
    ):
        assert await refused(deed) == "honour_not_found"
    assert await shown() == ["鲁小明"]


async def test_a_consent_that_is_taken_back_takes_the_honour_down_and_putting_it_up_is_a_yes(county: None) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen)
    await my_honours.change_consent(citizen, honour.nominee_id, "endorse", False)
    assert await shown() == ["鲁小明"], "that was another consent"
    await my_honours.change_consent(citizen, honour.nominee_id, "publication", False)
    assert await shown() == []
    await my_honours.set_shown(citizen, honour.id, True)
    assert await shown() == ["鲁小明"]
    assert (await standing([honour.nominee_id]))[honour.nominee_id]["publication"]


async def test_her_picture_is_a_copy_that_outlives_the_nomination(county: None, storage: Storage) -> None:
    picture = await a_picture(storage)
    honour = await an_honour("鲁小明", citizen=await citizen_of(), pictures=(picture.id,))
    assert await refused(gallery.picture_of(honour.id)) == "honour_not_found", "not yet"
    await job_done(storage)
    copied = await gallery.picture_of(honour.id)
    assert copied.id != picture.id
    assert copied.owner_id not in {picture.owner_id, honour.citizen_id}
    assert len(await files_in(storage)) == 6
    await job_done(storage)
    assert len(await files_in(storage)) == 6, "done twice is done once"
    await sweeping.sweep_orphans(storage)
    await sweeping.delete_due(storage)
    assert len(await files_in(storage)) == 6


async def test_she_takes_the_picture_away_for_good_and_the_words_stay(county: None, storage: Storage) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen, pictures=((await a_picture(storage)).id,))
    await job_done(storage)
    for _ in range(2):
        await my_honours.drop_picture(citizen, honour.id)
    assert await refused(gallery.picture_of(honour.id)) == "honour_not_found"
    assert await shown() == ["鲁小明"]
    assert await sweeping.delete_due(storage) == 1
    assert len(await files_in(storage)) == 3, "those of the nomination"


async def test_a_hidden_honour_gives_its_picture_to_nobody(county: None, storage: Storage) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen, pictures=((await a_picture(storage)).id,))
    await job_done(storage)
    await my_honours.set_shown(citizen, honour.id, False)
    assert await refused(gallery.picture_of(honour.id)) == "honour_not_found"


async def test_a_picture_that_is_gone_by_then_is_none(county: None, storage: Storage) -> None:
    picture = await a_picture(storage)
    honour = await an_honour("鲁小明", pictures=(picture.id,))
    await storage.delete([key for key in await files_in(storage) if "-small" in key])
    await job_done(storage)
    assert (await Honour.get(id=honour.id)).picture_id is None
    assert await Picture.all().count() == 1
    assert not [key for key in await files_in(storage) if str(picture.id) not in key], "nothing half-copied is left"
