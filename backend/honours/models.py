"""Tables of judging, of objections during public notice, and of honours."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.awards.models import Season, SeasonMember
from backend.citizens.models import Citizen
from backend.nominations.models import LONGEST_NUMBER, Nominee


class Judgement(Model):
    """What one member gave one nominee by each criterion, or that she sits out; nobody else sees it before the end."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nominee: fields.ForeignKeyRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="judgements", on_delete=fields.CASCADE
    )
    nominee_id: UUID
    member: fields.ForeignKeyRelation[SeasonMember] = fields.ForeignKeyField(
        "models.SeasonMember", related_name="judgements", on_delete=fields.RESTRICT
    )
    member_id: UUID
    marks = fields.JSONField[dict[str, int]]()  # criterion → points; empty: she sits out
    sits_out = fields.BooleanField(default=False)
    words_hidden: bytes | None = fields.BinaryField(null=True)  # her comment, or what her interest is
    at = fields.DatetimeField()

    class Meta:
        table = "judgement"
        unique_together = (("nominee_id", "member_id"),)


class Objection(Model):
    """What somebody says against a nominee during public notice; only the moderators read it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.CharField(max_length=LONGEST_NUMBER, unique=True)
    nominee: fields.ForeignKeyRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="objections", on_delete=fields.RESTRICT
    )
    nominee_id: UUID
    season_id = fields.UUIDField(db_index=True)
    citizen: fields.ForeignKeyNullableRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="objections", null=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID | None  # none: it was said at a counter or by phone, and `staff` wrote it down
    staff_id = fields.UUIDField(null=True)
    state = fields.CharField(max_length=10, default="waiting")  # waiting, upheld, refused, withdrawn
    words_hidden: bytes = fields.BinaryField()
    answer_hidden: bytes | None = fields.BinaryField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "objection"
        indexes = [Index(fields=("citizen_id", "id"))]


class Honour(Model):
    """荣誉: what a season gave one person. Shown in the gallery while she wishes it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.CharField(max_length=LONGEST_NUMBER, unique=True)
    nominee: fields.OneToOneRelation[Nominee] = fields.OneToOneField(
        "models.Nominee", related_name="honour", on_delete=fields.RESTRICT
    )
    nominee_id: UUID
    season: fields.ForeignKeyRelation[Season] = fields.ForeignKeyField(
        "models.Season", related_name="honours", on_delete=fields.RESTRICT
    )
    season_id: UUID
    citizen: fields.ForeignKeyNullableRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="honours", null=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID | None
    award = fields.CharField(max_length=20)
    year = fields.IntField()
    township = fields.CharField(max_length=30)
    honoured_on: date = fields.DateField()
    about_hidden: bytes = fields.BinaryField()  # name, unit and story as they are shown
    picture_id = fields.UUIDField(null=True)  # of media's pictures, held by `honour:ID`
    record_id = fields.UUIDField(null=True)  # once it stands among her records
    shown = fields.BooleanField(default=True)
    hidden_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "honour"
        indexes = [
            Index(fields=("shown", "award", "id")),
            Index(fields=("shown", "township", "id")),
            Index(fields=("shown", "year", "id")),
            Index(fields=("citizen_id", "id")),
        ]
