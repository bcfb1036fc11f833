"""How records, their versions and what may be chosen for them are worded at the corrections desk."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from backend.console.corrections_form import MEASURE_ROWS
from backend.errors import Unavailable
from backend.pages import typed
from backend.pages.formats import say_moment
from backend.records.cells import CAPACITIES, OCCUPATIONS
from backend.records.columns import TITLES
from backend.records.correction_reasons import MOST_WORDS, OTHER, REASONS, sentence_of
from backend.records.correction_views import Opened
from backend.records.items import items_by_id, items_of, version_in_force
from backend.records.measures import LISTS, MEASURES, named
from backend.records.record_versions import LIVE, WITHDRAWN, Version, said_of

# What a state is called, and how its badge looks.
STATES = {LIVE: ("在用", "good"), WITHDRAWN: ("已撤回", "bad")}


_OTHER = "其他原因，见说明。"  # an officer, unlike the citizen, reads it beside the words


class Cell(NamedTuple):
    """One field of one version; `changed`: the version before said something else."""

    text: str
    changed: bool


class Side(NamedTuple):
    """One version as a column: which one it is, since when it stands, and why it was made."""

    title: str
    since: str
    why: str


class Beside(NamedTuple):
    """Versions beside one another, the newest first: of each field that ever changed, what each of them says."""

    sides: list[Side]
    rows: list[tuple[str, list[Cell]]]


async def worded(seen: Opened, values: Mapping[str, str]) -> dict[str, Any]:
    """What the page of a record says beside the record; `values` are those of its form."""
    negative = seen.item.negative
    return {
        "titles": TITLES,
        "states": STATES,
        "said": said_of(seen.content, {seen.item.said.code: seen.item.said.name}),
        "beside": await beside(seen.versions),
        "items": await item_choices(seen, values.get("conduct_end", "")),
        "occupations": occupation_choices(seen),
        "capacities": {word: word for word in CAPACITIES},
        "measures": measure_choices(seen),
        "measure_rows": MEASURE_ROWS,
        "with_measures": negative or any(name.startswith("measure-") for name in values),
        "reasons": {kind: reasons(sentences) for kind, sentences in REASONS.items()},
        "most_words": MOST_WORDS,
    }


def reasons(sentences: Mapping[str, str]) -> dict[str, str]:
    """The kept sentences to choose from; the one that says nothing by itself says where the reason is written."""
    return {**sentences, OTHER: _OTHER}


def reason_said(kind: str, reason: str) -> str:
    """A reason that a colleague chose."""
    return _OTHER if reason == OTHER else sentence_of(kind, reason)


async def beside(versions: Sequence[Version]) -> Beside | None:
    """The versions of a record, given the first one first, as a table; None where there is only one."""
    if len(versions) < 2:
        return None
    items = await items_by_id(version.item_id for version in versions)
    names = {item.said.code: item.said.name for item in items.values()}
    said = [said_of(version.content, names) for version in versions]
    rows = []
    for label in said[0]:
        texts = [each[label] for each in said]
        changed = [False, *(old != new for old, new in pairwise(texts))]
        if any(changed):
            rows.append((label, [Cell(*each) for each in zip(texts, changed, strict=True)][::-1]))
    return Beside([_side(version, versions[-1]) for version in versions][::-1], rows)


async def item_choices(seen: Opened, typed_day: str) -> dict[str, str]:
    """The items that its department may file, of the catalogue in force when the conduct ended, by code.

    The record's own item is among them in any case. `typed_day`: the end of the conduct as it stands in the form.
    """
    try:
        version = await version_in_force(typed.day(typed_day) or seen.content.conduct_end)
    except Unavailable:  # before the first catalogue; what is wrong with such a day is said beside its field
        version = await version_in_force(seen.content.conduct_end)
    own = seen.item.said
    items = [each.said for each in await items_of(version)]
    may = {each.code: each.name for each in items if seen.record.department_id in each.departments}
    return {code: f"{code} {name}" for code, name in sorted(({own.code: own.name} | may).items())}


def measure_choices(seen: Opened) -> dict[str, str]:
    """The listed measures by code, each with its list; and those of the record that left the list meanwhile."""
    gone = {each.code: named(each) for each in seen.measures if each.code not in MEASURES}
    return {code: f"{code} {each.name}（{LISTS[each.list].strip('《》')}）" for code, each in MEASURES.items()} | gone


def occupation_choices(seen: Opened) -> dict[str, str]:
    """The plan's occupations, and what an older record says: it is refused by its name, and never dropped unseen."""
    known = dict.fromkeys((*OCCUPATIONS, seen.content.occupation or ""))
    return {each: each for each in known if each}


def _side(version: Version, standing: Version) -> Side:
    title = f"第 {version.number} 版" + ("（现在）" if version is standing else "")
    return Side(title, say_moment(version.since), " ".join(filter(None, (version.reason, version.words))) or "首次报送")
