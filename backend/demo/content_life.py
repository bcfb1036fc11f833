"""The third pillar of the demo county: campaigns, articles and their readers, as one stream of events."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from backend import clock
from backend.citizens.models import Account
from backend.demo.article_life import ArticleLife
from backend.demo.article_plan import plan
from backend.demo.article_stories import Drawn, told
from backend.demo.campaign_life import BANNERS, CampaignLife
from backend.demo.darkroom import Darkroom
from backend.demo.joining import Joining
from backend.demo.life import Event
from backend.demo.reader_life import ReaderLife
from backend.secrets import Vault
from media.storage import Storage


def drawings() -> list[Drawn]:
    """What has to be drawn for it."""
    return [*BANNERS.values(), *(drawn for _, each in told() for drawn in each.drawn())]


def content_events(
    vault: Vault,
    accounts: Mapping[str, Account],
    storage: Storage,
    darkroom: Darkroom,
    neighbours: Sequence[Joining],
    now: datetime,
) -> Iterator[Event]:
    """Everything that editors and readers do; `accounts` fills as neighbours join."""
    today = clock.local_date(now)
    campaigns = CampaignLife(vault, accounts, storage, darkroom)
    articles = ArticleLife(storage, darkroom, campaigns.ids)
    planned = plan(today)
    yield from campaigns.events(today, neighbours)
    yield from articles.events(planned)
    yield from ReaderLife(accounts, articles.ids).events(planned, neighbours, now)
