"""What a nomination in a season has to say: published with the season, so that the phone keeps no rules of its own."""

from msgspec import Struct

from backend.awards.models import Season
from backend.nominations.content import LEAST_LEAD, LEAST_STORY, MOST_PEOPLE, MOST_STORY
from backend.nominations.nomination_faults import relations_of
from backend.nominations.taking_in import MOST_OF_CITIZEN
from backend.nominations.townships import TOWNSHIPS
from media.intake import MOST_PICTURES


class Choice(Struct, frozen=True):
    """One of the values of a field and what people call it."""

    code: str
    label: str


class NominationForm(Struct, frozen=True):
    """Which fields are needed, how long the story is, and what there is to choose from."""

    needed: tuple[str, ...]
    least_story: int
    most_story: int
    letter_instead: bool
    most_people: int
    most_pictures: int
    most_nominations: int
    townships: tuple[str, ...]
    relations: tuple[Choice, ...]
    hint: str


_OF_PEOPLE = ("name", "unit", "township", "contact", "relation")
_HINTS = {
    "judged": "写清他或她做了什么、在哪里、什么时候。先征求本人意见，本人同意以前，不会给其他居民看。不能推荐自己。",
    "referred": "写下线索，或者拍一封推荐信，由主办单位评选。先征求本人意见，本人同意才转过去。不能推荐自己。",
}


def form_of(season: Season) -> NominationForm:
    """The form of a season."""
    referred = season.mode == "referred"
    people = tuple(f"people.{name}" for name in _OF_PEOPLE)
    return NominationForm(
        needed=people if referred else (*people, "story", "place", "happened_from"),
        least_story=LEAST_LEAD if referred else LEAST_STORY,
        most_story=MOST_STORY,
        letter_instead=referred,
        most_people=MOST_PEOPLE,
        most_pictures=MOST_PICTURES,
        most_nominations=MOST_OF_CITIZEN,
        townships=TOWNSHIPS,
        relations=tuple(Choice(code, label) for code, label in relations_of(by_unit=False).items()),
        hint=_HINTS[season.mode],
    )
