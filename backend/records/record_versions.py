"""What a record says apart from whom it is about, its versions as they are kept, and how two of them differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import msgspec

from backend.chain import canonical
from backend.records import measures as reported
from backend.records.cells import CAPACITIES
from backend.records.columns import TITLES, FiledRow
from backend.records.correction_reasons import sentence_of
from backend.records.measures import Measure
from backend.records.models import CreditRecord, RecordChange
from backend.secrets import Vault

LIVE, WITHDRAWN = "live", "withdrawn"  # the states of a record
AMEND, WITHDRAW, RESTORE = "amend", "withdraw", "restore"  # the kinds of a change
# Where a change is on its way.
WAITING, DONE, REFUSED, OVERTAKEN, TAKEN_BACK = "waiting", "done", "refused", "overtaken", "taken_back"

SUMMARY = "record.summary"  # the field under which the vault hides it
_CONTENT, _WORDS = "record_change.content", "record_change.words"
_WORD_OF = {code: word for word, code in CAPACITIES.items()}


class RecordContent(msgspec.Struct, frozen=True, kw_only=True):
    """What an amendment may change. `quantity` is in tenths of the item's unit; `capacity` a code of CAPACITIES."""

    item_code: str
    document_number: str
    document_date: date
    conduct_end: date
    finality_date: date | None = None
    publication_place: str = ""
    quantity: int | None = None
    summary: str
    occupation: str | None = None
    capacity: str | None = None
    measures: tuple[Measure, ...] = ()

    def __repr__(self) -> str:
        return f"RecordContent({self.item_code})"  # the rest is about one person, and a repr ends up in logs


class KeptVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version that ended, whole: its item's row, when its term ends, and since when the citizen's days ran."""

    number: int
    item_id: UUID
    lapses_on: date
    told_again_at: datetime | None
    content_digest: str
    content: RecordContent


class Difference(msgspec.Struct, frozen=True):
    """One field that changed, in words; empty where there was nothing."""

    label: str
    before: str
    after: str


class Version(NamedTuple):
    """One version of a record, since when it stands, and the reason that made it: none for the first."""

    number: int
    since: datetime
    content: RecordContent
    item_id: UUID
    reason: str
    words: str


class Past(NamedTuple):
    """One amendment that was done, as the citizen reads it; brought back after a withdrawal, it differs in nothing."""

    at: datetime
    reason: str
    words: str
    differences: list[Difference]


def content_of(vault: Vault, record: CreditRecord) -> RecordContent:
    """What the record says now."""
    return RecordContent(
        item_code=record.item_code,
        document_number=record.document_number,
        document_date=record.document_date,
        conduct_end=record.conduct_end,
        finality_date=record.finality_date,
        publication_place=record.publication_place,
        quantity=record.quantity,
        summary=vault.decrypt(record.summary_hidden, SUMMARY),
        occupation=record.occupation,
        capacity=record.capacity,
        measures=reported.reveal(vault, record.measures_hidden),
    )


def filed_row(content: RecordContent, name: str, identity_number: str) -> FiledRow:
    """The row of a file that would say the same of this person."""
    return FiledRow(row_number=0, name=name, identity_number=identity_number, **msgspec.structs.asdict(content))


def differences(
    before: RecordContent, after: RecordContent, item_names: Mapping[str, str] | None = None
) -> list[Difference]:
    """What changed, field by field in the order of a file's columns; `item_names` by their codes."""
    old, new = said_of(before, item_names), said_of(after, item_names)
    return [Difference(label, old[label], new[label]) for label in old if old[label] != new[label]]


def said_of(content: RecordContent, item_names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Each field in words by its title; empty where nothing is said."""
    values = msgspec.structs.asdict(content)
    values["item_code"] = (item_names or {}).get(content.item_code, content.item_code)
    values["quantity"] = "" if content.quantity is None else f"{content.quantity / 10:.10g}"
    values["capacity"] = _WORD_OF.get(content.capacity or "", "")
    values["measures"] = "；".join(_measure_said(each) for each in content.measures)
    return {TITLES[key]: _said(value) for key, value in values.items()}


def hide_content(vault: Vault, content: RecordContent) -> bytes:
    """As a change keeps what it asks for."""
    return vault.encrypt(canonical(content), _CONTENT)


def reveal_content(vault: Vault, hidden: bytes) -> RecordContent:
    """What `hide_content` hid."""
    return _contents.decode(vault.decrypt(hidden, _CONTENT))


def hide_words(vault: Vault, words: str) -> bytes | None:
    """What an officer wrote to her reason; nothing where she wrote nothing."""
    return vault.encrypt(words, _WORDS) if words else None


def words_of(vault: Vault, change: RecordChange) -> str:
    """What `hide_words` hid."""
    return vault.decrypt(change.words_hidden, _WORDS) if change.words_hidden else ""


def keep(vault: Vault, record: CreditRecord) -> bytes:
    """The record's version that ends, whole."""
    kept = KeptVersion(
        number=record.version,
        item_id=record.item_id,
        lapses_on=record.lapses_on,
        told_again_at=record.told_again_at,
        content_digest=record.content_digest,
        content=content_of(vault, record),
    )
    return vault.encrypt(canonical(kept), _CONTENT)


def reveal_kept(vault: Vault, hidden: bytes) -> KeptVersion:
    """What `keep` hid."""
    return _versions.decode(vault.decrypt(hidden, _CONTENT))


async def amendments_of(record: CreditRecord) -> list[RecordChange]:
    """The changes that led to the record's version, the first one first: amendments, and coming back."""
    done = RecordChange.filter(record_id=record.id, kind__in=[AMEND, RESTORE], state=DONE)
    done = done.filter(from_version__lt=record.version)
    return await done.order_by("from_version")


async def withdrawal_of(record: CreditRecord) -> RecordChange:
    """The withdrawal by which a withdrawn record is gone, with its officer fetched."""
    gone = RecordChange.get(record_id=record.id, kind=WITHDRAW, state=DONE, from_version=record.version)
    return await gone.select_related("officer")


def versions_of(vault: Vault, record: CreditRecord, amendments: Sequence[RecordChange]) -> list[Version]:
    """All versions of a record, the standing one last; `amendments` are of `amendments_of`."""
    versions: list[Version] = []
    since, reason, words = record.filed_at, "", ""
    for change in amendments:
        kept = reveal_kept(vault, change.before_hidden or b"")
        versions.append(Version(kept.number, since, kept.content, kept.item_id, reason, words))
        since = change.decided_at or since
        reason, words = sentence_of(change.kind, change.reason), words_of(vault, change)
    standing = Version(record.version, since, content_of(vault, record), record.item_id, reason, words)
    return [*versions, standing]


def past_of(versions: Sequence[Version], item_names: Mapping[str, str]) -> list[Past]:
    """What was amended, the newest first."""
    pasts = [
        Past(new.since, new.reason, new.words, differences(old.content, new.content, item_names))
        for old, new in pairwise(versions)
    ]
    return pasts[::-1]


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return str(value or "")


def _measure_said(measure: Measure) -> str:
    return f"{reported.named(measure)}（{measure.authority}，到 {_said(measure.until)}，{measure.way_out}）"


_contents = msgspec.json.Decoder(RecordContent)
_versions = msgspec.json.Decoder(KeptVersion)
