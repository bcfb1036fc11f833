"""Made-up seasons, nominations, nominees, objections and honours, so that each operation on them finds its own.

What an operation uses up is a thing of its own: nothing that is tried takes anything from what is tried later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from uuid import uuid4

from backend.citizens.models import Citizen
from backend.honours import objecting
from backend.honours.models import Honour
from backend.nominations.models import Nominee
from backend.settings import Settings
from media import intake
from media.models import Picture
from media.storage import open_storage
from media.workshop import Workshop
from tests.closing_seasons import an_honour
from tests.factories import VAULT
from tests.honours.judging_season import a_nominee
from tests.media.photos import a_photo
from tests.nomination_factories import a_person, decided, drafted, nominated
from tests.open_seasons import a_notice, an_open_season, chosen

WORDS = "公示里写的修桥，是全村一起出工修的，不是他一个人修的。"


@dataclass(frozen=True)
class Attempt:
    """How the requests to one operation differ from wholly made-up ones, of which the first is the owner's.

    `path`: the path arguments; `always`: the ids in its body, which nobody can make up; `first`: what else stands in
    the body of the first request, so that it is one that succeeds.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, Any] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)

    def bodies(self) -> Iterator[dict[str, Any]]:
        """What replaces the made-up fields of each body."""
        return chain([{**self.always, **self.first}], repeat(dict(self.always)))


async def awards_to_try(citizen: Citizen, settings: Settings) -> dict[str, Attempt]:
    """For each operation on seasons and what belongs to them, by its name, something that it works on."""
    return {
        **await _nominations(citizen),
        **await _nominee_requests(citizen),
        **await _open_season(),
        **await _public_notice(citizen),
        **await _honours(citizen, settings),
    }


async def _nominations(citizen: Citizen) -> dict[str, Attempt]:
    season = await an_open_season()
    read, changed, submitted, deleted = [(await drafted(citizen, season)).id for _ in range(4)]
    withdrawn = await nominated(citizen, season, a_person("李四"))
    refused = await nominated(citizen, season, a_person("王五"))
    await decided(refused, "refused", reason="no_deeds")
    ids = {
        "show_nomination": read,
        "preview_nomination": read,
        "change_nomination": changed,
        "submit_nomination": submitted,
        "delete_nomination": deleted,
        "withdraw_nomination": withdrawn.id,
        "appeal_nomination": refused.id,
    }
    no_pictures: dict[str, Any] = {"pictures": []}
    writing = {"people": [], "story": WORDS, "happened_from": None, "happened_until": None}
    always = {"change_nomination": no_pictures}
    first = {"change_nomination": writing, "appeal_nomination": {"words": WORDS}}
    on_one = {
        name: Attempt({"nomination_id": str(each)}, always.get(name, {}), first.get(name, {}))
        for name, each in ids.items()
    }
    return on_one | {"draft_nomination": Attempt({}, no_pictures | {"season_id": str(season.id)}, writing)}


async def _nominee_requests(citizen: Citizen) -> dict[str, Attempt]:
    """She is nominated in four seasons: asked in one of them, and in the others she said yes."""
    names = ("show_nominee_request", "answer_nominee_request", "change_nominee_consent", "step_down_as_nominee")
    hers = {name: await a_nominee(await an_open_season(), "鲁小明", citizen=citizen) for name in names}
    await Nominee.filter(id=hers["answer_nominee_request"].id).update(state="asked", answered_at=None)
    first = {
        "answer_nominee_request": {"taking_part": False},
        "change_nominee_consent": {"kind": "endorse", "given": False},
    }
    return {name: Attempt({"nominee_id": str(each.id)}, {}, first.get(name, {})) for name, each in hers.items()}


async def _open_season() -> dict[str, Attempt]:
    """Somebody whom everybody may endorse until judging begins."""
    season = await an_open_season()
    nominee = await a_nominee(season)
    of_season, of_nominee = Attempt({"season_id": str(season.id)}), Attempt({"nominee_id": str(nominee.id)})
    on_season = ("show_season", "list_nominees", "list_endorsements")
    on_nominee = ("show_nominee", "endorse_nominee", "take_back_endorsement")
    return dict.fromkeys(on_season, of_season) | dict.fromkeys(on_nominee, of_nominee)


async def _public_notice(citizen: Citizen) -> dict[str, Attempt]:
    """Somebody in public notice, of whom she said something twice already: a third time is the last."""
    season = await a_notice()
    nominee = await chosen(season)
    read, withdrawn = [(await objecting.object_to(VAULT, citizen, nominee.id, WORDS)).id for _ in range(2)]
    return {
        "show_season_notice": Attempt({"season_id": str(season.id)}),
        "object_to_nominee": Attempt({"nominee_id": str(nominee.id)}, {}, {"words": WORDS}),
        "show_objection": Attempt({"objection_id": str(read)}),
        "withdraw_objection": Attempt({"objection_id": str(withdrawn)}),
    }


async def _honours(citizen: Citizen, settings: Settings) -> dict[str, Attempt]:
    """One with a picture, that stays in the gallery, and one of hers to take down, to bare and to print."""
    shown, hers = await an_honour("石大山"), await an_honour("鲁小明")
    await Honour.filter(id=shown.id).update(picture_id=(await _a_picture(settings)).id)
    await Honour.filter(id=hers.id).update(citizen_id=citizen.id, picture_id=(await _a_picture(settings)).id)
    of_shown, of_hers = {"honour_id": str(shown.id)}, Attempt({"honour_id": str(hers.id)})
    mine = ("show_my_honour", "set_honour_visibility", "drop_honour_picture", "show_certificate")
    return {
        "show_honour": Attempt(of_shown),
        "show_honour_picture": Attempt(of_shown | {"size": "small"}),
        **dict.fromkeys(mine, of_hers),
    }


async def _a_picture(settings: Settings) -> Picture:
    """One with its files in the store."""
    storage, workshop = open_storage(settings), Workshop()
    try:
        return await intake.take_in(storage, workshop, uuid4(), a_photo(size=(640, 480)))
    finally:
        await workshop.close()
