"""Who nominates: a citizen for herself, or a staff user in the name of her department or township."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.queryset import QuerySet

from backend.citizens.models import Citizen
from backend.citizens.person_name import parse_name
from backend.nominations.models import NominatedPerson, Nomination
from backend.nominations.nominations import no_such_nomination
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff.models import Department
from backend.staff.permissions import Staff


@dataclass(frozen=True)
class Nominator:
    """One side that nominates."""

    columns: Mapping[str, Any]  # of a new one
    number_digest: str | None  # of the person who acts: she cannot nominate herself
    name: str = field(repr=False)
    citizen_id: UUID | None = None
    staff_id: UUID | None = None  # who acts for the unit
    department: str | None = None

    @property
    def by_unit(self) -> bool:
        """Whether a unit nominates, and no citizen."""
        return self.department is not None

    def own(self, rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
        """Of these nominations its own: a unit's are whatever any colleague wrote."""
        if self.citizen_id is not None:
            return rows.filter(citizen_id=self.citizen_id)
        return rows.filter(staff__department_id=self.department)

    def named(self, rows: QuerySet[NominatedPerson]) -> QuerySet[NominatedPerson]:
        """Of these people those whom it named."""
        if self.citizen_id is not None:
            return rows.filter(nomination__citizen_id=self.citizen_id)
        return rows.filter(nomination__staff__department_id=self.department)

    async def hold(self) -> None:
        """Do its deeds one after another: take its row for the rest of the transaction."""
        if self.citizen_id is not None:
            await lock_citizens([self.citizen_id])
        else:
            await Department.filter(code=self.department).select_for_update(no_key=True)

    async def one(self, nomination_id: UUID) -> Nomination:
        """One of its own, with its season. Raises NotFound for anybody else's."""
        nomination = await self.own(Nomination.filter(id=nomination_id)).select_related("season").first()
        if nomination is None:
            raise no_such_nomination()
        return nomination

    async def newest(self, before: UUID | None, limit: int) -> Sequence[Nomination]:
        """Its own, drafts too, newest first, older than `before`; with their seasons."""
        rows = self.own(Nomination.all())
        if before is not None:
            rows = rows.filter(id__lt=before)
        return await rows.order_by("-id").limit(limit).select_related("season")


def a_citizen(vault: Vault, citizen: Citizen) -> Nominator:
    """A citizen, by her own name."""
    name = parse_name(vault.decrypt(citizen.name_hidden, "citizen.name"))
    return Nominator({"citizen_id": citizen.id}, citizen.number_digest, name, citizen_id=citizen.id)


def a_unit(staff: Staff) -> Nominator:
    """A department or township, for which this staff user acts; whatever her colleagues wrote is its own, too."""
    code, made = staff.department_code, {"staff_id": staff.id}
    return Nominator(made, staff.user.own_number_digest, staff.user.name, staff_id=staff.id, department=code)
