"""The catalogue's rules of evidence, as they stand on a day."""

from datetime import date

import msgspec

from backend.records.catalogue import EvidenceRule
from backend.records.items import version_in_force


async def evidence_rules(day: date) -> dict[str, EvidenceRule]:
    """The rules in force on `day` by their kind; empty under a catalogue that takes no evidence. Raises Unavailable."""
    version = await version_in_force(day)
    return {rule.kind: rule for rule in msgspec.convert(version.evidence_rules or [], list[EvidenceRule])}
