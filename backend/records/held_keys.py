"""Which keys (citizen, document, item) a department's records hold: those that stand, those withdrawn, former ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from backend.database.bulk import select_among
from backend.records.record_versions import WITHDRAWN, reveal_kept
from backend.secrets import Vault
from backend.spreadsheets import CellFault

Key = tuple[str, str, str]  # the digest of her number, document number, item code

_FILED = (
    "SELECT id, batch_id, citizen_id, document_number, item_code, content_digest, state FROM credit_record "
    "WHERE department_id {1} AND citizen_id {2} AND document_number {3}"
)
_AMENDED = (
    "SELECT record.id, record.batch_id, record.citizen_id, record.state, change.before_hidden "
    # Said as a cross join, SQLite begins with the changes: where there are none, it costs nothing.
    "FROM record_change AS change CROSS JOIN credit_record AS record "
    "WHERE record.id = change.record_id AND record.department_id {1} AND record.citizen_id {2} "
    "AND change.kind = 'amend' AND change.state = 'done' AND change.before_hidden IS NOT NULL"
)


@dataclass
class Held:
    """What holds a key: a record, what it says under it, and what it said before. No second one may be filed there."""

    record_id: UUID
    batch_id: UUID
    withdrawn: bool
    content: str | None  # the digest of what stands; none when it stands under another key by now
    former: set[str] = field(default_factory=set)

    def says(self, content_digest: str | None) -> bool:
        """Whether a row of this content is the record, as it stands or as it was."""
        return content_digest is not None and (content_digest == self.content or content_digest in self.former)

    def fault(self, content_digest: str | None) -> CellFault | None:
        """Why a row of this content cannot be filed; None when it says just what stands."""
        if self.withdrawn:
            return withdrawn_fault()
        if content_digest is not None and content_digest == self.content:
            return None
        return amended_fault() if self.content is None or self.says(content_digest) else conflict_fault()


def conflict_fault() -> CellFault:
    detail = "同一文书、同一人、同一事项已经报送过，但内容不同。要改内容，请对原记录办理更正，不要重新报送。"
    return CellFault("document_number", "conflict", detail)


def withdrawn_fault() -> CellFault:
    detail = "这条记录已经撤回，不能用同一文书再次报送；如系误撤，请在“更正撤回”里申请恢复。"
    return CellFault("document_number", "record_withdrawn", detail)


def amended_fault() -> CellFault:
    detail = "这条记录后来更正过，不能再按更正前的文书、事项或内容报送。要再改，请对更正后的记录办理更正。"
    return CellFault("document_number", "amended_since", detail)


async def held_keys(
    vault: Vault, department_code: str, citizens: Mapping[str, UUID], documents: Collection[str]
) -> dict[Key, Held]:
    """What this department's records hold, of these citizens by their digests, under these documents.

    Two queries. Versions that ended are read only where there are any: they lie encrypted, and each is opened.
    """
    digests = {citizen_id: digest for digest, citizen_id in citizens.items()}
    filed = await select_among(_FILED, (UUID, UUID, UUID, str, str, str, str), [department_code], digests, documents)
    held = {
        (digests[citizen_id], document, item_code): Held(record_id, batch_id, state == WITHDRAWN, content)
        for record_id, batch_id, citizen_id, document, item_code, content, state in filed
    }
    for record_id, batch_id, citizen_id, state, hidden in await select_among(
        _AMENDED, (UUID, UUID, UUID, str, bytes), [department_code], digests
    ):
        kept = reveal_kept(vault, hidden)
        key = (digests[citizen_id], kept.content.document_number, kept.content.item_code)
        there = held.setdefault(key, Held(record_id, batch_id, state == WITHDRAWN, None))
        if there.record_id == record_id:
            there.former.add(kept.content_digest)
    return held
