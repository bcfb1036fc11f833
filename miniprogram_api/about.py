"""What a fact of points or a notice is about, read from its name: `record:ID` or `evidence:ID`."""

from typing import Literal
from uuid import UUID

Kind = Literal["record", "evidence", "nomination", "nominee", "objection", "honour"]


def id_of(about: str, kind: Kind) -> UUID | None:
    """The id of the thing if it is of this kind."""
    named, _, thing = about.partition(":")
    return UUID(thing) if named == kind else None
