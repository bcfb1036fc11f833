"""Pure: what one correction in the demo county is: which record, who asks for what, and when it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Correction:
    """One deed of a department to the one record that it filed under a document.

    `changes` are fields of RecordContent; without any the record is withdrawn. `approved_at` is when the second officer
    says yes to an amendment; None leaves it to whoever sits at her desk.
    """

    department: str
    document_number: str
    asked_at: datetime
    reason: str
    words: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    approved_at: datetime | None = None
