"""Who but its owner may see a picture of a nomination: the nominee whom it shows, and others after her yes."""

from uuid import UUID

from backend.awards.models import Season
from backend.awards.seasons import phase
from backend.nominations.models import NominatedPerson, Nominee
from backend.nominations.nominees import about_of
from backend.nominations.open_list import OPEN, among_agreed
from backend.secrets import Vault
from media.models import Picture


async def seen_by(vault: Vault, citizen_id: UUID, picture: Picture) -> bool:
    """Whether this citizen may see somebody else's picture now: asked at each look, so that a no counts at once."""
    for nominee in await _named_with(picture):
        about = about_of(vault, nominee)
        if about is None or picture.id not in about.pictures:
            continue
        if nominee.citizen_id == citizen_id or await _is_open(nominee):
            return True
    return False


async def _named_with(picture: Picture) -> list[Nominee]:
    """The nominees of the nomination that holds it."""
    holder, _, nomination_id = (picture.held_by or "").partition(":")
    if holder != "nomination":
        return []
    named = await NominatedPerson.filter(nomination_id=nomination_id).values_list("nominee_id", flat=True)
    return await Nominee.filter(id__in=[each for each in named if each is not None])


async def _is_open(nominee: Nominee) -> bool:
    if not await among_agreed([nominee.id]):
        return False
    return phase(await Season.get(id=nominee.season_id)) in OPEN
