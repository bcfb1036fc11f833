"""Whether a well-formed row may become a record (charter 1, 7, 9; 河南省社会信用条例 art. 11, 13, 20)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import msgspec

from backend.chain import canonical
from backend.citizens.identity_number import carries_number
from backend.database.bulk import select_among
from backend.records.columns import FiledRow
from backend.records.items import Item, ItemIndex
from backend.records.measures import MEASURES, Measure, measure_unknown
from backend.secrets import Vault
from backend.spreadsheets import CellFault
from backend.workdays import months_after


@dataclass(frozen=True)
class Checked:
    """A row that may become a record, with what its checks found."""

    row: FiledRow
    item: Item
    number_digest: str
    content_digest: str
    lapses_on: date

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two rows of one department the same record: citizen, document, item."""
        return self.number_digest, self.row.document_number, self.row.item_code


@dataclass(frozen=True)
class Refused:
    """A row that may not, with every reason."""

    row: FiledRow
    faults: tuple[CellFault, ...]


class Looked(NamedTuple):
    """A row on its own: whom it names, as digests, and the verdict but for whether they are in the register."""

    number_digest: str
    name_digest: str
    verdict: Checked | Refused


class Known(NamedTuple):
    """What a record that is amended says already, which is not refused anew: its measures, and when it lapses."""

    measures: tuple[Measure, ...] = ()
    lapses_on: date | None = None


class Checker:
    """Checks rows of one department on one day. `filer` is the digest of who files them, herself as a citizen."""

    def __init__(
        self,
        vault: Vault,
        index: ItemIndex,
        department_code: str,
        today: date,
        filer: str | None = None,
        known: Known | None = None,
    ) -> None:
        self._filer = filer
        self._known = known or Known()
        self._vault = vault
        self._index = index
        self._department_code = department_code
        self._today = today

    async def check(self, rows: Sequence[FiledRow]) -> list[Checked | Refused]:
        """Each row with its verdict, in the same order; one query for all of them."""
        return await self.match(self.look(rows))

    def look(self, rows: Iterable[FiledRow]) -> list[Looked]:
        """What the rows say by themselves, before the register is asked; a thread may do it ahead of the database."""
        looked = []
        for row in rows:
            digest = self._vault.digest(row.identity_number, "citizen.number")
            name_digest = self._vault.digest(row.name, "citizen.name")
            looked.append(Looked(digest, name_digest, self.check_content(row, digest)))
        return looked

    async def match(self, rows: Sequence[Looked]) -> list[Checked | Refused]:
        """Each row with its verdict once the register has been asked: one query for all of them."""
        query = "SELECT number_digest, name_digest FROM register_person WHERE number_digest {1}"
        found = await select_among(query, (str, str), {row.number_digest for row in rows})
        names = {row[0]: row[1] for row in found}
        return [self._matched(row, names.get(row.number_digest)) for row in rows]

    def _matched(self, looked: Looked, registered_name: str | None) -> Checked | Refused:
        faults = tuple(self._person_faults(looked, registered_name))
        if not faults:
            return looked.verdict
        others = looked.verdict.faults if isinstance(looked.verdict, Refused) else ()
        return Refused(looked.verdict.row, (*faults, *others))

    def check_content(self, row: FiledRow, number_digest: str) -> Checked | Refused:
        """The verdict on a row about a citizen who has the record already: the register is not asked again."""
        item = self._index.in_force(row.item_code, row.conduct_end)
        faults = list(_number_inside(row))
        if item is None:
            faults.append(
                CellFault("item_code", "unknown_item", "行为结束之日施行的目录里没有这个事项，请核对事项代码。")
            )
            return Refused(row, tuple(faults))
        lapses_on = months_after(row.document_date, item.said.term_months)
        faults += self._item_faults(row, item)
        if item.negative:
            faults += self._negative_faults(row, lapses_on)
        if faults:
            return Refused(row, tuple(faults))
        return Checked(row, item, number_digest, content_digest(self._vault, row), lapses_on)

    def _person_faults(self, looked: Looked, registered_name: str | None) -> Iterator[CellFault]:
        if registered_name is None or registered_name != looked.name_digest:
            # One answer for both, so that a file cannot be used to find out who lives here.
            yield CellFault("identity_number", "person_unknown", "姓名和身份证号与县人口登记不符，请核对。")
        if looked.number_digest == self._filer:
            yield CellFault("identity_number", "own_record", "不能报送自己的记录，请由本部门同事报送。")

    def _item_faults(self, row: FiledRow, item: Item) -> Iterator[CellFault]:
        if self._department_code not in item.said.departments:
            yield CellFault("item_code", "department_not_allowed", "目录没有授权本部门报送这个事项。")
        if item.said.rate is not None and row.quantity is None:
            yield CellFault("quantity", "quantity_missing", "这个事项按数量计分，请填写数量。")
        if row.measures and not item.negative:
            yield CellFault("measures", "measures_not_here", "守信事项没有措施，请清空这一格。")
        if any(each.code not in MEASURES and each not in self._known.measures for each in row.measures):
            yield CellFault("measures", "measure_unknown", measure_unknown().detail)

    def _negative_faults(self, row: FiledRow, lapses_on: date) -> Iterator[CellFault]:
        if row.finality_date is None or row.finality_date > self._today:
            yield CellFault(
                "finality_date",
                "not_final",
                "决定还没有最终生效（复议和诉讼期限未满，或未填写生效日期），不能报送。依据：河南省社会信用条例第二十条。",
            )
        # On the birthday itself too: courts count a full age from the day after it (法释〔2006〕1号 art. 2).
        if row.conduct_end <= row.identity.adult_on:
            yield CellFault("conduct_end", "conduct_under_eighteen", "行为发生时未满十八周岁，不得报送。")
        if lapses_on <= self._today and lapses_on != self._known.lapses_on:
            yield CellFault("document_date", "term_over", "从文书日期起已超过这个事项的期限，不能再报送。")


def _number_inside(row: FiledRow) -> Iterator[CellFault]:
    """These cells are stored as they stand, so that they can be searched; a number must not be (charter 10)."""
    cells = {"document_number": row.document_number, "publication_place": row.publication_place}
    for column, text in {**cells, "occupation": row.occupation or ""}.items():
        if carries_number(text, date(row.document_date.year - 5, 1, 1)):
            yield CellFault(column, "number_inside", "这一格里不能写身份证号或手机号，请删去后重新上传。")


def content_digest(vault: Vault, row: FiledRow) -> str:
    """A keyed digest of everything that a row says, but for where it stood in its file."""
    return vault.digest(canonical(msgspec.structs.replace(row, row_number=0)), "record.content")
