"""Tables of later work: outbox rows and the repeating ones' next times."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

WAITING, RUNNING, DONE, BURIED = "waiting", "running", "done", "buried"


class Job(Model):
    """One promise, written in the transaction of the deed that made it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    name = fields.CharField(max_length=60)
    payload = fields.JSONField[dict[str, str]]()  # ids only: a job row identifies nobody
    state = fields.CharField(max_length=10, default=WAITING)
    attempts = fields.IntField(default=0)
    run_at = fields.DatetimeField()
    claimed_at = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=120, null=True)  # the error's class, never its text
    created_at = fields.DatetimeField()

    class Meta:
        table = "job"
        indexes = [Index(fields=("state", "run_at"))]


class RepeatingJob(Model):
    """When a repeating job is due next; whoever moves `due_at` forward runs it."""

    name = fields.CharField(max_length=60, primary_key=True)
    due_at = fields.DatetimeField()

    class Meta:
        table = "repeating_job"
