"""Tables of evidence: what a citizen handed in, and each step that was taken with it."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import DIGEST, Citizen
from backend.records.models import CatalogueItem
from backend.staff.models import Department, StaffUser

# Where evidence is on its way.
DRAFT, SUBMITTED, ASKED, SECOND_REVIEW = "draft", "submitted", "asked", "second_review"
APPROVED, REJECTED, WITHDRAWN, REVERSED = "approved", "rejected", "withdrawn", "reversed"

OPEN = (SUBMITTED, SECOND_REVIEW)  # what waits for a reviewer
UNDECIDED = (*OPEN, ASKED)  # and what waits for the citizen's answer
DECIDED = (APPROVED, REJECTED, REVERSED)

LONGEST_NUMBER = 20  # characters


class Evidence(Model):
    """证明材料: one service, donation, fulfilment or study that a citizen hands in, with its pictures."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.CharField(max_length=LONGEST_NUMBER, unique=True)  # by which people name it: `2026-7F3K9Q`
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="evidence", on_delete=fields.RESTRICT
    )
    citizen_id: UUID
    kind = fields.CharField(max_length=12)  # service, donation, fulfilment, study
    state = fields.CharField(max_length=15, default=DRAFT)
    content_hidden: bytes = fields.BinaryField()  # everything that she wrote, whole; the columns below are for finding
    happened_on: date | None = fields.DateField(null=True)  # the last day of it
    starts_at: datetime | None = fields.DatetimeField(null=True)
    ends_at: datetime | None = fields.DatetimeField(null=True)
    quantity: int | None = fields.IntField(null=True)  # tenths of an hour that she claims
    number_digest = fields.CharField(max_length=DIGEST, null=True)  # of the receipt's or certificate's number
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="evidence", null=True, on_delete=fields.RESTRICT
    )
    department_id: str | None  # who reviews it
    submitted_at: datetime | None = fields.DatetimeField(null=True)
    review_by: date | None = fields.DateField(null=True)
    asked_at: datetime | None = fields.DatetimeField(null=True)  # more is asked for once
    assignee: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="assigned_evidence", null=True, on_delete=fields.RESTRICT
    )
    assignee_id: UUID | None  # whose case it is, until she hands it over or goes on leave
    claimant: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="claimed_evidence", null=True, on_delete=fields.RESTRICT
    )
    claimant_id: UUID | None
    claimed_until: datetime | None = fields.DatetimeField(null=True)
    first_reviewer: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="first_reviewed_evidence", null=True, on_delete=fields.RESTRICT
    )
    first_reviewer_id: UUID | None  # who may not be the second
    approved_quantity: int | None = fields.IntField(null=True)  # tenths of an hour
    item: fields.ForeignKeyNullableRelation[CatalogueItem] = fields.ForeignKeyField(
        "models.CatalogueItem", related_name="evidence", null=True, on_delete=fields.RESTRICT
    )
    item_id: UUID | None  # of the version in force on `happened_on`; none: it gives no points by itself
    decided_at: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "evidence"
        indexes = [
            Index(fields=("department_id", "state", "review_by")),
            Index(fields=("department_id", "decided_at")),
            Index(fields=("decided_at",)),
            Index(fields=("citizen_id", "id")),
            Index(fields=("number_digest",)),
        ]


class EvidenceStep(Model):
    """One step of a piece of evidence, with who took it and why; append-only."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    evidence: fields.ForeignKeyRelation[Evidence] = fields.ForeignKeyField(
        "models.Evidence", related_name="steps", on_delete=fields.CASCADE
    )
    evidence_id: UUID
    kind = fields.CharField(max_length=15)  # the state it led to, or `answered`
    staff: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="evidence_steps", null=True, on_delete=fields.RESTRICT
    )
    staff_id: UUID | None  # none: the citizen herself
    reason = fields.CharField(max_length=30, null=True)
    words_hidden: bytes | None = fields.BinaryField(null=True)  # may name people
    quantity: int | None = fields.IntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "evidence_step"
        indexes = [Index(fields=("evidence_id", "id"))]
