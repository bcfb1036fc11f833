"""The third pillar of the demo county: campaigns, articles and their readers, as one stream of events."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from backend import clock
from backend.citizens.models import Account
from backend.demo.article_life import ArticleLife
from backend.demo.article_plan import plan
from backend.demo.article_stories import Drawn, told
from backend.demo.campaign_life import BANNERS, CampaignLife, made_at
from backend.demo.darkroom import Darkroom
from backend.demo.joining import Joining
from backend.demo.life import Event
from backend.demo.painter import Thing
from backend.demo.reader_life import ReaderLife
from backend.secrets import Vault
from media.storage import Storage


def things_needed(today: date) -> list[tuple[datetime, Thing]]:
    """What has to be made for it, with the moment at which it is needed."""
    needed: list[tuple[datetime, Thing]] = [(made_at(today), banner) for banner in BANNERS.values()]
    for each in plan(today):
        kinds = [kind for kind, _ in each.told.attached()]
        needed += [(each.steps[0].moment, thing) for thing in (*each.told.drawn(), *kinds)]
    return needed


def covers() -> list[Drawn]:
    """The pictures that become covers."""
    return [each.drawn()[0] for _, each in told() if each.pictures]


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
    yield from ReaderLife(vault, accounts, articles.ids).events(planned, neighbours, now)
