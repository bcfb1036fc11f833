"""Tables of nominations, of the nominees whom they name, and of what nominees and neighbours said."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.awards.models import Season
from backend.citizens.models import DIGEST, Citizen
from backend.staff.models import StaffUser

LONGEST_NUMBER = 20  # characters


class Nomination(Model):
    """推荐: what one nominator, a citizen or a unit, wrote about one person or several in one season."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.CharField(max_length=LONGEST_NUMBER, unique=True)  # by which people name it: `2026-7F3K9Q`
    season: fields.ForeignKeyRelation[Season] = fields.ForeignKeyField(
        "models.Season", related_name="nominations", on_delete=fields.RESTRICT
    )
    season_id: UUID
    citizen: fields.ForeignKeyNullableRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="nominations", null=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID | None  # who nominates; none: a unit or township does, by `staff`
    staff: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="nominations", null=True, on_delete=fields.RESTRICT
    )
    staff_id: UUID | None
    state = fields.CharField(max_length=10, default="draft")
    version = fields.IntField(default=1)  # one more with each change, so that an old page decides nothing
    content_hidden: bytes | None = fields.BinaryField(null=True)  # all that was written, whole; none: erased
    submitted_at: datetime | None = fields.DatetimeField(null=True)
    check_until: datetime | None = fields.DatetimeField(null=True)  # past it, no answer of WeChat is waited for
    first_decided_by = fields.UUIDField(null=True)  # who may not decide the appeal
    erase_on: date | None = fields.DateField(null=True)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "nomination"
        indexes = [
            Index(fields=("season_id", "state", "submitted_at")),
            Index(fields=("citizen_id", "id")),
            Index(fields=("staff_id", "id")),
            Index(fields=("erase_on",)),
        ]


class NominationStep(Model):
    """One step of a nomination, with who took it and why; append-only."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nomination: fields.ForeignKeyRelation[Nomination] = fields.ForeignKeyField(
        "models.Nomination", related_name="steps", on_delete=fields.CASCADE
    )
    nomination_id: UUID
    kind = fields.CharField(max_length=15)
    staff_id = fields.UUIDField(null=True)  # none: the nominator, or the machine
    reason = fields.CharField(max_length=30, null=True)
    words_hidden: bytes | None = fields.BinaryField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "nomination_step"
        indexes = [Index(fields=("nomination_id", "id"))]


class ContentCheck(Model):
    """What WeChat was asked about one text or picture of a nomination, and what it answered."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nomination: fields.ForeignKeyRelation[Nomination] = fields.ForeignKeyField(
        "models.Nomination", related_name="checks", on_delete=fields.CASCADE
    )
    nomination_id: UUID
    round = fields.IntField()  # the nomination's version that was checked
    part = fields.CharField(max_length=50)  # `text:0`, `picture:ID`
    state = fields.CharField(max_length=10)  # asked, pass, review, risky, failed
    label: int | None = fields.IntField(null=True)  # WeChat's kind of content
    trace_id = fields.CharField(max_length=100, null=True, unique=True)  # by which the later answer is known
    asked_at = fields.DatetimeField()
    answered_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "content_check"
        unique_together = (("nomination_id", "round", "part"),)


class Nominee(Model):
    """A person whom one nomination or several name in one season, once they are accepted; on the road to an honour."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    season: fields.ForeignKeyRelation[Season] = fields.ForeignKeyField(
        "models.Season", related_name="nominees", on_delete=fields.RESTRICT
    )
    season_id: UUID
    citizen: fields.ForeignKeyNullableRelation[Citizen] = fields.ForeignKeyField(
        "models.Citizen", related_name="nominees", null=True, on_delete=fields.RESTRICT
    )
    citizen_id: UUID | None  # once it is known who it is
    state = fields.CharField(max_length=12, default="gathered")
    version = fields.IntField(default=1)
    person_digest = fields.CharField(max_length=DIGEST, null=True)  # of the normalised name and the township
    township = fields.CharField(max_length=30)
    about_hidden: bytes | None = fields.BinaryField(null=True)  # name, unit, how to reach, story; none: erased
    asked_at: datetime | None = fields.DatetimeField(null=True)
    answer_by: date | None = fields.DateField(null=True)  # in the app; past it somebody calls
    answered_at: datetime | None = fields.DatetimeField(null=True)
    credit_passed = fields.BooleanField(null=True)  # all that the committee learns
    credit_checked_at: datetime | None = fields.DatetimeField(null=True)
    erase_on: date | None = fields.DateField(null=True)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "nominee"
        indexes = [
            Index(fields=("season_id", "state", "id")),
            Index(fields=("season_id", "person_digest")),
            Index(fields=("citizen_id", "id")),
            Index(fields=("erase_on",)),
        ]


class NominatedPerson(Model):
    """One of the people whom a submitted nomination names; the names themselves stand in its content."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nomination: fields.ForeignKeyRelation[Nomination] = fields.ForeignKeyField(
        "models.Nomination", related_name="people", on_delete=fields.CASCADE
    )
    nomination_id: UUID
    position = fields.IntField()  # from 0, in the content
    season_id = fields.UUIDField()
    person_digest = fields.CharField(max_length=DIGEST)
    nominee: fields.ForeignKeyNullableRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="people", null=True, on_delete=fields.RESTRICT
    )
    nominee_id: UUID | None  # once it is accepted

    class Meta:
        table = "nominated_person"
        unique_together = (("nomination_id", "position"),)
        indexes = [Index(fields=("season_id", "person_digest")), Index(fields=("nominee_id",))]


class NomineeConsent(Model):
    """A nominee's yes or no to one thing: endorse, credit_check, publication, referral. The newest of a kind counts."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nominee: fields.ForeignKeyRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="consents", on_delete=fields.CASCADE
    )
    nominee_id: UUID
    kind = fields.CharField(max_length=15)
    given = fields.BooleanField()
    staff_id = fields.UUIDField(null=True)  # who recorded it in a call; none: the nominee in the app
    at = fields.DatetimeField()

    class Meta:
        table = "nominee_consent"
        indexes = [Index(fields=("nominee_id", "kind", "id"))]


class NomineeStep(Model):
    """One step of a nominee's road: asked, called, moved, removed …, with who took it; append-only."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nominee: fields.ForeignKeyRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="steps", on_delete=fields.CASCADE
    )
    nominee_id: UUID
    kind = fields.CharField(max_length=15)
    staff_id = fields.UUIDField(null=True)
    words_hidden: bytes | None = fields.BinaryField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "nominee_step"
        indexes = [Index(fields=("nominee_id", "id"))]


class Endorsement(Model):
    """支持推荐: one citizen's for one nominee, as keyed digests: rows of two seasons cannot be put together."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    nominee: fields.ForeignKeyRelation[Nominee] = fields.ForeignKeyField(
        "models.Nominee", related_name="endorsements", on_delete=fields.CASCADE
    )
    nominee_id: UUID
    season_id = fields.UUIDField()
    citizen_digest = fields.CharField(max_length=DIGEST)  # of citizen and season
    at = fields.DatetimeField()

    class Meta:
        table = "endorsement"
        unique_together = (("nominee_id", "citizen_digest"),)
        indexes = [Index(fields=("season_id", "citizen_digest"))]
