"""Whether a row may become a record: what a file's own cells cannot say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from backend.chain import canonical
from backend.records.checking import Checked, Checker, Refused, content_digest
from backend.records.columns import FiledRow
from backend.records.items import load_index
from backend.records.measures import Measure
from backend.secrets import Vault
from tests import factories
from tests.factories import CITIZEN, HONEST_SHOP, NEIGHBOUR, PENALTY, PUPIL, VAULT, Person
from tests.records.county import MARKET, MINOR_PENALTY, WELFARE, publish

ClockAt = Callable[[str], AbstractContextManager[None]]
TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def county(database: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        await publish()
        await factories.register()


def a_row(person: Person = CITIZEN, item: str = PENALTY, **changes: object) -> FiledRow:
    """A final penalty of this month, well formed."""
    day = date(2026, 11, 2)
    row = FiledRow(
        2, person.name, person.number, item, "鲁罚1号", day, day, day, "信用中国", None, "事由", None, None
    )  # fmt: skip
    return msgspec.structs.replace(row, **changes)


async def verdict(*rows: FiledRow, department: str = MARKET) -> list[list[str]]:
    """The codes of each row's faults; none for one that passes."""
    checker = Checker(VAULT, await load_index(), department, TODAY)
    return [
        [fault.code for fault in each.faults] if isinstance(each, Refused) else [] for each in await checker.check(rows)
    ]


async def test_rows_come_back_in_their_order_each_with_its_own_verdict(county: None) -> None:
    rows = [a_row(), a_row(name="鲁大明"), a_row(NEIGHBOUR), a_row(item="NO-SUCH")]
    assert await verdict(*rows) == [[], ["person_unknown"], [], ["unknown_item"]]


async def test_no_rows_no_verdicts(county: None) -> None:
    assert await verdict() == []


async def test_nobody_files_about_herself(county: None) -> None:
    herself = VAULT.digest(NEIGHBOUR.number, "citizen.number")
    checker = Checker(VAULT, await load_index(), MARKET, TODAY, herself)
    good, own = await checker.check([a_row(item=HONEST_SHOP), a_row(NEIGHBOUR, HONEST_SHOP)])
    assert isinstance(good, Checked)
    assert isinstance(own, Refused)
    assert [fault.code for fault in own.faults] == ["own_record"]


async def test_a_department_files_what_the_catalogue_allows_it(county: None) -> None:
    rows = [a_row(), a_row(item=HONEST_SHOP)]
    assert await verdict(*rows, department=WELFARE) == [["department_not_allowed"], []]
    assert await verdict(*rows, department="GAJ") == [["department_not_allowed"], ["department_not_allowed"]]


@pytest.mark.parametrize(
    ("final", "codes"),
    [(None, ["not_final"]), (date(2026, 11, 24), ["not_final"]), (TODAY, []), (date(2026, 11, 3), [])],
)
async def test_a_penalty_is_final_or_it_is_none(county: None, final: date | None, codes: list[str]) -> None:
    """河南省社会信用条例 art. 20."""
    assert await verdict(a_row(finality_date=final)) == [codes]


async def test_an_honour_is_never_not_yet_final(county: None) -> None:
    assert await verdict(a_row(item=HONEST_SHOP, finality_date=None)) == [[]]


@pytest.mark.parametrize(
    ("item", "document", "codes"),
    [
        (PENALTY, date(2025, 11, 24), []),
        (PENALTY, date(2025, 11, 23), ["term_over"]),
        (MINOR_PENALTY, date(2026, 8, 24), []),
        (MINOR_PENALTY, date(2026, 8, 23), ["term_over"]),
        (HONEST_SHOP, date(2024, 1, 2), []),
    ],
)
async def test_a_penalty_past_its_term_is_refused(county: None, item: str, document: date, codes: list[str]) -> None:
    """Charter 7: a county that files late does not make a record last longer."""
    assert await verdict(a_row(item=item, document_date=document, conduct_end=document, finality_date=document)) == [
        codes
    ]


@pytest.mark.parametrize(
    ("conduct", "codes"),
    [
        (date(2026, 8, 14), ["conduct_under_eighteen"]),
        (date(2026, 8, 15), ["conduct_under_eighteen"]),  # the birthday itself: 法释〔2006〕1号 art. 2
        (date(2026, 8, 16), []),
    ],
)
async def test_no_penalty_of_conduct_under_eighteen(county: None, conduct: date, codes: list[str]) -> None:
    assert await verdict(a_row(PUPIL, conduct_end=conduct)) == [codes]


async def test_what_a_minor_did_well_is_kept(county: None) -> None:
    assert await verdict(a_row(PUPIL, HONEST_SHOP, conduct_end=date(2025, 1, 1))) == [[]]


async def test_a_checked_row_knows_item_lapse_and_key(county: None) -> None:
    checker = Checker(VAULT, await load_index(), MARKET, TODAY)
    (checked,) = await checker.check([a_row()])
    assert isinstance(checked, Checked)
    assert (checked.item.said.code, checked.item.version, checked.lapses_on) == (PENALTY, "2026.2", date(2027, 11, 2))
    assert checked.key == (VAULT.digest(CITIZEN.number, "citizen.number"), "鲁罚1号", PENALTY)


async def test_a_lapse_on_a_day_that_the_month_lacks_is_its_last_day(county: None) -> None:
    checker = Checker(VAULT, await load_index(), MARKET, date(2026, 12, 1))
    day = date(2026, 11, 30)
    (checked,) = await checker.check([a_row(item=MINOR_PENALTY, document_date=day, conduct_end=day, finality_date=day)])
    assert isinstance(checked, Checked)
    assert checked.lapses_on == date(2027, 2, 28)


def test_the_content_of_a_row_is_all_that_it_says_but_its_place(database_url: str) -> None:
    row = a_row()
    same = content_digest(VAULT, row)
    assert content_digest(VAULT, msgspec.structs.replace(row, row_number=9)) == same
    other = {
        "name": "鲁大明",
        "identity_number": NEIGHBOUR.number,
        "item_code": HONEST_SHOP,
        "document_number": "鲁罚2号",
        "document_date": TODAY,
        "conduct_end": TODAY,
        "finality_date": None,
        "publication_place": "",
        "quantity": 10,
        "summary": "另一个事由",
        "occupation": "导游",
        "capacity": "person_in_charge",
        "measures": (Measure("QG-03", "县人民法院", TODAY, "履行完毕后解除。"),),
    }
    assert set(other) == set(FiledRow.__struct_fields__) - {"row_number"}
    for column, value in other.items():
        assert content_digest(VAULT, msgspec.structs.replace(row, **{column: value})) != same, column


def test_a_row_without_measures_is_what_it_was_before_there_were_any(database_url: str) -> None:
    assert "measures" not in canonical(a_row()), "a file sent again is known by its content"


@pytest.mark.parametrize(
    ("item", "code", "faults"),
    [
        (PENALTY, "QG-03", []),
        (PENALTY, "XZ-99", ["measure_unknown"]),
        (HONEST_SHOP, "QG-03", ["measures_not_here"]),
    ],
)
async def test_only_a_negative_record_carries_measures_and_only_listed_ones(
    county: None, item: str, code: str, faults: list[str]
) -> None:
    measure = Measure(code, "县人民法院", date(2027, 1, 31), "履行完毕后解除。")
    assert await verdict(a_row(item=item, measures=(measure,))) == [faults]


def test_nobody_without_the_key_can_guess_a_content(database_url: str) -> None:
    other: Vault = replace(VAULT, digest_key=b"\x01" * 32)
    assert content_digest(other, a_row()) != content_digest(VAULT, a_row())
