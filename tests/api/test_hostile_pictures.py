"""Odd and hostile files through the whole server: each is taken in or refused with a reason, and none is an error."""

import itertools
from collections import Counter

import pytest

from backend.settings import Settings
from media.models import Picture
from media.storage import open_storage
from tests.api.sending import send_photo
from tests.factories import NEIGHBOUR
from tests.media.made_pictures import hostile_pictures
from tests.media.photos import a_photo
from tests.media.stored import files_in
from tests.running_app import RunningApp

EVERY = 5
REASONS = {"not_a_picture", "picture_damaged", "picture_animated", "too_many_pixels", "too_large", "invalid_fields"}


@pytest.mark.slow
async def test_every_fifth_odd_file_is_taken_in_or_refused_and_the_next_photo_works(
    app: RunningApp, settings: Settings
) -> None:
    phones = itertools.cycle([await app.bound(), await app.bound(NEIGHBOUR)])
    seen: Counter[str] = Counter()
    for name, data in itertools.islice(hostile_pictures(), 0, None, EVERY):
        answer = await send_photo(next(phones), data)
        assert answer.status_code in {201, 413, 422}, name
        seen["taken in" if answer.status_code == 201 else answer.json()["code"]] += 1
    assert seen.keys() <= REASONS | {"taken in"}, seen
    assert seen.total() > 50
    assert (await send_photo(next(phones), a_photo())).status_code == 201
    assert await Picture.all().count() == seen["taken in"] + 1
    assert len(await files_in(open_storage(settings))) == 3 * (seen["taken in"] + 1), "nothing half-kept"
