"""Tables of the staff side: departments, the people who work in them, and what they did."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import DIGEST


class Department(Model):
    """部门. Departments merge and are renamed, so they carry dates."""

    code = fields.CharField(max_length=20, primary_key=True)
    name = fields.CharField(max_length=60)
    office = fields.CharField(max_length=120)  # where a citizen goes
    phone = fields.CharField(max_length=40)
    from_day = fields.DateField()
    until_day = fields.DateField(null=True)
    replaced_by = fields.CharField(max_length=20, null=True)

    class Meta:
        table = "department"


class StaffUser(Model):
    """工作人员 of one department."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    username = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=50)
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="staff", on_delete=fields.RESTRICT
    )
    department_id: str
    active = fields.BooleanField(default=True)
    away_until: date | None = fields.DateField(null=True)  # on leave up to and with this day: colleagues take her cases
    own_number_digest = fields.CharField(max_length=DIGEST, null=True)  # herself as a citizen
    password_hash = fields.CharField(max_length=200, null=True)  # Argon2id; none before the set-up
    totp_hidden: bytes | None = fields.BinaryField(null=True)
    totp_last: int | None = fields.IntField(null=True)  # the time step of the last code used: a code works once
    invitation_hash = fields.CharField(max_length=DIGEST, null=True)
    invited_until: datetime | None = fields.DatetimeField(null=True)
    failed_tries = fields.IntField(default=0, db_default=0)
    locked_until: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "staff_user"


class StaffRole(Model):
    """角色: what a staff user does in her department; `permissions` says what each role may."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    staff: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="roles", on_delete=fields.CASCADE
    )
    staff_id: UUID
    role = fields.CharField(max_length=20)
    given_at = fields.DatetimeField()

    class Meta:
        table = "staff_role"
        unique_together = (("staff_id", "role"),)


class StaffSession(Model):
    """One signed-in browser of the console; signing out, suspending and resetting delete it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    token_hash = fields.CharField(max_length=DIGEST, unique=True)
    staff: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="sessions", on_delete=fields.CASCADE
    )
    staff_id: UUID
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "staff_session"


class DepartmentKey(Model):
    """A key with which one department's system signs its requests; shown once, and answered for by one officer."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    public_id = fields.CharField(max_length=32, unique=True)  # names the key in a request
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="api_keys", on_delete=fields.RESTRICT
    )
    department_id: str
    officer: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="api_keys", on_delete=fields.RESTRICT
    )
    officer_id: UUID
    name = fields.CharField(max_length=60)  # which system
    hash_hidden = fields.BinaryField()  # SHA-256 of the secret, encrypted: whoever has the hash could sign
    expires_on = fields.DateField()  # the first day on which it no longer works
    created_at = fields.DatetimeField()
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    last_used_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "department_key"
        indexes = [Index(fields=("department_id",))]


class RequestNonce(Model):
    """A signed request that was seen: the same one again is refused."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    key: fields.ForeignKeyRelation[DepartmentKey] = fields.ForeignKeyField(
        "models.DepartmentKey", related_name="nonces", on_delete=fields.CASCADE
    )
    key_id: UUID
    nonce = fields.CharField(max_length=64)
    seen_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "request_nonce"
        unique_together = (("key_id", "nonce"),)


class AuditEvent(Model):
    """审计: one thing that a staff user did or read; append-only, sealed by a job each minute."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    at = fields.DatetimeField()
    staff: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="audit_events", null=True, on_delete=fields.RESTRICT
    )
    staff_id: UUID | None
    action = fields.CharField(max_length=40)
    about = fields.CharField(max_length=60)  # `evidence:ID`, `staff:ID`, or empty
    detail = fields.JSONField[dict[str, str]]()  # codes, ids and numbers: an audit row identifies no citizen
    seal: int | None = fields.IntField(null=True)

    class Meta:
        table = "audit_event"
        indexes = [
            Index(fields=("seal",)),
            Index(fields=("at",)),
            Index(fields=("staff_id", "at")),
            Index(fields=("action", "id")),
            Index(fields=("about",)),
        ]


class AuditSeal(Model):
    """The hash over the events of one sealing, chained to the seal before."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.IntField(unique=True)
    events = fields.IntField()
    sealed_at = fields.DatetimeField()
    previous_hash = fields.CharField(max_length=DIGEST)
    hash = fields.CharField(max_length=DIGEST)

    class Meta:
        table = "audit_seal"
