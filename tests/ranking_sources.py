"""What in a module's source sorts or finds people by how they stand: in SQL, in the ORM, and in Python itself."""

import ast
import re
from collections.abc import Iterator, Mapping

# The columns that say how well somebody stands, and those that say nothing of it.
STANDING = {"points", "level", "levels", "parts", "at_least", "base"}
IDS = {"id", "pk", "citizen_id", "enrolment_id", "sequence"}
TABLES = {"Score", "PointEntry"}

ASKING_CALLS = {
    *("filter", "exclude", "get", "get_or_none", "get_or_create", "exists", "Q", "When"),
    *("annotate", "aggregate", "group_by", "order_by"),
}
RECKONING = {"Sum", "Max", "Min", "Avg", "Count", "F", "Subquery", "RawSQL", "Case"}
SORTING = {
    *("sorted", "sort", "max", "min", "groupby", "most_common"),
    *("nlargest", "nsmallest", "heapify", "heappush", "heappop", "heapreplace", "merge"),
    *("insort", "insort_left", "insort_right", "bisect", "bisect_left", "bisect_right"),
}
STANDS = re.compile(r"\b(points|scores?|at_least|level_of|levels?)\b")
COMPARED = re.compile(r"\.points\b|\['points'\]|\blevel_of\b|\bat_least\b")

SQL = re.compile(r"\b(SELECT|UPDATE|DELETE|FROM|JOIN|WHERE|HAVING|GROUP\s+BY|ORDER\s+BY)\b", re.IGNORECASE)
OF_POINTS = re.compile(
    r"(\b(FROM|JOIN|UPDATE|INTO|ONLY)\s|,)\s*\"?(score|point_entry)\b|\b(score|point_entry)\"?\.", re.IGNORECASE
)
TAIL = re.compile(r"\b(WHERE|ON|USING|GROUP\s+BY|HAVING|ORDER\s+BY|OVER|LIMIT)\b.*", re.IGNORECASE | re.DOTALL)
BOUND = re.compile(r"\b(WHERE|ON|AND)\b[^;]*?\b(citizen_id|enrolment_id)\"?\s*(=|IN\b|\{\d\})", re.IGNORECASE)
ORDERED = re.compile(r"\bORDER\s+BY\b(.*?)(?=\bLIMIT\b|\bFOR\b|\bOFFSET\b|\)|$)", re.IGNORECASE | re.DOTALL)
RECKONED = re.compile(
    r"\b(DENSE_RANK|RANK|ROW_NUMBER|NTILE|PERCENT_RANK|CUME_DIST|MAX|MIN|SUM|AVG|COUNT)\s*\(|\bGROUP\s+BY\b",
    re.IGNORECASE,
)
RENAMED = re.compile(r"\b(?:points|parts|base|at_least)\"?\s+AS\s+\"?(\w+)", re.IGNORECASE)
GAP = " ? "  # what is decided only when it runs


def found(module: ast.Module, *, over_everybody: bool = False) -> list[str]:
    """Everything that sorts or finds by points or levels; with `over_everybody` a statement need not name whose."""
    said = [text for text in texts(module) if _ranks(text, over_everybody)]
    return [*said, *_asking(module), *_sorting(module), *_picking(module)]


def calls(module: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last word of what is called."""
    for each in ast.walk(module):
        if isinstance(each, ast.Call):
            yield (each.func.attr if isinstance(each.func, ast.Attribute) else ast.unparse(each.func)), each


def texts(module: ast.Module) -> Iterator[str]:
    """The texts of a module, put together as far as they stand in it; without docstrings."""
    constants = {
        target.id: each.value
        for each in module.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }

    def walk(each: ast.AST) -> Iterator[str]:
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
            return
        if isinstance(each, ast.Constant | ast.JoinedStr | ast.BinOp) and (text := _text(each, constants)) != GAP:
            yield text
            return
        for part in ast.iter_child_nodes(each):
            yield from walk(part)

    return walk(module)


def _text(each: ast.AST, constants: Mapping[str, ast.expr]) -> str:
    match each:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_text(part, constants) for part in values)
        case ast.FormattedValue(value=value):
            return _text(value, constants)
        case ast.Name(id=name) if name in constants:
            return _text(constants[name], {other: it for other, it in constants.items() if other != name})
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            both = _text(left, constants), _text(right, constants)
            return GAP if both == (GAP, GAP) else "".join(both)
        case ast.BinOp(op=ast.Mod(), left=left):
            return _text(left, constants)
    return GAP


def _ranks(text: str, over_everybody: bool) -> bool:
    """Whether it is a statement on points that does not say whose, or does more than pick rows by ids."""
    if not (SQL.search(text) and OF_POINTS.search(text)):
        return False
    tail = TAIL.search(text)
    standing = STANDING | set(RENAMED.findall(text))
    ordered = {word.rpartition(".")[2].strip('"') for each in ORDERED.findall(text) for word in _columns(each)}
    return (
        not (over_everybody or BOUND.search(text))
        or bool(ordered - IDS)
        or bool(tail and standing & set(re.findall(r"\w+", tail[0])))
        or bool(RECKONED.search(text))
    )


def _columns(ordering: str) -> Iterator[str]:
    for each in ordering.split(","):
        yield re.sub(r"\s+(ASC|DESC)\b.*", "", each.strip(), flags=re.IGNORECASE | re.DOTALL)


def _asking(module: ast.Module) -> Iterator[str]:
    """A query that asks for such a column or reckons with it, or whose words are decided only when it runs."""
    for called, call in calls(module):
        if called in ASKING_CALLS | RECKONING and (_names_standing(called, call) or _open(called, call)):
            yield ast.unparse(call)


def _names_standing(called: str, call: ast.Call) -> bool:
    words = {each.arg or "" for each in call.keywords}
    if called != "get":  # a dictionary is asked for a word, too
        inside = [*call.args, *(each.value for each in call.keywords if each.arg is None)]
        words |= {word.value for each in inside for word in ast.walk(each) if _is_text(word)}
    return any(STANDING & set(word.lstrip("-").split("__")) for word in words)


def _open(called: str, call: ast.Call) -> bool:
    starred = any(each.arg is None and not _is_literal(each.value) for each in call.keywords)
    if called != "order_by":
        return starred
    of_points = ast.unparse(call).partition(".")[0] in TABLES
    return any(not _is_text(each) or (of_points and each.value.lstrip("-") not in IDS) for each in call.args)


def _is_text(each: ast.AST) -> bool:
    return isinstance(each, ast.Constant) and isinstance(each.value, str)


def _is_literal(each: ast.AST) -> bool:
    return isinstance(each, ast.Dict) and all(key is not None and _is_text(key) for key in each.keys)


def _sorting(module: ast.Module) -> Iterator[str]:
    """Python's own sorting of what mentions points, itself or in a function of the module that it calls."""
    bodies = {each.name: ast.unparse(each) for each in ast.walk(module) if isinstance(each, ast.FunctionDef)}
    for called, call in calls(module):
        said = ast.unparse(call)
        known = [bodies[each] for each in re.findall(r"\w+", said) if each in bodies]
        if called in SORTING and (STANDS.search(said) or any(COMPARED.search(body) for body in known)):
            yield said


def _picking(module: ast.Module) -> Iterator[str]:
    """Those of many who have so many points."""
    for each in ast.walk(module):
        if isinstance(each, ast.comprehension):
            for asked in each.ifs:
                if isinstance(asked, ast.Compare) and COMPARED.search(ast.unparse(asked)):
                    yield ast.unparse(asked)
