"""Migration 0002 staff console and evidence."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid_utils.compat import uuid7
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AccessLog',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('citizen', fields.ForeignKeyField('models.Citizen', source_field='citizen_id', db_constraint=True, to_field='id', related_name='access_log', on_delete=OnDelete.RESTRICT)),
                ('sequence', fields.IntField()),
                ('reader_id', fields.UUIDField()),
                ('reader_name', fields.CharField(max_length=50)),
                ('reader_department', fields.CharField(max_length=60)),
                ('purpose', fields.CharField(max_length=30)),
                ('about', fields.CharField(max_length=60)),
                ('looked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('previous_hash', fields.CharField(max_length=64)),
                ('hash', fields.CharField(max_length=64)),
            ],
            options={'table': 'access_log', 'app': 'models', 'unique_together': (('citizen_id', 'sequence'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', null=True, db_constraint=True, to_field='id', related_name='audit_events', on_delete=OnDelete.RESTRICT)),
                ('action', fields.CharField(max_length=40)),
                ('about', fields.CharField(max_length=60)),
                ('detail', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('seal', fields.IntField(null=True)),
            ],
            options={'table': 'audit_event', 'app': 'models', 'indexes': [Index(fields=['seal']), Index(fields=['at']), Index(fields=['staff_id', 'at']), Index(fields=['action', 'id']), Index(fields=['about'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('number', fields.IntField(unique=True)),
                ('events', fields.IntField()),
                ('sealed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('previous_hash', fields.CharField(max_length=64)),
                ('hash', fields.CharField(max_length=64)),
            ],
            options={'table': 'audit_seal', 'app': 'models'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Evidence',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('number', fields.CharField(unique=True, max_length=20)),
                ('citizen', fields.ForeignKeyField('models.Citizen', source_field='citizen_id', db_constraint=True, to_field='id', related_name='evidence', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=12)),
                ('state', fields.CharField(default='draft', max_length=15)),
                ('content_hidden', fields.BinaryField()),
                ('happened_on', fields.DateField(null=True)),
                ('starts_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('quantity', fields.IntField(null=True)),
                ('number_digest', fields.CharField(null=True, max_length=64)),
                ('department', fields.ForeignKeyField('models.Department', source_field='department_id', null=True, db_constraint=True, to_field='code', related_name='evidence', on_delete=OnDelete.RESTRICT)),
                ('submitted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('review_by', fields.DateField(null=True)),
                ('asked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('assignee', fields.ForeignKeyField('models.StaffUser', source_field='assignee_id', null=True, db_constraint=True, to_field='id', related_name='assigned_evidence', on_delete=OnDelete.RESTRICT)),
                ('claimant', fields.ForeignKeyField('models.StaffUser', source_field='claimant_id', null=True, db_constraint=True, to_field='id', related_name='claimed_evidence', on_delete=OnDelete.RESTRICT)),
                ('claimed_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('first_reviewer', fields.ForeignKeyField('models.StaffUser', source_field='first_reviewer_id', null=True, db_constraint=True, to_field='id', related_name='first_reviewed_evidence', on_delete=OnDelete.RESTRICT)),
                ('approved_quantity', fields.IntField(null=True)),
                ('item', fields.ForeignKeyField('models.CatalogueItem', source_field='item_id', null=True, db_constraint=True, to_field='id', related_name='evidence', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'evidence', 'app': 'models', 'indexes': [Index(fields=['department_id', 'state', 'review_by']), Index(fields=['department_id', 'decided_at']), Index(fields=['decided_at']), Index(fields=['citizen_id', 'id']), Index(fields=['number_digest'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='EvidenceStep',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('evidence', fields.ForeignKeyField('models.Evidence', source_field='evidence_id', db_constraint=True, to_field='id', related_name='steps', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=15)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', null=True, db_constraint=True, to_field='id', related_name='evidence_steps', on_delete=OnDelete.RESTRICT)),
                ('reason', fields.CharField(null=True, max_length=30)),
                ('words_hidden', fields.BinaryField(null=True)),
                ('quantity', fields.IntField(null=True)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'evidence_step', 'app': 'models', 'indexes': [Index(fields=['evidence_id', 'id'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Picture',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('owner_id', fields.UUIDField()),
                ('held_by', fields.CharField(null=True, max_length=60)),
                ('position', fields.IntField(null=True)),
                ('width', fields.IntField()),
                ('height', fields.IntField()),
                ('format', fields.CharField(max_length=8)),
                ('size', fields.IntField()),
                ('original_digest', fields.CharField(max_length=64)),
                ('taken_in_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('delete_on', fields.DateField(null=True)),
                ('deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'picture', 'app': 'models', 'indexes': [Index(fields=['owner_id']), Index(fields=['held_by', 'taken_in_at']), Index(fields=['original_digest']), Index(fields=['delete_on'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PictureMark',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('picture', fields.ForeignKeyField('models.Picture', source_field='picture_id', db_constraint=True, to_field='id', related_name='marks', on_delete=OnDelete.CASCADE)),
                ('part', fields.CharField(max_length=12)),
                ('band_0', fields.IntField()),
                ('band_1', fields.IntField()),
                ('band_2', fields.IntField()),
                ('band_3', fields.IntField()),
            ],
            options={'table': 'picture_mark', 'app': 'models', 'indexes': [Index(fields=['band_0']), Index(fields=['band_1']), Index(fields=['band_2']), Index(fields=['band_3'])]},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffRole',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', db_constraint=True, to_field='id', related_name='roles', on_delete=OnDelete.CASCADE)),
                ('role', fields.CharField(max_length=20)),
                ('given_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_role', 'app': 'models', 'unique_together': (('staff_id', 'role'),)},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffSession',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', db_constraint=True, to_field='id', related_name='sessions', on_delete=OnDelete.CASCADE)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_session', 'app': 'models'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='CatalogueVersion',
            name='evidence_rules',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Citizen',
            name='access_count',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Citizen',
            name='access_head',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='ImportBatch',
            name='fault',
            field=fields.CharField(null=True, max_length=300),
        ),
        ops.AddField(
            model_name='ImportBatch',
            name='file_key',
            field=fields.CharField(null=True, max_length=120),
        ),
        ops.AddField(
            model_name='ImportBatch',
            name='rows_total',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='away_until',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='failed_tries',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='invitation_hash',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='invited_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='locked_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='own_number_digest',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='password_hash',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='totp_hidden',
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='totp_last',
            field=fields.IntField(null=True),
        ),
    ]
