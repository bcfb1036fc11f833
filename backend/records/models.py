"""Tables of the catalogue, the records, and the departments' imports."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import DIGEST, Account, Citizen
from backend.staff.models import Department, DepartmentKey, StaffUser


class CatalogueVersion(Model):
    """One loaded catalogue file; a changed file under an old version is refused."""

    version = fields.CharField(max_length=40, primary_key=True)
    name = fields.CharField(max_length=100)
    sample = fields.BooleanField()
    notice = fields.CharField(max_length=300)
    in_force_from = fields.DateField(unique=True)
    fingerprint = fields.CharField(max_length=DIGEST)
    evidence_rules: list[dict[str, Any]] | None = fields.JSONField[list[dict[str, Any]]](null=True)
    comments_until: date | None = fields.DateField(null=True)  # 征求意见: up to and with this day; the first has none
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)  # taken back before it was in force
    loaded_at = fields.DatetimeField()

    class Meta:
        table = "catalogue_version"


class CatalogueItem(Model):
    """目录事项: a kind of record, immutable within its version; `content` is the whole item as canonical JSON."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    catalogue: fields.ForeignKeyRelation[CatalogueVersion] = fields.ForeignKeyField(
        "models.CatalogueVersion", related_name="items", on_delete=fields.RESTRICT
    )
    catalogue_id: str
    code = fields.CharField(max_length=20)
    domain = fields.CharField(max_length=10)
    kind = fields.CharField(max_length=10)
    content = fields.TextField()

    class Meta:
        table = "catalogue_item"
        unique_together = (("catalogue_id", "code"),)


class CatalogueComment(Model):
    """What somebody says to a coming catalogue; staff read it without knowing whose it is."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    catalogue: fields.ForeignKeyRelation[CatalogueVersion] = fields.ForeignKeyField(
        "models.CatalogueVersion", related_name="comments", on_delete=fields.RESTRICT
    )
    catalogue_id: str
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="catalogue_comments", on_delete=fields.CASCADE
    )
    account_id: UUID
    text_hidden = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "catalogue_comment"
        unique_together = (("catalogue_id", "account_id"),)


class CreditRecord(Model):
    """公共信用记录: one fact filed by one department under one item; never deleted."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="records", on_delete=fields.RESTRICT
    )
    citizen_id: UUID
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="records", on_delete=fields.RESTRICT
    )
    department_id: str
    item: fields.ForeignKeyRelation[CatalogueItem] = fields.ForeignKeyField(
        "models.CatalogueItem", related_name="records", on_delete=fields.RESTRICT
    )
    item_id: UUID
    item_code = fields.CharField(max_length=20)
    document_number = fields.CharField(max_length=100)
    document_date = fields.DateField()
    conduct_end = fields.DateField()
    finality_date: date | None = fields.DateField(null=True)
    publication_place = fields.CharField(max_length=200)
    quantity: int | None = fields.IntField(null=True)  # tenths of the item's unit
    occupation = fields.CharField(max_length=30, null=True)
    capacity = fields.CharField(max_length=20, null=True)
    summary_hidden = fields.BinaryField()  # free text may name people
    measures_hidden: bytes | None = fields.BinaryField(null=True)  # what a department reports as in force, as JSON
    content_digest = fields.CharField(max_length=DIGEST)
    lapses_on = fields.DateField()  # the first day on which it no longer counts
    state = fields.CharField(max_length=12, default="live")
    version = fields.IntField(default=1, db_default=1)  # one more with each amendment
    told_again_at: datetime | None = fields.DatetimeField(null=True)  # amended for the worse: her days begin anew
    batch: fields.ForeignKeyRelation["ImportBatch"] = fields.ForeignKeyField(
        "models.ImportBatch", related_name="records", on_delete=fields.RESTRICT
    )
    filed_at = fields.DatetimeField()

    class Meta:
        table = "credit_record"
        unique_together = (("citizen_id", "department_id", "document_number", "item_code"),)
        indexes = [Index(fields=("department_id", "document_number"))]


class RecordChange(Model):
    """更正 or 撤回: a department's change of its own record; what stood before is kept here."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    record: fields.ForeignKeyRelation[CreditRecord] = fields.ForeignKeyField(
        "models.CreditRecord", related_name="changes", on_delete=fields.RESTRICT
    )
    record_id: UUID
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="record_changes", on_delete=fields.RESTRICT
    )
    department_id: str
    kind = fields.CharField(max_length=10)
    state = fields.CharField(max_length=10)
    from_version = fields.IntField()  # of the record when it was asked for
    reason = fields.CharField(max_length=20)
    words_hidden: bytes | None = fields.BinaryField(null=True)
    before_hidden: bytes | None = fields.BinaryField(null=True)  # the version that ended, once it is done
    after_hidden: bytes | None = fields.BinaryField(null=True)  # none: it was withdrawn
    officer: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="record_changes", on_delete=fields.RESTRICT
    )
    officer_id: UUID
    key: fields.ForeignKeyNullableRelation[DepartmentKey] = fields.ForeignKeyField(
        "models.DepartmentKey", related_name="record_changes", null=True, on_delete=fields.RESTRICT
    )
    key_id: UUID | None
    approver: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="decided_changes", null=True, on_delete=fields.RESTRICT
    )
    approver_id: UUID | None
    asked_at = fields.DatetimeField()
    decided_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "record_change"
        indexes = [Index(fields=("department_id", "state", "id")), Index(fields=("record_id",))]
        constraints = [
            UniqueConstraint(fields=("record_id",), condition="state = 'waiting'", name="record_change_waits_once")
        ]


class ImportBatch(Model):
    """One file of one department on its way into records. `rows_done` is where a killed import goes on."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="batches", on_delete=fields.RESTRICT
    )
    department_id: str
    officer: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="batches", on_delete=fields.RESTRICT
    )
    officer_id: UUID
    file_digest = fields.CharField(max_length=DIGEST)
    state = fields.CharField(max_length=12)
    file_key = fields.CharField(max_length=120, null=True)  # where the file waits, hidden; none by command
    fault = fields.CharField(max_length=300, null=True)  # why the file could not be read at all
    rows_total: int | None = fields.IntField(null=True)
    rows_done = fields.IntField(default=0)  # the file's row number up to which rows are dealt with
    accepted = fields.IntField(default=0)
    waiting = fields.IntField(default=0)
    duplicates = fields.IntField(default=0)
    conflicts = fields.IntField(default=0)
    rejected = fields.IntField(default=0)
    refused = fields.IntField(default=0)
    check_by = fields.DateField()  # 河南省社会信用条例 art. 17: five working days
    created_at = fields.DatetimeField()
    key: fields.ForeignKeyNullableRelation[DepartmentKey] = fields.ForeignKeyField(
        "models.DepartmentKey", related_name="batches", null=True, on_delete=fields.RESTRICT
    )
    key_id: UUID | None  # of the system that pushed it; none when it came as a file
    request_key = fields.CharField(max_length=64, null=True)  # the system's own name for the push: the same one once
    approver: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="approved_batches", null=True, on_delete=fields.RESTRICT
    )
    approver_id: UUID | None
    approved_at = fields.DatetimeField(null=True)

    class Meta:
        table = "import_batch"
        unique_together = (("key_id", "request_key"),)
        indexes = [Index(fields=("department_id", "file_digest"))]


class ImportRow(Model):
    """A row that did not become a record at once: a problem to send back (masked), or a negative one that waits."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField(
        "models.ImportBatch", related_name="rows", on_delete=fields.CASCADE
    )
    batch_id: UUID
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department", related_name="import_rows", on_delete=fields.RESTRICT
    )
    department_id: str
    row_number = fields.IntField()
    state = fields.CharField(max_length=12)
    masked_name = fields.CharField(max_length=50)
    masked_number = fields.CharField(max_length=18)
    item_code = fields.CharField(max_length=20)
    document_number = fields.CharField(max_length=100)
    faults = fields.JSONField[list[dict[str, str]]](default=list)
    number_digest = fields.CharField(max_length=DIGEST, null=True)
    content_digest = fields.CharField(max_length=DIGEST, null=True)
    content_hidden: bytes | None = fields.BinaryField(null=True)  # the whole row, until it is posted
    created_at = fields.DatetimeField()

    class Meta:
        table = "import_row"
        unique_together = (("batch_id", "row_number"),)
        constraints = [
            # Two files at once may bring the same negative row: it waits once.
            UniqueConstraint(
                fields=("department_id", "number_digest", "document_number", "item_code"),
                condition="state = 'waiting'",
                name="import_row_waits_once",
            )
        ]
