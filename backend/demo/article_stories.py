"""The articles of the made-up county, as they stand in `articles/`: one file a channel, each article whole."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from backend.content.channels import CHANNELS
from backend.demo.painter import Attached
from backend.demo.photos.camera import Photo
from backend.demo.photos.posters import Poster

Way = Literal["live", "draft", "first_review", "second_review", "final_review", "sent_back", "scheduled", "retracted"]
Drawn = Photo | Poster

FOLDER = Path(__file__).parent / "articles"
_PICTURE = "picture:"  # and its place among the article's own: what stands in its html before it is uploaded


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One article. The first of its pictures is its cover; `days_ago` counts working days since it was published."""

    key: str
    title: str
    summary: str
    tags: tuple[str, ...]
    pictures: tuple[str, ...]
    html: str
    days_ago: int = 1
    way: Way = "live"
    campaign: str | None = None  # of backend/content/campaign_year.toml
    pinned: bool = False
    about_failure: bool = False
    film: str | None = None  # an attachment's name
    sound: str | None = None
    paper: str | None = None

    def drawn(self) -> list[Drawn]:
        """Its pictures, as they are to be drawn."""
        return [_drawn(each) for each in self.pictures]

    def attached(self) -> list[tuple[Attached, str]]:
        """What hangs on it, each with its name."""
        hung: tuple[tuple[Attached, str | None], ...] = (
            ("film", self.film),
            ("sound", self.sound),
            ("paper", self.paper),
        )
        return [(kind, name) for kind, name in hung if name]

    def html_with(self, sources: list[str]) -> str:
        """The text with its pictures at these addresses."""
        html = "".join(self.html.split("\n"))
        for place, source in enumerate(sources):
            html = html.replace(f'"{_PICTURE}{place}"', f'"{source}"')
        return html

    def first_words(self) -> str:
        """How the text began: its first paragraph, before the rest was written."""
        return "".join(self.html.partition("</p>")[:2]).strip()


class _Channel(msgspec.Struct, forbid_unknown_fields=True):
    article: tuple[Told, ...]


@cache
def told() -> tuple[tuple[str, Told], ...]:
    """Every article with its channel, in the order of the channels."""
    return tuple((channel, each) for channel in CHANNELS for each in _of(channel))


def _of(channel: str) -> tuple[Told, ...]:
    text = (FOLDER / f"{channel}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Channel).article


def _drawn(said: str) -> Drawn:
    """`photo:SCENE:SEED` or `poster:WORDS/BELOW/SIGN`."""
    kind, _, rest = said.partition(":")
    if kind == "photo":
        scene, _, seed = rest.partition(":")
        return Photo(scene, int(seed), sent_on=True)  # as an editor has it from a volunteers' chat
    words, below, sign = rest.split("/")
    return Poster(words, below, sign)
