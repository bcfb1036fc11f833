"""My honours: the honoured person reads them, takes each down or puts it up again, and saves its certificate."""

from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.models import Citizen
from backend.content import publishing
from backend.database import transaction
from backend.honours.honour_about import Opened, holder_of, no_such_honour, opened
from backend.honours.models import Honour
from backend.nominations import consents
from backend.nominations.models import Nominee, NomineeConsent
from backend.nominations.words import ConsentKind
from backend.secrets import Vault
from media import intake
from media.certificate_words import CertificateWords
from media.workshop import Workshop

PUBLICATION: ConsentKind = "publication"


async def list_of(vault: Vault, citizen: Citizen) -> list[Opened]:
    """Hers, shown or not, the newest first."""
    rows = Honour.filter(citizen_id=citizen.id).order_by("-id")
    return [opened(vault, row) for row in await rows.select_related("season")]


async def honour_of(vault: Vault, citizen: Citizen, honour_id: UUID) -> Opened:
    """One of hers. Raises NotFound for anybody else's."""
    row = await Honour.get_or_none(id=honour_id, citizen_id=citizen.id).select_related("season")
    if row is None:
        raise no_such_honour()
    return opened(vault, row)


async def set_shown(citizen: Citizen, honour_id: UUID, shown: bool) -> None:
    """Take it down for everybody at once, or put it up again; as often as she likes, and the same again is nothing.

    Putting it up is her consent to publication, should she have taken that back. Raises NotFound.
    """
    mine = Honour.filter(id=honour_id, citizen_id=citizen.id)
    async with transaction():
        honour = await mine.first()
        if honour is None:
            raise no_such_honour()
        if shown:
            await _renew_consent(honour.nominee_id)
        await turn(honour_id, shown)


async def turn(honour_id: UUID, shown: bool) -> bool:
    """Show it in the gallery or not, in the caller's transaction; False when it stood so already."""
    other = Honour.filter(id=honour_id, shown=not shown)
    if not await other.update(shown=shown, hidden_at=None if shown else clock.now()):
        return False
    await publishing.changed()
    return True


async def drop_picture(citizen: Citizen, honour_id: UUID) -> None:
    """Take its picture away for good; the rest stays as it is. Raises NotFound for anybody else's."""
    mine = Honour.filter(id=honour_id, citizen_id=citizen.id)
    async with transaction():
        if not await mine.exists():
            raise no_such_honour()
        if await mine.filter(picture_id__isnull=False).update(picture_id=None):
            await intake.schedule_deletion(holder_of(honour_id), clock.today())
            await publishing.changed()


async def change_consent(citizen: Citizen, nominee_id: UUID, kind: ConsentKind, given: bool) -> Nominee:
    """`nominations.consents.change`, which takes an honour out of the gallery in the same moment as its consent.

    Raises what that raises.
    """
    async with transaction():
        nominee = await consents.change(citizen, nominee_id, kind, given)
        if kind == PUBLICATION and not given:
            for honour in await Honour.filter(nominee_id=nominee_id):
                await turn(honour.id, shown=False)
    return nominee


async def certificate(vault: Vault, workshop: Workshop, citizen: Citizen, honour_id: UUID) -> bytes:
    """The certificate of one of hers, as a JPEG; shown in the gallery or not. Raises NotFound, Unavailable."""
    return await workshop.certificate(certificate_words(await honour_of(vault, citizen, honour_id)))


def certificate_words(found: Opened) -> CertificateWords:
    """What stands on it."""
    honour, about = found.honour, found.about
    return CertificateWords(about.name, found.award_name, honour.year, about.owner, honour.number)


async def _renew_consent(nominee_id: UUID) -> None:
    given = (await consents.standing([nominee_id]))[nominee_id].get(PUBLICATION)
    if given is False:
        now = clock.now()
        await NomineeConsent.create(id=uuid7(), nominee_id=nominee_id, kind=PUBLICATION, given=True, at=now)
