"""Levels: which one some points reach on a day. They only ever open things (charter 3)."""

from collections.abc import Sequence
from datetime import date
from weakref import ref

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend.errors import Unavailable
from backend.points.models import Level

# The version in force on the day `$2`, as part of a larger statement; None before the first one.
VERSION_IN_FORCE = """
(SELECT level.catalogue_version FROM level WHERE level.in_force_from <= $2
 ORDER BY level.in_force_from DESC LIMIT 1)"""


class _LastRead:
    """The levels that were read last. Those of a version never change, and none takes the number of a withdrawn one.

    With the database they were read from: within a transaction that is another one, and nobody else gets to see its
    unsaved rows.
    """

    database: ref[BaseDBAsyncClient] | None = None
    version: str = ""
    levels: Sequence[Level] = ()


_last = _LastRead()


def no_catalogue() -> Unavailable:
    return Unavailable("no_catalogue", "目录尚未发布，请稍后再试。", retry_after=3600)


async def levels_in_force(day: date) -> Sequence[Level]:
    """The levels of the catalogue in force on `day`, lowest first. Raises Unavailable before the first catalogue."""
    newest = await Level.filter(in_force_from__lte=day).order_by("-in_force_from").first()
    return await levels_of(newest.catalogue_version if newest else None, get_connection("default"))


async def levels_of(version: str | None, database: BaseDBAsyncClient) -> Sequence[Level]:
    """The levels of a version, lowest first; from memory when they were read before. Raises Unavailable without any."""
    if _last.version == version and _last.database is not None and _last.database() is database:
        return _last.levels
    levels = sorted(await Level.filter(catalogue_version=version).using_db(database), key=_threshold)
    if version is None or not levels:
        raise no_catalogue()
    _last.version, _last.database, _last.levels = version, ref(database), levels
    return levels


def level_of(points: int, levels: Sequence[Level]) -> Level:
    """The highest level that `points` reach; `levels` come lowest first and the lowest asks for nothing."""
    return [level for level in levels if level.at_least is None or points >= level.at_least][-1]


def next_level(points: int, levels: Sequence[Level]) -> Level | None:
    """The lowest level not yet reached."""
    return next((level for level in levels if level.at_least is not None and points < level.at_least), None)


def _threshold(level: Level) -> float:
    return float("-inf") if level.at_least is None else level.at_least
