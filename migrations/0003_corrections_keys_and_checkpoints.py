"""Migration 0003 corrections keys and checkpoints."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid_utils.compat import uuid7
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0002_staff_console_and_evidence')]

    initial = False

    operations = [
        ops.CreateModel(
            name='CatalogueComment',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('catalogue', fields.ForeignKeyField('models.CatalogueVersion', source_field='catalogue_id', db_constraint=True, to_field='version', related_name='comments', on_delete=OnDelete.RESTRICT)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='catalogue_comments', on_delete=OnDelete.CASCADE)),
                ('text_hidden', fields.BinaryField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'catalogue_comment', 'app': 'models', 'unique_together': (('catalogue_id', 'account_id'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('number', fields.IntField(unique=True)),
                ('day', fields.DateField(unique=True)),
                ('enrolments', fields.IntField()),
                ('entries', fields.BigIntField()),
                ('heads_digest', fields.CharField(max_length=64)),
                ('previous_hash', fields.CharField(max_length=64)),
                ('hash', fields.CharField(max_length=64)),
                ('taken_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'checkpoint', 'app': 'models'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DepartmentKey',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('public_id', fields.CharField(unique=True, max_length=32)),
                ('department', fields.ForeignKeyField('models.Department', source_field='department_id', db_constraint=True, to_field='code', related_name='api_keys', on_delete=OnDelete.RESTRICT)),
                ('officer', fields.ForeignKeyField('models.StaffUser', source_field='officer_id', db_constraint=True, to_field='id', related_name='api_keys', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=60)),
                ('hash_hidden', fields.BinaryField()),
                ('expires_on', fields.DateField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_used_on', fields.DateField(null=True)),
            ],
            options={'table': 'department_key', 'app': 'models', 'indexes': [Index(fields=['department_id'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RecordChange',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('record', fields.ForeignKeyField('models.CreditRecord', source_field='record_id', db_constraint=True, to_field='id', related_name='changes', on_delete=OnDelete.RESTRICT)),
                ('department', fields.ForeignKeyField('models.Department', source_field='department_id', db_constraint=True, to_field='code', related_name='record_changes', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=10)),
                ('state', fields.CharField(max_length=10)),
                ('from_version', fields.IntField()),
                ('reason', fields.CharField(max_length=20)),
                ('words_hidden', fields.BinaryField(null=True)),
                ('before_hidden', fields.BinaryField(null=True)),
                ('after_hidden', fields.BinaryField(null=True)),
                ('officer', fields.ForeignKeyField('models.StaffUser', source_field='officer_id', db_constraint=True, to_field='id', related_name='record_changes', on_delete=OnDelete.RESTRICT)),
                ('key', fields.ForeignKeyField('models.DepartmentKey', source_field='key_id', null=True, db_constraint=True, to_field='id', related_name='record_changes', on_delete=OnDelete.RESTRICT)),
                ('approver', fields.ForeignKeyField('models.StaffUser', source_field='approver_id', null=True, db_constraint=True, to_field='id', related_name='decided_changes', on_delete=OnDelete.RESTRICT)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'record_change', 'app': 'models', 'constraints': [UniqueConstraint(fields=('record_id',), name='record_change_waits_once', condition="state = 'waiting'")], 'indexes': [Index(fields=['department_id', 'state', 'id']), Index(fields=['record_id'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RequestNonce',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('key', fields.ForeignKeyField('models.DepartmentKey', source_field='key_id', db_constraint=True, to_field='id', related_name='nonces', on_delete=OnDelete.CASCADE)),
                ('nonce', fields.CharField(max_length=64)),
                ('seen_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'request_nonce', 'app': 'models', 'unique_together': (('key_id', 'nonce'),)},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='CatalogueVersion',
            name='comments_until',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='CatalogueVersion',
            name='withdrawn_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='CreditRecord',
            name='measures_hidden',
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name='CreditRecord',
            name='told_again_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='CreditRecord',
            name='version',
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.AddIndex(
            model_name='CreditRecord',
            index=Index(fields=['department_id', 'document_number']),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='checked_count',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='checked_head',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='reminded',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddIndex(
            model_name='Enrolment',
            index=Index(fields=['expires_on']),
        ),
        ops.AddField(
            model_name='ImportBatch',
            name='key',
            field=fields.ForeignKeyField('models.DepartmentKey', source_field='key_id', null=True, db_constraint=True, to_field='id', related_name='batches', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='ImportBatch',
            name='request_key',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddConstraint(
            model_name='ImportBatch',
            constraint=UniqueConstraint(fields=('key_id', 'request_key'), name=None),
        ),
        ops.AddField(
            model_name='Score',
            name='coming',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddIndex(
            model_name='Score',
            index=Index(fields=['next_change_on']),
        ),
    ]
