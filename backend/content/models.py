"""Tables of content: articles with their revisions and reviews, what is published of them, campaigns, counts."""

from datetime import date, datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model
from uuid_utils.compat import uuid7

from backend.citizens.models import DIGEST
from backend.staff.models import StaffUser


class Campaign(Model):
    """宣传活动: a stretch of days with a banner, under which articles stand."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    key = fields.CharField(max_length=40, unique=True)  # `quality-month-2026`; one that an editor made: a random word
    name = fields.CharField(max_length=40)
    summary = fields.CharField(max_length=200)
    starts_on = fields.DateField()
    ends_on = fields.DateField()  # the last day
    pledge = fields.BooleanField(default=False, db_default=False)  # 诚信公约阳光行: readers may pledge
    banner_id: UUID | None = fields.UUIDField(null=True)  # a file of `media`, which knows no tables of ours
    pledged = fields.IntField(default=0, db_default=0)  # how many did: moved with each, for counting rows takes long
    hidden = fields.BooleanField(default=False, db_default=False)
    version = fields.IntField(default=1, db_default=1)  # counts every change of its words, days and pledge
    created_at = fields.DatetimeField()

    class Meta:
        table = "campaign"
        indexes = [Index(fields=("starts_on",))]


class Article(Model):
    """文章 on the editors' side: who works on it, and how far its newest revision is on its way."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    state = fields.CharField(max_length=20)  # a word of content.flow.STATES
    version = fields.IntField()  # counts every save: whoever saves names the one she began from
    newest_number = fields.IntField()  # of its revisions
    round = fields.IntField(default=1, db_default=1)  # of reviewing; each submission begins another
    writer: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="articles", on_delete=fields.RESTRICT
    )
    writer_id: UUID
    title = fields.CharField(max_length=64)  # of the newest revision, for the editors' list
    channel = fields.CharField(max_length=20)
    publish_at: datetime | None = fields.DatetimeField(null=True)  # wished: not before; nothing: as soon as passed
    ends_at: datetime | None = fields.DatetimeField(null=True)
    open_by: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="open_articles", null=True, on_delete=fields.SET_NULL
    )
    open_by_id: UUID | None
    open_at: datetime | None = fields.DatetimeField(null=True)  # when her editor last said that it is open
    preview_key = fields.CharField(max_length=DIGEST, null=True)  # of the private link; a new one ends the old
    preview_until: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "article"
        indexes = [Index(fields=("state", "changed_at")), Index(fields=("changed_at", "id"))]


def _of_article(name: str) -> fields.ForeignKeyRelation[Article]:
    """The article to which a row belongs, and with which it goes."""
    return fields.ForeignKeyField("models.Article", related_name=name, on_delete=fields.CASCADE)


class Revision(Model):
    """What an article said at one save; never changed, but for an editor's own autosaves of some minutes."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    article: fields.ForeignKeyRelation[Article] = _of_article("revisions")
    article_id: UUID
    number = fields.IntField()  # from 1
    content = fields.JSONField[dict[str, object]]()  # content.draft.Draft
    saved_by: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="revisions", on_delete=fields.RESTRICT
    )
    saved_by_id: UUID
    saved_at = fields.DatetimeField()
    automatic = fields.BooleanField(default=False, db_default=False)
    restored_from: int | None = fields.IntField(null=True)

    class Meta:
        table = "article_revision"
        unique_together = (("article_id", "number"),)


class Review(Model):
    """One step of an article's way: handed in, one of the three reviews, sent back, 撤稿; what 发稿审签单 prints."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    article: fields.ForeignKeyRelation[Article] = _of_article("reviews")
    article_id: UUID
    round = fields.IntField()
    revision_number = fields.IntField()
    step = fields.CharField(max_length=20)  # a word of content.flow.STEPS
    by: fields.ForeignKeyRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="reviews", on_delete=fields.RESTRICT
    )
    by_id: UUID
    comment = fields.CharField(max_length=500, default="")
    confirmed = fields.JSONField[list[str]]()  # what the reviewer confirmed by name, as sentences
    at = fields.DatetimeField()

    class Meta:
        table = "article_review"
        indexes = [Index(fields=("article_id", "at"))]


class Publication(Model):
    """An article as readers see it: copied from the revision that passed, so that no draft can be read by accident."""

    article: fields.OneToOneRelation[Article] = fields.OneToOneField(
        "models.Article", related_name="publication", primary_key=True, on_delete=fields.RESTRICT
    )
    article_id: UUID
    revision_number = fields.IntField()
    title = fields.CharField(max_length=64)
    summary = fields.CharField(max_length=120)
    source = fields.CharField(max_length=40)
    author = fields.CharField(max_length=40)
    channel = fields.CharField(max_length=20)
    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="publications", null=True, on_delete=fields.SET_NULL
    )
    campaign_id: UUID | None
    tags = fields.JSONField[list[str]]()
    cover_id: UUID | None = fields.UUIDField(null=True)  # a file of `media`
    html = fields.TextField()  # cleaned; pictures by `file:ID`
    attachments = fields.JSONField[list[dict[str, object]]]()  # content.draft.Attachment
    files = fields.JSONField[list[str]]()  # every file that it shows: those may be fetched by anybody
    minutes = fields.IntField()  # to read it
    publish_at = fields.DatetimeField()
    ends_at: datetime | None = fields.DatetimeField(null=True)
    pinned_at: datetime | None = fields.DatetimeField(null=True)
    retracted_at: datetime | None = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "publication"
        indexes = [
            Index(fields=("publish_at", "article_id")),
            Index(fields=("channel", "publish_at", "article_id")),
            Index(fields=("campaign_id", "publish_at", "article_id")),
            Index(fields=("ends_at",)),
        ]


class PublishedFile(Model):
    """That an article's publication shows a file: asked before a file is given to everybody."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    article: fields.ForeignKeyRelation[Article] = _of_article("shown_files")
    article_id: UUID
    file_id = fields.UUIDField()

    class Meta:
        table = "published_file"
        unique_together = (("article_id", "file_id"),)
        indexes = [Index(fields=("file_id",))]


class ContentChange(Model):
    """One row: a number that moves with whatever readers may see, so that every process drops its kept answers."""

    id = fields.IntField(primary_key=True)  # always 1
    number = fields.BigIntField()

    class Meta:
        table = "content_change"


class ReadCount(Model):
    """How often an article was read on one day of the county. Nobody's reading is kept."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    article: fields.ForeignKeyRelation[Article] = _of_article("read_counts")
    article_id: UUID
    day: date = fields.DateField()
    reads = fields.IntField()

    class Meta:
        table = "read_count"
        unique_together = (("article_id", "day"),)
        indexes = [Index(fields=("day",))]


class Like(Model):
    """One 赞 of an article: a keyed digest of the account, so that it counts once and names nobody."""

    id = fields.UUIDField(primary_key=True, default=uuid4)  # no moment in it, by which likes would follow each other
    article: fields.ForeignKeyRelation[Article] = _of_article("likes")
    article_id: UUID
    digest = fields.CharField(max_length=DIGEST)
    day: date = fields.DateField()

    class Meta:
        table = "article_like"
        unique_together = (("article_id", "digest"),)


class ArticleTotal(Model):
    """How often an article was read and liked in all: moved with each, for summing up days takes longer every year."""

    article: fields.OneToOneRelation[Article] = fields.OneToOneField(
        "models.Article", related_name="total", primary_key=True, on_delete=fields.CASCADE
    )
    reads = fields.BigIntField(default=0, db_default=0)
    likes = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "article_total"


class Pledge(Model):
    """That somebody pledged: a keyed digest of the account, so that it counts once and names nobody."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="pledges", on_delete=fields.CASCADE
    )
    campaign_id: UUID
    digest = fields.CharField(max_length=DIGEST)
    day: date = fields.DateField()

    class Meta:
        table = "pledge"
        unique_together = (("campaign_id", "digest"),)


class WatchedWord(Model):
    """错敏词: a word that is pointed out before review, with what to write instead."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    word = fields.CharField(max_length=30, unique=True)
    kind = fields.CharField(max_length=10)  # wrong, sensitive
    advice = fields.CharField(max_length=60, default="")
    added_by: fields.ForeignKeyNullableRelation[StaffUser] = fields.ForeignKeyField(
        "models.StaffUser", related_name="watched_words", null=True, on_delete=fields.SET_NULL
    )
    added_by_id: UUID | None
    added_at = fields.DatetimeField()

    class Meta:
        table = "watched_word"
