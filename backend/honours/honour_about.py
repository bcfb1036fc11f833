"""What an honour says of the honoured, as it is shown and as it is kept; how honours are named elsewhere."""

from typing import NamedTuple
from uuid import UUID

import msgspec

from backend.awards.awards import award
from backend.chain import canonical
from backend.errors import NotFound
from backend.honours.models import Honour
from backend.secrets import Vault

FIELD = "honour.about"


class HonourAbout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was honoured, for what, and by whom, in the words of that day: departments are renamed later."""

    name: str
    unit: str
    story: str
    owner: str  # 主办单位

    def __repr__(self) -> str:
        return "HonourAbout(…)"  # a repr ends up in logs


class Opened(NamedTuple):
    """An honour with what it says."""

    honour: Honour  # with its season fetched
    about: HonourAbout

    @property
    def award_name(self) -> str:
        """诚信之星."""
        return award(self.honour.award).name


def no_such_honour() -> NotFound:
    return NotFound("honour_not_found", "没有这项荣誉，或者它现在不展示。")


def holder_of(honour_id: UUID) -> str:
    """What its picture is held by, and what notices, looks and audit rows about it name."""
    return f"honour:{honour_id}"


def hide(vault: Vault, about: HonourAbout) -> bytes:
    """As its row keeps it."""
    return vault.encrypt(canonical(msgspec.to_builtins(about)), FIELD)


def opened(vault: Vault, honour: Honour) -> Opened:
    """An honour, its season fetched, with what it says."""
    return Opened(honour, msgspec.json.decode(vault.decrypt(honour.about_hidden, FIELD), type=HonourAbout))
