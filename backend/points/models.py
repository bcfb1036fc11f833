"""Tables of points: levels, the standing yes, the score and its entries."""

from datetime import date
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import DIGEST, Citizen


class Level(Model):
    """One level of one catalogue version; the lowest has no `at_least`."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    catalogue_version = fields.CharField(max_length=40)
    in_force_from = fields.DateField()
    base_points = fields.IntField()
    code = fields.CharField(max_length=20)
    name = fields.CharField(max_length=20)
    at_least = fields.IntField(null=True)
    opens = fields.CharField(max_length=300)

    class Meta:
        table = "level"
        unique_together = (("catalogue_version", "code"),)


class Enrolment(Model):
    """参加积分: the citizen's standing yes. The database refuses minors (charter 9, 河南省社会信用条例 art. 3)."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="enrolments", on_delete=fields.RESTRICT
    )
    citizen_id: UUID
    adult_on = fields.DateField()
    enrolled_on = fields.DateField()
    enrolled_at = fields.DatetimeField()
    expires_on = fields.DateField()
    reminded = fields.IntField(default=0, db_default=0)  # how many of the notices before its end were sent
    left_at = fields.DatetimeField(null=True)
    # Kept when leaving erases the entries.
    left_count = fields.IntField(null=True)
    left_head = fields.CharField(max_length=DIGEST, null=True)
    # Where the chain stood at the newest checkpoint; only taking a checkpoint writes them.
    checked_count = fields.IntField(null=True)
    checked_head = fields.CharField(max_length=DIGEST, null=True)

    class Meta:
        table = "enrolment"
        indexes = [Index(fields=("expires_on",))]
        constraints = [
            CheckConstraint(check="adult_on <= enrolled_on", name="enrolment_adults_only"),
            UniqueConstraint(fields=("citizen_id",), condition="left_at IS NULL", name="enrolment_one_standing"),
        ]


class Score(Model):
    """诚信积分 of an enrolled citizen: base plus the sum of the entries, and where the chain ends."""

    citizen: fields.OneToOneRelation[Citizen] = fields.OneToOneField(
        "models.Citizen", related_name="score", primary_key=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID
    enrolment: fields.OneToOneRelation[Enrolment] = fields.OneToOneField(
        "models.Enrolment", related_name="score", on_delete=fields.RESTRICT
    )
    enrolment_id: UUID
    base = fields.IntField()
    points = fields.IntField()
    parts = fields.JSONField[dict[str, int]]()  # domain → points
    entry_count = fields.IntField()
    head = fields.CharField(max_length=DIGEST)
    next_change_on: date | None = fields.DateField(null=True)  # a read on or past this day settles first
    # What time alone will change, soonest first, as last folded (`score.Coming`); None: folded before it was kept.
    coming: list[dict[str, Any]] | None = fields.JSONField[list[dict[str, Any]]](null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "score"
        indexes = [Index(fields=("next_change_on",))]


class PointEntry(Model):
    """积分明细: one signed change of points; append-only, chained by hash within its enrolment."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="entries", on_delete=fields.RESTRICT
    )
    enrolment_id: UUID
    sequence = fields.IntField()
    fact = fields.CharField(max_length=60)  # `record:ID`
    source = fields.CharField(max_length=70)  # fact and how often it was posted: `record:ID:2`
    kind = fields.CharField(max_length=12)
    points = fields.IntField()
    why = fields.TextField()  # canonical JSON: what explains it, copied when posted
    posted_at = fields.DatetimeField()
    previous_hash = fields.CharField(max_length=DIGEST)
    hash = fields.CharField(max_length=DIGEST)

    class Meta:
        table = "point_entry"
        unique_together = (("enrolment_id", "source"), ("enrolment_id", "sequence"))


class Checkpoint(Model):
    """The digest over the heads of all chains on one day, chained to the one before; published."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.IntField(unique=True)
    day = fields.DateField(unique=True)
    enrolments = fields.IntField()
    entries = fields.BigIntField()
    heads_digest = fields.CharField(max_length=DIGEST)
    previous_hash = fields.CharField(max_length=DIGEST)
    hash = fields.CharField(max_length=DIGEST)
    taken_at = fields.DatetimeField()

    class Meta:
        table = "checkpoint"
