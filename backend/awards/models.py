"""Tables of the awards: their seasons, how the dates moved, and who judges."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.staff.models import Department, StaffUser


class Season(Model):
    """届次: one season of an award. Its phase follows its dates when it is read; dates move only forward."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    award = fields.CharField(max_length=20)  # of awards.toml
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="seasons", on_delete=fields.RESTRICT
    )
    department_id: str  # 主办单位
    name = fields.CharField(max_length=60)
    mode = fields.CharField(max_length=10)  # judged 评选 or referred 推荐线索, as the award was when it was set up
    state = fields.CharField(max_length=10, default="draft")  # draft, published, cancelled
    version = fields.IntField(default=1)
    intro = fields.TextField()
    criteria = fields.JSONField[list[dict[str, Any]]]()  # code, name, words, most: points that a member may give
    quota = fields.IntField()  # how many may be honoured
    nominate_from = fields.DateField()
    nominate_until = fields.DateField()  # its last day, as every `_until`
    judge_from: date | None = fields.DateField(null=True)
    judge_until: date | None = fields.DateField(null=True)
    notice_from: date | None = fields.DateField(null=True)
    notice_until: date | None = fields.DateField(null=True)  # worked out: five working days at least
    cancelled_words = fields.CharField(max_length=200, default="")
    decided_at: datetime | None = fields.DatetimeField(null=True)
    decided_by: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="decided_seasons", null=True, on_delete=fields.RESTRICT
    )
    decided_by_id: UUID | None
    decision_hidden: bytes | None = fields.BinaryField(null=True)  # the committee's reasons may name people
    announced_at: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "season"
        indexes = [Index(fields=("department_id", "id")), Index(fields=("state", "nominate_from"))]


class SeasonChange(Model):
    """One move of a season's dates, published with its reason; append-only."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    season: fields.ForeignKeyRelation[Season] = fields.ForeignKeyField(
        "models.Season", related_name="changes", on_delete=fields.RESTRICT
    )
    season_id: UUID
    staff_id = fields.UUIDField()
    before = fields.JSONField[dict[str, str]]()  # the dates that moved, as they were: {"judge_until": "2026-11-01"}
    after = fields.JSONField[dict[str, str]]()
    reason = fields.CharField(max_length=200)
    at = fields.DatetimeField()

    class Meta:
        table = "season_change"
        indexes = [Index(fields=("season_id", "id"))]


class SeasonMember(Model):
    """评审委员: a staff user who judges in one season; the chair writes down what the committee decided."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    season: fields.ForeignKeyRelation[Season] = fields.ForeignKeyField(
        "models.Season", related_name="members", on_delete=fields.RESTRICT
    )
    season_id: UUID
    staff: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="seasons", on_delete=fields.RESTRICT
    )
    staff_id: UUID
    chair = fields.BooleanField(default=False)

    class Meta:
        table = "season_member"
        unique_together = (("season_id", "staff_id"),)
