"""Two counties of one moment: whoever builds the demo a second time sees what everybody else sees."""

import asyncio
from pathlib import Path

import pytest

from backend.content.models import Campaign, Like, Publication, ReadCount, Review
from backend.points.models import Checkpoint, Enrolment, Score
from backend.records.models import CatalogueComment, CreditRecord, RecordChange
from backend.repairs.models import Evidence
from backend.secrets import Vault, open_vault
from media.models import Picture, PublishedMedia
from tests.demo.conftest import build_at, built_at, copy_of, settings_of
from tests.demo.later import opened

Told = list[tuple[object, ...]]


@pytest.mark.slow
def test_two_builds_of_one_moment_make_the_same_county(
    county_file: Path, migrated_sqlite: Path, tmp_path: Path
) -> None:
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    built = copy_of(county_file, folders[0]), build_at(built_at(county_file), folders[1], migrated_sqlite)
    one, other = (asyncio.run(told_by(path)) for path in built)
    assert one == other
    assert min(map(len, one)) > 0


async def told_by(path: Path) -> list[Told]:
    """What can be said of a county without the ids and keys that are always new."""
    settings = settings_of(path)
    async with opened(settings):
        return [
            *await of_citizens(open_vault(settings)),
            *await of_evidence(),
            *await of_nights(),
            *await of_articles(),
        ]


async def of_citizens(vault: Vault) -> list[Told]:
    records = [
        (
            vault.decrypt(record.citizen.name_hidden, "citizen.name"),
            record.document_number,
            record.item_code,
            record.document_date,
            record.filed_at,
            vault.decrypt(record.summary_hidden, "record.summary"),
        )
        for record in await CreditRecord.all().select_related("citizen")
    ]
    scores = [
        (vault.decrypt(score.citizen.name_hidden, "citizen.name"), score.points, str(score.parts), score.entry_count)
        for score in await Score.all().select_related("citizen")
    ]
    return [sorted(records), sorted(scores)]


async def of_evidence() -> list[Told]:
    evidence = [
        (each.kind, each.state, each.submitted_at, each.quantity, each.approved_quantity)
        for each in await Evidence.all().order_by("created_at", "kind", "quantity")
    ]
    pictures = sorted((each.original_digest, each.width, each.taken_in_at) for each in await Picture.all())
    return [evidence, pictures]


async def of_nights() -> list[Told]:
    changes = await RecordChange.all().order_by("id").values_list("kind", "state", "asked_at", "decided_at")
    said = await CatalogueComment.all().order_by("id").values_list("catalogue_id", "created_at")
    ends = await Enrolment.all().order_by("enrolled_at").values_list("enrolled_at", "expires_on", "reminded")
    taken = await Checkpoint.all().order_by("number").values_list("number", "day", "enrolments", "entries")
    return [*map(list, (changes, said, ends, taken))]


async def of_articles() -> list[Told]:
    steps = await Review.all().order_by("at", "id").values_list("step", "by__username", "at", "article__title")
    reads = await ReadCount.all().order_by("article__title", "day").values_list("article__title", "day", "reads")
    likes = await Like.all().values_list("article__title", "day")
    campaigns = await Campaign.all().order_by("key").values_list("key", "pledged", "starts_on", "ends_on")
    shown = await Publication.all().order_by("title").values_list("title", "publish_at", "pinned_at", "minutes")
    media = [
        (each.kind, each.name, each.original_digest, each.size, each.width, sorted(each.crops))
        for each in await PublishedMedia.all()
        if each.kind == "picture"
    ]
    return [*map(list, (steps, reads, sorted(likes), campaigns, shown)), sorted(media)]
