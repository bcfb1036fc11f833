"""Filed again after it was withdrawn or amended: neither a duplicate nor a second record, and told which it is."""

from pathlib import Path

from backend.records import approval
from backend.records.columns import TITLES
from backend.records.models import CreditRecord, ImportBatch
from tests import factories
from tests.factories import CITIZEN, HONEST_SHOP, LEDGER, NEIGHBOUR, PENALTY, VAULT, row
from tests.records import correcting as c
from tests.records.county import WELFARE, a_file, bring, counts, faults
from tests.running_app import both_databases

DOCUMENT = TITLES["document_number"]
NEW_NUMBER = "鲁市监〔2026〕改正1号"


async def approved(batch: ImportBatch) -> ImportBatch:
    """The batch after a second officer's yes."""
    await approval.approve(await c.second(), batch.id)
    return await approval.post_approved(LEDGER, VAULT, batch.id)


@both_databases
async def test_a_withdrawn_record_filed_again_is_sent_back_and_says_so(county: None, tmp_path: Path) -> None:
    honour, fine = row(), row(NEIGHBOUR, PENALTY)
    await factories.file_records(honour, fine)
    for record in await CreditRecord.all().select_related("citizen"):
        await c.withdraw(record, reason="filed_twice")
    other = honour | {TITLES["summary"]: "另写的。"}
    for rows in ([honour, fine], [other]):
        batch = await bring(a_file(tmp_path, rows))
        assert (batch.state, counts(batch)) == ("done", {"conflicts": len(rows)})
        assert {(column, code) for _, column, code in await faults(batch)} == {("document_number", "record_withdrawn")}
    assert await CreditRecord.all().count() == 2
    assert not await CreditRecord.filter(state="live").exists()


@both_databases
async def test_an_amended_record_does_not_come_back_under_its_old_key(county: None, tmp_path: Path) -> None:
    honour, fine = row(), row(NEIGHBOUR, PENALTY)
    await factories.file_records(honour, fine)
    for place, record in enumerate(await CreditRecord.all().select_related("citizen")):
        await c.amended(record, document_number=f"{NEW_NUMBER}{place}")
    batch = await bring(a_file(tmp_path, [honour, fine, row()]))
    assert (batch.state, counts(batch)) == ("done", {"accepted": 1, "conflicts": 2})
    codes = [(column, code) for _, column, code in await faults(batch)]
    assert codes == [("document_number", "amended_since")] * 2
    assert await CreditRecord.all().count() == 3


async def test_each_key_that_a_record_ever_had_is_there_and_the_standing_one_goes_first(
    county: None, tmp_path: Path
) -> None:
    first = row()
    await factories.file_records(first)
    record = await CreditRecord.get().select_related("citizen")
    record = await c.amended(record, document_number=NEW_NUMBER)
    record = await c.amended(record, item_code="VOL-001", quantity=60)
    between = first | {DOCUMENT: NEW_NUMBER}
    batch = await bring(a_file(tmp_path, [first, between]))
    assert [code for _, _, code in await faults(batch)] == ["amended_since"] * 2
    await c.amended(record, item_code=HONEST_SHOP, quantity=None, document_number=first[DOCUMENT])
    assert counts(await bring(a_file(tmp_path, [first]))) == {"duplicates": 1}, "it says the same again"


async def test_amended_under_the_same_key_what_it_said_before_is_in_conflict_too(county: None, tmp_path: Path) -> None:
    honour = row()
    await factories.file_records(honour)
    await c.amended(await CreditRecord.get().select_related("citizen"), summary="更正后的摘要。")
    said = [honour, honour | {TITLES["summary"]: "更正后的摘要。"}, honour | {TITLES["summary"]: "第三种。"}]
    batch = await bring(a_file(tmp_path, said))
    assert counts(batch) == {"duplicates": 1, "conflicts": 2}
    assert [code for _, _, code in await faults(batch)] == ["amended_since", "conflict"]


async def test_what_another_department_or_citizen_has_hinders_nobody(county: None, tmp_path: Path) -> None:
    honour = row()
    await factories.file_records(honour)
    record = await c.amended(await CreditRecord.get().select_related("citizen"), document_number=NEW_NUMBER)
    await c.withdraw(record)
    neighbours = row(NEIGHBOUR, document_number=honour[DOCUMENT])
    assert counts(await bring(a_file(tmp_path, [neighbours]))) == {"accepted": 1}
    welfare = await factories.officer("o", WELFARE)
    batch = await bring(a_file(tmp_path, [row(document_number=honour[DOCUMENT])]), welfare)
    assert counts(batch) == {"accepted": 1}
    again = await bring(a_file(tmp_path, [honour]))
    assert [code for _, _, code in await faults(again)] == ["record_withdrawn"], "amended, and then taken back"


async def test_what_was_withdrawn_while_its_double_waited_is_not_posted(county: None, tmp_path: Path) -> None:
    """The same penalty waits in a file; meanwhile another record came to stand under its key and was withdrawn."""
    fine, same_said, unlike = row(item=PENALTY), row(item=PENALTY), row(NEIGHBOUR, PENALTY)
    record = await factories.penalty(CITIZEN)
    twin = await factories.penalty(NEIGHBOUR)
    batch = await bring(a_file(tmp_path, [fine, same_said, unlike]))
    assert counts(batch) == {"waiting": 3}
    await c.withdraw(await c.amended(record, document_number=fine[DOCUMENT]))
    await c.amended(twin, document_number=unlike[DOCUMENT], summary="另一样的摘要。")
    posted = await approved(batch)
    assert (posted.state, counts(posted)) == ("done", {"accepted": 1, "conflicts": 2})
    assert [code for _, _, code in await faults(posted)] == ["record_withdrawn", "conflict"]
