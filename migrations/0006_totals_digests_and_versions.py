"""Migration 0006 totals digests and versions.

What was read and liked so far is summed up into `article_total`. Who liked it is forgotten: no statement can make a
keyed digest, so those likes go on as a number of which nobody can take hers back. The table of likes is dropped and
made anew, since PostgreSQL keeps what stood in a dropped column. Taken back, likes are gone, and days of reads stay.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

SUM_UP = """
    INSERT INTO article_total (article_id, reads, likes)
    SELECT id, reads, likes FROM (
        SELECT a.id,
            (SELECT coalesce(sum(r.reads), 0) FROM read_count r WHERE r.article_id = a.id) AS reads,
            (SELECT count(*) FROM article_like l WHERE l.article_id = a.id) AS likes
        FROM article a
    ) AS summed WHERE reads > 0 OR likes > 0
"""

class Migration(migrations.Migration):
    dependencies = [('models', '0005_article_search')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ArticleTotal',
            fields=[
                ('article', fields.OneToOneField('models.Article', source_field='article_id', primary_key=True, db_index=True, db_constraint=True, to_field='id', related_name='total', on_delete=OnDelete.CASCADE)),
                ('reads', fields.BigIntField(default=0, db_default=0)),
                ('likes', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'article_total', 'app': 'models'},
            bases=['Model'],
        ),
        ops.RunSQL(SUM_UP, ops.RunSQL.noop),
        ops.DeleteModel(name='Like'),
        ops.CreateModel(
            name='Like',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='likes', on_delete=OnDelete.CASCADE)),
                ('digest', fields.CharField(max_length=64)),
                ('day', fields.DateField()),
            ],
            options={'table': 'article_like', 'app': 'models', 'unique_together': (('article_id', 'digest'),)},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Campaign',
            name='version',
            field=fields.IntField(default=1, db_default=1),
        ),
    ]
