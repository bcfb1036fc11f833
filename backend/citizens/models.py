"""Tables of people: who they are, how they sign in, what they agreed to."""

from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

DIGEST = 64  # hex digits of an HMAC-SM3 or SHA-256


class RegisterPerson(Model):
    """One line of the county register that 县公安局 supplies, kept as keyed digests."""

    number_digest = fields.CharField(max_length=DIGEST, primary_key=True)
    name_digest = fields.CharField(max_length=DIGEST)
    phone_digest = fields.CharField(max_length=DIGEST, null=True)
    township = fields.CharField(max_length=30)
    loaded_at = fields.DatetimeField()

    class Meta:
        table = "register_person"
        indexes = [Index(fields=("phone_digest",))]


class Citizen(Model):
    """居民: a real person, keyed by identity number; exists whether or not they ever sign in."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number_digest = fields.CharField(max_length=DIGEST, unique=True)
    number_hidden = fields.BinaryField()
    name_hidden = fields.BinaryField()
    adult_on = fields.DateField()  # the eighteenth birthday
    told_from = fields.DatetimeField(null=True)  # first binding: a notice from before reached her only then
    # Where her access log ends: a row that is cut off its tail is missed.
    access_count = fields.IntField(default=0, db_default=0)
    access_head = fields.CharField(max_length=DIGEST, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "citizen"


class Account(Model):
    """账号: a WeChat login; guest until bound to one citizen."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    openid_digest = fields.CharField(max_length=DIGEST, unique=True)
    openid_hidden = fields.BinaryField()
    citizen: fields.OneToOneNullableRelation[Citizen] = fields.OneToOneField(
        "models.Citizen", related_name="account", null=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID | None
    bound_at = fields.DatetimeField(null=True)
    # The texts in force that this account agreed to, and until when: kept here so that a request needs no join.
    agreed_texts = fields.CharField(max_length=60, default="")
    agreed_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "account"


class Session(Model):
    """One signed-in phone; revoking deletes the row."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    token_hash = fields.CharField(max_length=DIGEST, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="sessions", on_delete=fields.CASCADE
    )
    account_id: UUID
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "session"


class Consent(Model):
    """授权同意: a dated yes or no to one version of one text; the newest row of a text counts."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="consents", on_delete=fields.CASCADE
    )
    text = fields.CharField(max_length=20)
    version = fields.IntField()
    given = fields.BooleanField()
    decided_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "consent"
        indexes = [Index(fields=("account_id", "text", "decided_at"))]


class BindingTry(Model):
    """How often an account, or a number, was tried on one day; the subject is an account id or a digest."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    day = fields.DateField()
    subject = fields.CharField(max_length=80)
    count = fields.IntField()

    class Meta:
        table = "binding_try"
        unique_together = (("day", "subject"),)


class CounterCode(Model):
    """A one-time code that a clerk issued to a person at a counter, as second proof instead of the phone."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number_digest = fields.CharField(max_length=DIGEST, db_index=True)
    code_hash = fields.CharField(max_length=DIGEST)
    issued_by = fields.UUIDField()  # the staff user; the staff tables lie above this one
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "counter_code"


class IdempotencyKey(Model):
    """One write that was done: a repeat of it rebuilds the same answer from `result_id`."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="idempotency_keys", on_delete=fields.CASCADE
    )
    operation = fields.CharField(max_length=60)
    key = fields.CharField(max_length=64)
    fingerprint = fields.CharField(max_length=DIGEST)
    result_id = fields.CharField(max_length=64)
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "idempotency_key"
        unique_together = (("account_id", "operation", "key"),)


class AccessLog(Model):
    """查询记录: one look at a citizen's data by somebody else, written before the look; chained within the citizen."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="access_log", on_delete=fields.RESTRICT
    )
    citizen_id: UUID
    sequence = fields.IntField()
    # Who looked, as they were called then; the staff tables lie above this one.
    reader_id = fields.UUIDField()
    reader_name = fields.CharField(max_length=50)
    reader_department = fields.CharField(max_length=60)
    purpose = fields.CharField(max_length=30)
    about = fields.CharField(max_length=60)  # what was looked at: `evidence:ID`
    looked_at = fields.DatetimeField()
    previous_hash = fields.CharField(max_length=DIGEST)
    hash = fields.CharField(max_length=DIGEST)

    class Meta:
        table = "access_log"
        unique_together = (("citizen_id", "sequence"),)
