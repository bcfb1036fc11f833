"""Tables of pictures and of published files: what is kept of each, and the marks by which a picture is known again."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

DIGEST = 64  # hex digits of a SHA-256


class Picture(Model):
    """One picture that somebody sent. Its files go on schedule; the row with its digests stays while it is held."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    owner_id = fields.UUIDField()  # the citizen who sent it; her table belongs to the backend
    held_by = fields.CharField(max_length=60, null=True)  # `evidence:ID`; nothing: swept after a day
    position: int | None = fields.IntField(null=True)  # from 0, among those of its holder
    width = fields.IntField()  # of the master, in pixels
    height = fields.IntField()
    format = fields.CharField(max_length=8)  # webp or jpeg
    size = fields.IntField()  # bytes of the three files together
    original_digest = fields.CharField(max_length=DIGEST)  # of the bytes that were sent
    taken_in_at = fields.DatetimeField()
    delete_on: date | None = fields.DateField(null=True)
    deleted_at: datetime | None = fields.DatetimeField(null=True)  # the files are gone

    class Meta:
        table = "picture"
        indexes = [
            Index(fields=("owner_id",)),
            Index(fields=("held_by", "taken_in_at")),
            Index(fields=("original_digest",)),
            Index(fields=("delete_on",)),
        ]


class PictureMark(Model):
    """A perceptual hash of a picture or a part of it: 64 bits in four bands, so that a near one is found by index."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    picture: fields.ForeignKeyRelation[Picture] = fields.ForeignKeyField(
        "models.Picture", related_name="marks", on_delete=fields.CASCADE
    )
    picture_id: UUID
    part = fields.CharField(max_length=12)  # `whole`, or which crop of it
    band_0 = fields.IntField()  # 16 bits each, the highest first
    band_1 = fields.IntField()
    band_2 = fields.IntField()
    band_3 = fields.IntField()

    class Meta:
        table = "picture_mark"
        indexes = [Index(fields=(f"band_{number}",)) for number in range(4)]


class PublishedMedia(Model):
    """A picture, video, sound or PDF of an article, a campaign: re-encoded or rewritten before it was kept."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    held_by = fields.CharField(max_length=60)  # `article:ID`, `campaign:ID`: what it was uploaded for
    kind = fields.CharField(max_length=8)  # picture, video, audio, pdf
    name = fields.CharField(max_length=80)  # as readers see it; of a picture: nothing
    format = fields.CharField(max_length=8)  # webp, jpeg, mp4, mp3, m4a, pdf
    size = fields.IntField()  # bytes of its largest file
    width: int | None = fields.IntField(null=True)  # pixels, of a picture or video
    height: int | None = fields.IntField(null=True)
    seconds: int | None = fields.IntField(null=True)  # how long a video or sound plays
    crops = fields.JSONField[dict[str, list[int]]]()  # of a cover: shape → left, top, width, height in pixels, cut
    original_digest = fields.CharField(max_length=DIGEST)
    uploaded_by = fields.UUIDField()  # the staff user, whose table belongs to the backend
    uploaded_at = fields.DatetimeField()

    class Meta:
        table = "published_media"
        indexes = [Index(fields=("held_by", "uploaded_at"))]
