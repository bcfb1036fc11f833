"""Tables of the staff side: departments and the people who work in them."""

from tortoise import fields
from tortoise.models import Model
from uuid_utils.compat import uuid7


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
    created_at = fields.DatetimeField()

    class Meta:
        table = "staff_user"
