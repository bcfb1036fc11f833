"""What to read next: articles of the same campaign, with the same tags, of the same channel."""

from uuid import UUID

from backend.content import search
from backend.content.lists import in_order
from backend.content.models import Publication
from backend.content.reading import Among, newest

MOST = 5
_CANDIDATES = 8  # the newest of each kind: the older ones nobody misses, and no list is walked to its end
_CAMPAIGN, _TAG, _CHANNEL = 4, 2, 1  # what counts how much; each shared tag counts


async def related(row: Publication) -> list[Publication]:
    """At most five visible ones, the nearest first, of equally near ones the newest. Nothing is known of the reader."""
    found: dict[UUID, Publication] = {}
    for each in [*await _same(row), *await _same_tags(row)]:
        if each.article_id != row.article_id:
            found[each.article_id] = each
    nearest = sorted(found.values(), key=lambda each: (_nearness(row, each), each.publish_at), reverse=True)
    return nearest[:MOST]


async def _same(row: Publication) -> list[Publication]:
    of_channel = await newest(Among(channel=row.channel), None, _CANDIDATES)
    if row.campaign_id is None:
        return of_channel.rows
    return [*of_channel.rows, *(await newest(Among(campaign_id=row.campaign_id), None, _CANDIDATES)).rows]


async def _same_tags(row: Publication) -> list[Publication]:
    return await in_order(await search.tagged(row.tags, search.BEYOND, _CANDIDATES)) if row.tags else []


def _nearness(row: Publication, other: Publication) -> int:
    same_campaign = row.campaign_id is not None and row.campaign_id == other.campaign_id
    shared = len(set(row.tags) & set(other.tags))
    return same_campaign * _CAMPAIGN + shared * _TAG + (row.channel == other.channel) * _CHANNEL
