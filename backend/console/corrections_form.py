"""The form of a corrected record: its fields filled from what stands, and read back through the file's own columns."""

from collections.abc import Mapping
from datetime import date

from backend.errors import DomainError, FieldError, Invalid
from backend.pages import typed
from backend.records.cells import CAPACITIES, read_date
from backend.records.columns import TITLES
from backend.records.content_cells import ELSEWHERE, read_content
from backend.records.measures import MOST, Measure
from backend.records.record_versions import RecordContent
from backend.spreadsheets import CellFault
from backend.spreadsheets.cells import clean

MEASURE_ROWS = tuple(f"measure-{number}" for number in range(1, MOST + 1))
_PARTS = ("code", "authority", "until", "way_out")
_SHOWN = {*(TITLES.keys() - ELSEWHERE), "measures", *MEASURE_ROWS, "reason", "words", "sure"}


def to_correct(faults: list[CellFault]) -> Invalid:
    fields = [FieldError(each.column, each.code, each.detail) for each in faults]
    return Invalid("record_fields", "有几处要改，请看标出的地方。还没有保存。", fields=fields)


def measure_incomplete(row: str) -> CellFault:
    detail = "措施、决定机关、截止日期和怎样解除都要填；不再有这项措施的，请勾选“删去这一项”。"
    return CellFault(row, "measure_incomplete", detail)


def filled(content: RecordContent) -> dict[str, str]:
    """The form's fields as the record stands."""
    words = {code: word for word, code in CAPACITIES.items()}
    values = {
        "item_code": content.item_code,
        "document_number": content.document_number,
        "document_date": f"{content.document_date}",
        "conduct_end": f"{content.conduct_end}",
        "finality_date": f"{content.finality_date or ''}",
        "publication_place": content.publication_place,
        "quantity": "" if content.quantity is None else f"{content.quantity / 10:.10g}",
        "summary": content.summary,
        "occupation": content.occupation or "",
        "capacity": words.get(content.capacity or "", ""),
    }
    for row, measure in zip(MEASURE_ROWS, content.measures, strict=False):
        values |= {f"{row}-{part}": f"{getattr(measure, part)}" for part in _PARTS}
    return values


def read(form: Mapping[str, str], today: date) -> RecordContent:
    """What was typed, each field as a file's cell is read. Raises Invalid with every fault by its field."""
    measures = (_measure(form, row) for row in MEASURE_ROWS)
    content = read_content(form, [each for each in measures if each is not None], today)
    if isinstance(content, RecordContent):
        return content
    raise to_correct(content)


def version(form: Mapping[str, str]) -> int:
    """The version that the form was filled from; 0, which no record has, when it does not say."""
    return typed.whole_number(form.get("from_version", ""), 8) or 0


def moved(fault: DomainError | None) -> bool:
    """Whether the record changed under her hands: what she typed was about another version, so it is not kept."""
    return fault is not None and fault.code == "record_changed"


def beside(fault: DomainError | None) -> dict[str, str]:
    """What is said beside a field, by the field."""
    return {each.field: each.detail for each in fault.fields} if fault else {}


def above(fault: DomainError | None) -> DomainError | None:
    """The refusal as it stands above the page: without what is said beside a field already."""
    if fault is None:
        return None
    fields = [each for each in fault.fields if each.field not in _SHOWN]
    return type(fault)(fault.code, fault.detail, fields=fields)


def _measure(form: Mapping[str, str], row: str) -> Measure | CellFault | None:
    code, authority, until, way_out = (clean(form.get(f"{row}-{part}", "")) for part in _PARTS)
    if f"{row}-gone" in form or not (code or authority or until or way_out):
        return None
    if not (code and authority and until and way_out):
        return measure_incomplete(row)
    try:
        return Measure(code, authority, read_date(until), way_out)
    except Invalid as fault:
        return CellFault(row, fault.code, fault.detail)
