"""Services and donations as neighbours of the demo county write them down, each with photos of its own."""

from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import NamedTuple

from backend import clock
from backend.demo.joining import at
from backend.demo.photos.camera import Photo
from backend.repairs.content import DonationContent, ServiceContent

Photos = tuple[Photo, ...]


class _Activity(NamedTuple):
    """What volunteers do, for whom, where, and what it looks like."""

    name: str
    team: str
    place: str
    scene: str


_ACTIVITIES = (
    _Activity("清洁家园", "志愿服务队", "老街", "street"),
    _Activity("河道巡查", "护水志愿队", "河岸", "river"),
    _Activity("义务植树护林", "青年志愿队", "荒坡", "planting"),
    _Activity("景区文明引导", "文明引导队", "示例景区门口", "gate"),
    _Activity("敬老院陪护", "敬老志愿队", "敬老院", "care_home"),
    _Activity("留守儿童课业辅导", "助学志愿队", "小学", "lessons"),
)
_RECIPIENTS = ("鲁山示例慈善会", "示例助学基金会", "县红十字会（示例）")
_YUAN = (50, 100, 200, 300, 500, 1000)
_ISSUER = "中国志愿服务网（示例）"


class Maker:
    """Makes what people hand in; no two of its photos are the same."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._photos = count(20)  # the demo citizens' own have the numbers below
        self._numbers = count(101)
        self._kinds = count()

    def photo(self, scene: str) -> Photo:
        """One more photo of a scene; some phones hold it sideways, most say where they are."""
        seed = next(self._photos)
        return Photo(scene, seed, sideways=seed % 5 == 0, located=seed % 3 != 0)

    def service(self, moment: datetime, township: str, *, certified: bool = False) -> tuple[ServiceContent, Photos]:
        """A service some days before `moment`, when it is handed in; or one that a certificate already proves."""
        served_on = clock.local_date(moment) - timedelta(days=self._random.randrange(1, 12))
        hours = self._random.randrange(4, 15) / 2
        if certified:
            content = ServiceContent(
                activity=self._activity().name,
                served_on=served_on,
                hours=hours,
                certificate_number=f"SLZ{served_on.year}{next(self._numbers):06d}",
                certificate_issuer=_ISSUER,
            )
            return content, ()
        return self.service_on(served_on, self._random.choice((7, 8, 9, 13)), hours, township)

    def service_on(
        self, day: date, hour: int, hours: float, township: str, days: int = 1
    ) -> tuple[ServiceContent, Photos]:
        """A service of so many hours, begun on `day` at `hour`, with one photo or two."""
        activity, starts_at = self._activity(), at(day, hour)
        lasts = timedelta(days=days - 1, hours=hours if days == 1 else 9)
        photos = [self.photo(activity.scene)]
        if self._random.random() < 0.35:
            photos.append(self.photo(self._random.choice(("sign_in_sheet", "group"))))
        content = ServiceContent(
            organisation=f"{township}{activity.team}（示例）",
            activity=activity.name,
            place=activity.place if "示例" in activity.place else f"{township}{activity.place}",
            starts_at=starts_at,
            ends_at=starts_at + lasts,
            hours=hours,
        )
        return content, tuple(photos)

    def donation(self, moment: datetime, number: str = "") -> tuple[DonationContent, Photos]:
        """A donation some days before `moment`, with its receipt."""
        content = DonationContent(
            recipient=self._random.choice(_RECIPIENTS),
            amount_fen=self._random.choice(_YUAN) * 100,
            receipt_number=number or self.receipt_number(moment),
            donated_on=clock.local_date(moment) - timedelta(days=self._random.randrange(1, 20)),
        )
        photos = [self.photo("receipt")]
        if self._random.random() < 0.3:
            photos.append(self.photo("goods"))
        return content, tuple(photos)

    def receipt_number(self, moment: datetime) -> str:
        """A made-up receipt's number, never given before."""
        return f"SL{moment.year}-{next(self._numbers):05d}"

    def _activity(self) -> _Activity:
        return _ACTIVITIES[next(self._kinds) % len(_ACTIVITIES)]
