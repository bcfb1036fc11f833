"""What may give or take points. Each kind of fact lives above `points`, so it is handed down from here."""

from backend.points.ledger import FactSource, Ledger
from backend.records.facts import record_facts
from backend.repairs.facts import evidence_facts

FACT_SOURCES: tuple[FactSource, ...] = (record_facts, evidence_facts)


def open_ledger() -> Ledger:
    """The ledger over every kind of fact."""
    return Ledger(FACT_SOURCES)
