"""The nominees of a season whom other real-name citizens may see: after their own yes, and while it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.awards.phases import Phase
from backend.awards.seasons import public_season, require_phase
from backend.errors import NotFound
from backend.nominations.consents import standing
from backend.nominations.content import About
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of
from backend.secrets import Vault
from media.models import Picture

OPEN: tuple[Phase, ...] = ("nominating", "checking")  # from a nominee's yes until judging begins


@dataclass(frozen=True)
class OpenNominee:
    """A nominee as others see her: what she agreed to, and nothing of who nominated her or how many endorse her."""

    nominee: Nominee
    about: About
    pictures: Sequence[Picture]


def no_such_nominee() -> NotFound:
    return NotFound("nominee_not_shown", "没有这位被推荐人，或者现在不公开。")


async def page(vault: Vault, season_id: UUID, after: UUID | None, limit: int) -> list[OpenNominee]:
    """Nominees of a season behind `after`, in the order of their ids, which says nothing of anybody (charter 4).

    Raises NotFound season_not_found, Conflict season_not_open.
    """
    season = await public_season(season_id)
    require_phase(season, *OPEN)
    return await _opened(vault, await _open_rows(season_id, after, limit))


async def one(vault: Vault, nominee_id: UUID) -> OpenNominee:
    """One of them, whole. Raises what `open_nominee` raises."""
    return (await _opened(vault, [await open_nominee(nominee_id)]))[0]


async def open_nominee(nominee_id: UUID) -> Nominee:
    """The row of one who is open now. Raises NotFound nominee_not_shown, Conflict season_not_open."""
    found = await among_agreed([nominee_id])
    if not found:
        raise no_such_nominee()
    require_phase(await public_season(found[0].season_id), *OPEN)
    return found[0]


async def among_agreed(nominee_ids: Sequence[UUID]) -> list[Nominee]:
    """Those of these nominees who agreed to be shown and have not taken it back, whatever the phase of their season."""
    rows = Nominee.filter(id__in=list(nominee_ids), state="agreed", about_hidden__not_isnull=True)
    return await _who_agreed(await rows.order_by("id"))


async def _open_rows(season_id: UUID, after: UUID | None, limit: int) -> list[Nominee]:
    """Page by page until there are enough: who took her consent back is passed over."""
    found: list[Nominee] = []
    while len(found) < limit:
        rows = Nominee.filter(season_id=season_id, state="agreed", about_hidden__not_isnull=True)
        if after is not None:
            rows = rows.filter(id__gt=after)
        asked = await rows.order_by("id").limit(limit)
        found += await _who_agreed(asked)
        if len(asked) < limit:
            break
        after = asked[-1].id
    return found[:limit]


async def _who_agreed(rows: Sequence[Nominee]) -> list[Nominee]:
    given = await standing([row.id for row in rows])
    return [row for row in rows if given.get(row.id, {}).get("endorse")]


async def _opened(vault: Vault, rows: Sequence[Nominee]) -> list[OpenNominee]:
    said = [(row, about) for row in rows if (about := about_of(vault, row)) is not None]
    wanted = [picture for _, about in said for picture in about.pictures]
    pictures = {each.id: each for each in await Picture.filter(id__in=wanted, deleted_at=None)} if wanted else {}
    return [
        OpenNominee(row, about, [pictures[each] for each in about.pictures if each in pictures]) for row, about in said
    ]
