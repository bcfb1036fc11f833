"""A small project whose models change, for tests of migrations: shelves, books on them, slips in the books."""

import itertools
import textwrap
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend.database import close_database, drift, make_migration, migrate, open_database, pending
from backend.settings import Settings

MODELS = """
    from tortoise import fields
    from tortoise.indexes import Index
    from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
    from tortoise.models import Model


    class Shelf(Model):
        '''Where books stand; this comment's semicolon is no end.'''

        name = fields.CharField(max_length=20, unique=True)

        class Meta:
            table = "shelf"


    class Book(Model):
        shelf = fields.ForeignKeyField("models.Shelf", related_name="books", on_delete=fields.CASCADE)
        place = fields.IntField()
        title = fields.CharField(max_length=20, db_index=True)
        pages = fields.IntField(default=1)
        state = fields.CharField(max_length=10, db_default="in")

        class Meta:
            table = "book"
            unique_together = (("shelf", "place"),)
            indexes = [Index(fields=("shelf", "state")), ("title", "pages")]
            constraints = (
                CheckConstraint(name="book_has_pages", check="pages > 0"),
                UniqueConstraint(name="book_out_once", fields=("shelf", "title"), condition="state = 'out'"),
                UniqueConstraint(name="book_title_pages", fields=("title", "pages")),
            )


    class Slip(Model):
        book = fields.ForeignKeyField("models.Book", related_name="slips", on_delete=fields.CASCADE)
        opened = fields.OneToOneField("models.Book", related_name="opened_by", null=True, on_delete=fields.SET_NULL)

        class Meta:
            table = "slip"
"""
ROWS = """
    INSERT INTO shelf (id, name) VALUES (1, 'by the door');
    INSERT INTO book (id, shelf_id, place, title, pages, state) VALUES (1, 1, 1, '论语', 10, 'out');
    INSERT INTO book (id, shelf_id, place, title, pages, state) VALUES (2, 1, 2, '论语', 20, 'in');
    INSERT INTO slip (id, book_id, opened_id) VALUES (1, 1, 2);
"""
_numbers = itertools.count(1)


class Library:
    """The project, in a folder that Python imports from."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self.migrations = f"library_migrations_{next(_numbers)}"
        self.models: list[str] = []
        self.folder = folder
        (folder / self.migrations).mkdir()
        (folder / self.migrations / "__init__.py").write_text("")

    def write(self, *changes: tuple[str, str]) -> None:
        """The models now: as above, with these words changed."""
        text = textwrap.dedent(MODELS)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.models = [f"library_models_{next(_numbers)}"]
        (self.folder / f"{self.models[0]}.py").write_text(text)

    async def change(self, *changes: tuple[str, str]) -> list[str]:
        """Change the models, write the migration and apply it."""
        self.write(*changes)
        assert await make_migration("change", self.models, migrations=self.migrations)
        assert await drift(self.models, migrations=self.migrations) == []
        return await self.migrate()

    async def migrate(self, target: str | None = None) -> list[str]:
        await close_database()
        return await migrate(self.settings, self.models, migrations=self.migrations, target=target)

    async def pending(self) -> list[str]:
        return await pending(self.settings, self.models, migrations=self.migrations)

    async def open(self) -> BaseDBAsyncClient:
        await open_database(self.settings, self.models, migrations=self.migrations)
        return get_connection("default")

    async def fill(self) -> None:
        """One shelf, two books, a slip in the first."""
        await (await self.open()).execute_script(ROWS)
        await close_database()
