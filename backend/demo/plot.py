"""Pure: who lives in the made-up county and what is to happen there, before anything has."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from backend import clock
from backend.demo.bystanders import bystanders
from backend.demo.content_life import things_needed
from backend.demo.department_files import Happening
from backend.demo.evidence_plan import evidence_of_neighbours
from backend.demo.evidence_stories import evidence_of_stories
from backend.demo.handed_in import HandedIn, photos_needed
from backend.demo.history import happenings_of
from backend.demo.joining import Joining, joinings
from backend.demo.painter import Thing
from backend.demo.people import Person, make_people
from backend.demo.stories import Story, stories

SEED = 20181053  # 鲁政办〔2018〕53号


@dataclass(frozen=True)
class Plot:
    """`things`: what has to be painted for it, each once, in the order in which it is needed."""

    told: tuple[Story, ...]
    people: list[Person]
    happenings: list[Happening]
    neighbours: list[Joining]
    evidence: list[HandedIn]
    things: list[Thing]


def plotted(citizens: int, now: datetime) -> Plot:
    """The plot of a county of so many people, always the same for one day."""
    today = clock.local_date(now)
    random = Random(SEED)  # noqa: S311 (made-up people, always the same)
    told = (*stories(today), *bystanders(today))
    people = make_people(random, citizens - len(told), today, [story.person for story in told])
    happenings = [*happenings_of(random, people, today), *(each for story in told for each in story.happenings)]
    neighbours = list(joinings(random, people, today))
    evidence = [
        *evidence_of_stories(today),
        *evidence_of_neighbours(Random(SEED), neighbours, citizens, now),  # noqa: S311 (as above)
    ]
    needed = sorted([*photos_needed(evidence), *things_needed(today)], key=lambda each: each[0])
    return Plot(told, people, happenings, neighbours, evidence, list(dict.fromkeys(thing for _, thing in needed)))
