"""Whether a record may say what a correction asks for: the rules of filing, but for the register."""

from collections.abc import Sequence

from backend import clock
from backend.errors import FieldError, Invalid
from backend.records.checking import Checked, Checker, Known
from backend.records.columns import faults_between
from backend.records.items import load_index
from backend.records.measures import Measure, check_measures
from backend.records.models import CreditRecord
from backend.records.record_versions import RecordContent, filed_row
from backend.secrets import Vault
from backend.spreadsheets import CellFault


def record_invalid(faults: list[CellFault]) -> Invalid:
    fields = [FieldError(each.column, each.code, each.detail) for each in faults]
    return Invalid("record_invalid", "更正后的内容有几处不合规定，还没有保存，请逐条改正。", fields=fields)


async def checked_content(
    vault: Vault,
    record: CreditRecord,
    content: RecordContent,
    before: RecordContent,
    in_time: Sequence[Measure] = (),
) -> Checked:
    """The content through the rules of filing; whom the record is about was settled when it was filed.

    `before` is what stood: measures of it that ran out meanwhile, or left the list, may stay; and a record whose term
    is over may be put right while the term stays the same. `in_time` are measures that had not run out when they were
    asked for; that their code has left the list since is refused all the same. Raises Invalid with every fault.
    """
    today, citizen = clock.today(), record.citizen
    name = vault.decrypt(citizen.name_hidden, "citizen.name")
    row = filed_row(content, name, vault.decrypt(citizen.number_hidden, "citizen.number"))
    known = Known(before.measures, record.lapses_on)
    checker = Checker(vault, await load_index(), record.department_id, today, known=known)
    faults = list(faults_between(content.document_date, content.conduct_end, content.finality_date, today))
    try:
        check_measures(content.measures, today, known=(*before.measures, *in_time))
    except Invalid as fault:
        faults.append(CellFault("measures", fault.code, fault.detail))
    if content.document_date > today:  # a term is not reckoned from a day to come: the calendar ends with 9999
        raise record_invalid(faults)
    verdict = checker.check_content(row, citizen.number_digest)
    if isinstance(verdict, Checked) and not faults:
        return verdict
    refused = () if isinstance(verdict, Checked) else verdict.faults
    raise record_invalid(list(dict.fromkeys([*faults, *refused])))
