"""Charter 4: nobody is ranked. No statement, route or page sorts, finds or lists citizens by their points or level.

It reads all our source, so that it also holds for what is written tomorrow; each finder is shown to find.
"""

import ast
import re
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from backend.citizens.models import Citizen
from backend.console.all_desks import DESKS
from backend.demo.wechat_stand_in import StandIn
from backend.department_api.records import routes as department_routes
from backend.points.models import Enrolment, PointEntry, Score
from backend.settings import ROOT, Settings
from miniprogram_api.all_routes import ALL_ROUTES
from miniprogram_api.surface.operation import Query
from tests.answers import faults
from tests.charter_sources import our_code, sees_points
from tests.ranking_sources import STANDING, calls, found
from tests.running_app import running_app
from tests.test_architecture import name, python_files, tree

ASKING = re.compile(r"(?<![a-z])(points?|levels?|scores?|ranks?|ranking|sort|order|order_by|top|leaderboard)(?![a-z])")

# Sorted or compared, but no people: whose each thing is, and what it must say.
NOT_PEOPLE = {
    "backend/content/pasted_order.py": ("levels of headings in one text", r"^sorted\(\{level for block"),
    "backend/demo/pages/drawing.py": ("one citizen's own line and bars", r"^(min|max)\("),
    "backend/demo/pages/points.py": ("one citizen's own points", r"^min\(score\.base, score\.points\)$"),
    "backend/points/gains.py": ("units of one supposed deed", r"^bisect_left\(units\b"),
    "backend/points/posting.py": ("one citizen's facts, by their days", r"^sorted\(_moved\(by_key\b"),
    "backend/points/levels.py": ("levels of a catalogue, lowest first", r"Level\.filter\(catalogue_version"),
    "backend/records/catalogue_linter.py": ("levels of a catalogue", r"^each\.at_least is not None$"),
    "backend/records/catalogue_versions.py": ("levels of a catalogue, lowest first", r"^sorted\(levels\b"),
}
# Statements over everybody's points, in the order of ids.
OVER_EVERYBODY = {"backend/points/verification.py": "recomputes every chain"}

RANKINGS = [
    "Score.all().order_by('-points')",
    "Citizen.all().order_by('score__points', 'id')",
    "Score.all().order_by(column)",
    "Score.all().order_by(*columns)",
    "Score.all().order_by('head').values('points')",
    "Score.filter(entry_count__gt=3).order_by('-entry_count')",
    "Score.filter(points__gte=1060)",
    "Score.filter(**{'points__gte': 5})",
    "Score.filter(**asked)",
    "Score.filter(Q(**{'points__gte': 5}))",
    "Citizen.filter(score__points__lt=1000).exists()",
    "Enrolment.filter(Q(score__points=5))",
    "Score.annotate(level=Max('x'))",
    "Score.annotate(x=F('points')).order_by('-x')",
    "PointEntry.annotate(total=Sum('points')).group_by('enrolment_id').order_by('-total')",
    "PointEntry.all().aggregate(Sum('points'))",
    "sorted(scores, key=lambda each: -each.points)",
    "sorted((s.points, s.citizen_id) for s in scores)",
    "sorted(scores, key=attrgetter('points'))",
    "sorted(scores, key=lambda each: standing_of(each))",
    "scores.sort(key=best)",
    "scores.sort(key=lambda each: each['points'])",
    "def _best(each):\n    return each.score.points\nheapq.nlargest(10, people, key=_best)",
    "heapq.nlargest(10, [(s.points, s.id) for s in people])",
    "bisect.insort(best, s.points)",
    "Counter({s.citizen_id: s.points for s in x}).most_common(10)",
    "[s for s in people if s.points > 1060]",
    "run('SELECT citizen_id FROM score ORDER BY points DESC LIMIT 10')",
    "run('select citizen_id from score order by points desc limit 10')",
    "run('SELECT points, citizen_id FROM score ORDER BY 1 DESC')",
    "run('SELECT citizen_id FROM score ' + 'ORDER BY ' + column)",
    "run(f'SELECT {columns} FROM score ORDER BY score.points')",
    "_ALL = 'SELECT citizen_id FROM score'\nrun(f'{_ALL} WHERE citizen_id = $1 ORDER BY {column}')",
    "run('SELECT citizen_id FROM score WHERE points > $1')",
    "run('SELECT citizen_id FROM score WHERE $1 < points')",
    "run('SELECT citizen_id FROM score WHERE citizen_id = $1 AND points - 1000 > 50')",
    "run('SELECT citizen_id FROM score ORDER BY coalesce(a, b), points')",
    "run('SELECT s.citizen_id, s.points AS p FROM score s ORDER BY p')",
    "run('SELECT s.points AS p FROM score s JOIN enrolment e ON e.id = s.enrolment_id AND p > 5')",
    "run('SELECT citizen_id FROM score s JOIN level l ON s.points BETWEEN 1 AND 2')",
    "run('SELECT count(*) FROM score a JOIN score b ON a.points < b.points')",
    "run('SELECT citizen_id FROM score GROUP BY points')",
    "run('SELECT enrolment_id, sum(points) FROM point_entry WHERE enrolment_id = $1')",
    "run('SELECT max(points) FROM score')",
    "run('SELECT rank() OVER (w) FROM score')",
    "run('SELECT citizen_id, points FROM score LIMIT 10')",
    "run('SELECT c.id FROM citizen c, score s WHERE s.points > 5')",
]


@pytest.mark.parametrize("source", RANKINGS)
def test_whatever_would_rank_is_found(source: str) -> None:
    assert found(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "Score.filter(next_change_on__lte=today).order_by('citizen_id')",
        "PointEntry.create(points=5)",
        "Score.filter(citizen_id=mine).update(points=5)",
        "run('SELECT points FROM score WHERE citizen_id = $1 ORDER BY citizen_id')",
        "run('UPDATE score SET points = $1 WHERE citizen_id = $2')",
        "run('SELECT fact FROM point_entry WHERE enrolment_id {1} ORDER BY enrolment_id, sequence')",
        "PointEntry.filter(enrolment_id=hers).order_by('-sequence')",
        "sorted(facts, key=lambda each: each.day)",
        "'the score does not end where its entries do'",
    ],
)
def test_what_ranks_nobody_is_not(source: str) -> None:
    assert found(ast.parse(source)) == []


def test_no_code_sorts_or_finds_anybody_by_points_or_level() -> None:
    ranking = {}
    for path in [*our_code(), *python_files("media")]:
        if said := found(tree(path), over_everybody=name(path) in OVER_EVERYBODY):
            ranking[name(path)] = said
    assert ranking.keys() - NOT_PEOPLE.keys() == set(), ranking
    assert NOT_PEOPLE.keys() - ranking.keys() == set(), "no longer needed"
    for path, said in ranking.items():
        assert all(re.search(NOT_PEOPLE[path][1], each) for each in said), said


def test_no_table_is_ordered_or_indexed_by_points() -> None:
    for model in (Score, PointEntry, Enrolment, Citizen):
        columns = {column for index in model._meta.indexes for column in getattr(index, "fields", index)}
        columns |= {column.lstrip("-") for column, _ in model._meta.ordering}
        assert not STANDING & columns, model.__name__


def test_no_route_is_named_or_asked_by_points_or_order() -> None:
    asked: dict[str, set[str]] = {}
    for routes in ALL_ROUTES:
        for each in routes.operations:
            query = each.argument_of(Query)
            asked[each.id] = set(query[1].__struct_fields__) if query else set()
            asked[each.id] |= set(re.findall(r"<(\w+)", each.path))
    for operation in department_routes.operations:
        asked[operation.id] = set(re.findall(r"<(\w+)", operation.path)) | {operation.path}
    for desk in DESKS:
        for route in desk.routes:
            asked[route.path] = {route.path}
    assert {place: names for place, names in asked.items() if any(map(ASKING.search, names))} == {}


def test_no_page_asks_for_an_order_or_for_points() -> None:
    """What a page reads of its address or form stands in its code as a word."""
    words = {}
    for path in python_files("backend/console", "backend/windows", "backend/department_api"):
        for called, call in calls(tree(path)):
            if called in {"asked", "chosen", "get", "getlist"} and call.args and isinstance(call.args[0], ast.Constant):
                words[str(call.args[0].value)] = name(path)
    assert {"before", "done"} <= words.keys(), "it reads what pages ask for"
    assert {word: path for word, path in words.items() if ASKING.search(word)} == {}


def test_no_desk_window_or_department_sees_anybodys_points() -> None:
    for path in python_files("backend/console", "backend/windows", "backend/department_api"):
        assert not sees_points(tree(path)), name(path)
    shown = re.compile(r"\{[{%][^}]*\b(score|points|level_of)\b[^}]*\}")
    pages = [*ROOT.glob("backend/console/templates/*.html"), *ROOT.glob("backend/windows/templates/*.html")]
    assert len(pages) > 20
    assert [name(page) for page in pages if shown.search(page.read_text("utf-8"))] == []


def test_points_are_answered_to_the_citizen_herself_only() -> None:
    """Without the catalogue's own figures, whatever carries points belongs to who asks, and names no second person."""
    carrying = []
    for routes in ALL_ROUTES:
        for each in routes.operations:
            if each.answer is None or not {"points", "level"} & fields_of(each.answer):
                continue
            carrying.append(each.id)
            if each.public:
                assert routes.tag.startswith("目录"), f"{each.id} shows points to everybody"
            assert not {"citizen", "citizen_id", "person", "people", "name"} & fields_of(each.answer, personal=True)
    assert {"show_score", "list_entries", "show_entry"} <= set(carrying)
    for operation in department_routes.operations:
        assert not STANDING & fields_of(operation.answer), operation.id


def fields_of(kind: Any, *, personal: bool = False) -> set[str]:
    """The names of everything in an answer; with `personal`, without what is said of offices, levels and items."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if personal and re.search(r"Level|Item|Office|Catalogue|Rule|Version", kind.__name__):
            return set()
        hints: dict[str, Any] = get_type_hints(kind)
        return set(hints).union(*(fields_of(each, personal=personal) for each in hints.values()))
    return set().union(*(fields_of(each, personal=personal) for each in get_args(kind)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_asks_for_an_order_all_the_same_is_refused(
    settings: Settings, wechat_stand_in: StandIn, one_window: None
) -> None:
    async with running_app(settings, wechat_stand_in) as app:
        phone = await app.enrolled()
        for routes in ALL_ROUTES:
            for each in routes.operations:
                if each.method == "GET" and "<" not in each.path:
                    for asked in ("sort", "order", "points", "level"):
                        for how in (f"{asked}=points", f"{asked}=", asked):
                            answer = await phone.get(f"{each.path}?{how}")
                            assert faults(answer)[asked] == "unknown_field", f"{each.id}?{how}"
        assert faults(await phone.get("/entries?limit=")) == {"limit": "wrong_type"}, "nothing is no number"
