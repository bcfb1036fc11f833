"""Levels: which one some points reach on a day. They only ever open things (charter 3)."""

from collections.abc import Sequence
from datetime import date

from backend.errors import Unavailable
from backend.points.models import Level


def no_catalogue() -> Unavailable:
    return Unavailable("no_catalogue", "目录尚未发布，请稍后再试。", retry_after=3600)


async def levels_in_force(day: date) -> list[Level]:
    """The levels of the catalogue in force on `day`, lowest first. Raises Unavailable before the first catalogue."""
    newest = await Level.filter(in_force_from__lte=day).order_by("-in_force_from").first()
    if newest is None:
        raise no_catalogue()
    levels = await Level.filter(catalogue_version=newest.catalogue_version)
    return sorted(levels, key=_threshold)


def level_of(points: int, levels: Sequence[Level]) -> Level:
    """The highest level that `points` reach; `levels` come lowest first and the lowest asks for nothing."""
    return [level for level in levels if level.at_least is None or points >= level.at_least][-1]


def next_level(points: int, levels: Sequence[Level]) -> Level | None:
    """The lowest level not yet reached."""
    return next((level for level in levels if level.at_least is not None and points < level.at_least), None)


def _threshold(level: Level) -> float:
    return float("-inf") if level.at_least is None else level.at_least
