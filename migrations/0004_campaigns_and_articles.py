"""Migration 0004 campaigns and articles."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid_utils.compat import uuid7
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_corrections_keys_and_checkpoints')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Article',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('state', fields.CharField(max_length=20)),
                ('version', fields.IntField()),
                ('newest_number', fields.IntField()),
                ('round', fields.IntField(default=1, db_default=1)),
                ('writer', fields.ForeignKeyField('models.StaffUser', source_field='writer_id', db_constraint=True, to_field='id', related_name='articles', on_delete=OnDelete.RESTRICT)),
                ('title', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=20)),
                ('publish_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('open_by', fields.ForeignKeyField('models.StaffUser', source_field='open_by_id', null=True, db_constraint=True, to_field='id', related_name='open_articles', on_delete=OnDelete.SET_NULL)),
                ('open_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('preview_key', fields.CharField(null=True, max_length=64)),
                ('preview_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'article', 'app': 'models', 'indexes': [Index(fields=['state', 'changed_at']), Index(fields=['changed_at', 'id'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Campaign',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('key', fields.CharField(unique=True, max_length=40)),
                ('name', fields.CharField(max_length=40)),
                ('summary', fields.CharField(max_length=200)),
                ('starts_on', fields.DateField()),
                ('ends_on', fields.DateField()),
                ('pledge', fields.BooleanField(default=False, db_default=False)),
                ('banner_id', fields.UUIDField(null=True)),
                ('pledged', fields.IntField(default=0, db_default=0)),
                ('hidden', fields.BooleanField(default=False, db_default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'campaign', 'app': 'models', 'indexes': [Index(fields=['starts_on'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ContentChange',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('number', fields.BigIntField()),
            ],
            options={'table': 'content_change', 'app': 'models'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Like',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='likes', on_delete=OnDelete.CASCADE)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='likes', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
            ],
            options={'table': 'article_like', 'app': 'models', 'unique_together': (('article_id', 'account_id'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Pledge',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('campaign', fields.ForeignKeyField('models.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='pledges', on_delete=OnDelete.CASCADE)),
                ('digest', fields.CharField(max_length=64)),
                ('day', fields.DateField()),
            ],
            options={'table': 'pledge', 'app': 'models', 'unique_together': (('campaign_id', 'digest'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Publication',
            fields=[
                ('article', fields.OneToOneField('models.Article', source_field='article_id', primary_key=True, db_index=True, db_constraint=True, to_field='id', related_name='publication', on_delete=OnDelete.RESTRICT)),
                ('revision_number', fields.IntField()),
                ('title', fields.CharField(max_length=64)),
                ('summary', fields.CharField(max_length=120)),
                ('source', fields.CharField(max_length=40)),
                ('author', fields.CharField(max_length=40)),
                ('channel', fields.CharField(max_length=20)),
                ('campaign', fields.ForeignKeyField('models.Campaign', source_field='campaign_id', null=True, db_constraint=True, to_field='id', related_name='publications', on_delete=OnDelete.SET_NULL)),
                ('tags', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('cover_id', fields.UUIDField(null=True)),
                ('html', fields.TextField(unique=False)),
                ('attachments', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('files', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('minutes', fields.IntField()),
                ('publish_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('pinned_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('retracted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'publication', 'app': 'models', 'indexes': [Index(fields=['publish_at', 'article_id']), Index(fields=['channel', 'publish_at', 'article_id']), Index(fields=['campaign_id', 'publish_at', 'article_id']), Index(fields=['ends_at'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PublishedFile',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='shown_files', on_delete=OnDelete.CASCADE)),
                ('file_id', fields.UUIDField()),
            ],
            options={'table': 'published_file', 'app': 'models', 'unique_together': (('article_id', 'file_id'),), 'indexes': [Index(fields=['file_id'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PublishedMedia',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('held_by', fields.CharField(max_length=60)),
                ('kind', fields.CharField(max_length=8)),
                ('name', fields.CharField(max_length=80)),
                ('format', fields.CharField(max_length=8)),
                ('size', fields.IntField()),
                ('width', fields.IntField(null=True)),
                ('height', fields.IntField(null=True)),
                ('seconds', fields.IntField(null=True)),
                ('crops', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('original_digest', fields.CharField(max_length=64)),
                ('uploaded_by', fields.UUIDField()),
                ('uploaded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'published_media', 'app': 'models', 'indexes': [Index(fields=['held_by', 'uploaded_at'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ReadCount',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='read_counts', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
                ('reads', fields.IntField()),
            ],
            options={'table': 'read_count', 'app': 'models', 'unique_together': (('article_id', 'day'),), 'indexes': [Index(fields=['day'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Review',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='reviews', on_delete=OnDelete.CASCADE)),
                ('round', fields.IntField()),
                ('revision_number', fields.IntField()),
                ('step', fields.CharField(max_length=20)),
                ('by', fields.ForeignKeyField('models.StaffUser', source_field='by_id', db_constraint=True, to_field='id', related_name='reviews', on_delete=OnDelete.RESTRICT)),
                ('comment', fields.CharField(default='', max_length=500)),
                ('confirmed', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'article_review', 'app': 'models', 'indexes': [Index(fields=['article_id', 'at'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Revision',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='revisions', on_delete=OnDelete.CASCADE)),
                ('number', fields.IntField()),
                ('content', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('saved_by', fields.ForeignKeyField('models.StaffUser', source_field='saved_by_id', db_constraint=True, to_field='id', related_name='revisions', on_delete=OnDelete.RESTRICT)),
                ('saved_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('automatic', fields.BooleanField(default=False, db_default=False)),
                ('restored_from', fields.IntField(null=True)),
            ],
            options={'table': 'article_revision', 'app': 'models', 'unique_together': (('article_id', 'number'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='WatchedWord',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('word', fields.CharField(unique=True, max_length=30)),
                ('kind', fields.CharField(max_length=10)),
                ('advice', fields.CharField(default='', max_length=60)),
                ('added_by', fields.ForeignKeyField('models.StaffUser', source_field='added_by_id', null=True, db_constraint=True, to_field='id', related_name='watched_words', on_delete=OnDelete.SET_NULL)),
                ('added_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'watched_word', 'app': 'models'},
            bases=['Model'],
        ),
    ]
