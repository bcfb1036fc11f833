"""Migration 0005 article search."""

from tortoise import migrations

from backend.database.search_tables import AddSearchTables

class Migration(migrations.Migration):
    dependencies = [('models', '0004_campaigns_and_articles')]

    initial = False

    operations = [
        AddSearchTables(),
    ]
