"""The table of notices."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import Citizen


class Notice(Model):
    """通知: a message to a citizen, written in the transaction of what it tells."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="notices", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=30)
    title = fields.CharField(max_length=60)
    body = fields.CharField(max_length=600)
    about = fields.CharField(max_length=60)  # what it is about: `record:ID`
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        indexes = [Index(fields=("citizen_id", "id"))]
