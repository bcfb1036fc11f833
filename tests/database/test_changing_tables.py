"""Tables made and changed by migrations are what the models say, on both databases, forwards and back, rows kept."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError

from backend.database import NOTHING, MigrationError, close_database, drift, make_migration
from backend.settings import Settings
from tests.database.library import Library
from tests.schema_differences import schema_differences

STATE = """    state = fields.CharField(max_length=10, db_default="in")\n"""
PLACE = "    place = fields.IntField()\n"
CHECK = """CheckConstraint(name="book_has_pages", check="pages > 0"),"""
TITLE_PAGES = """UniqueConstraint(name="book_title_pages", fields=("title", "pages")),"""
ROWS = "SELECT (SELECT count(*) FROM shelf) AS a, (SELECT count(*) FROM book) AS b, (SELECT count(*) FROM slip) AS c"

CHANGES = {
    "a longer text": [("max_length=20, db_index", "max_length=40, db_index")],
    "a number that may be missing": [("IntField(default=1)", "IntField(null=True)")],
    "an index less": [(", db_index=True", "")],
    "an index more": [(PLACE, PLACE.replace("()", "(db_index=True)"))],
    "a column less": [(STATE, ""), ('Index(fields=("shelf", "state")), ', ""), ("state = 'out'", "pages > 10")],
    "a column more, indexed": [(PLACE, PLACE + "    year = fields.IntField(null=True, db_index=True)\n")],
    "a column of another name": [("place", "position")],
    "another check": [("pages > 0", "pages > 1")],
    "a check less": [(CHECK, "")],
    "a check of another name": [("book_has_pages", "book_is_no_cover")],
    "another condition": [("state = 'out'", "state <> 'in'")],
    "a condition of another name": [("book_out_once", "book_lent_once")],
    "a unique set less": [('unique_together = (("shelf", "place"),)', "")],
    "a unique set more": [('(("shelf", "place"),)', '(("shelf", "place"), ("shelf", "pages"))')],
    "a named unique set less": [(TITLE_PAGES, "")],
    "a named unique set more": [(TITLE_PAGES, TITLE_PAGES + TITLE_PAGES.replace("title", "state"))],
    "a key that may be missing": [('related_name="slips"', 'related_name="slips", null=True')],
}


@pytest.fixture
async def library(empty: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Library]:
    monkeypatch.syspath_prepend(tmp_path)
    yield Library(tmp_path, empty)
    await close_database()
    for name in [name for name in sys.modules if name.startswith("library_")]:
        del sys.modules[name]


async def test_tables_are_made_whole_and_unmade(library: Library) -> None:
    assert await library.change() == ["0001_change"]
    assert await schema_differences(await library.open()) == []
    assert await library.migrate(NOTHING) == ["0001_change"]
    assert await library.pending() == ["0001_change"]
    assert await library.migrate() == ["0001_change"]
    assert await library.migrate() == []
    assert await schema_differences(await library.open()) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE book SET pages = 0",
        "UPDATE book SET place = 1",
        "UPDATE book SET state = 'out'",
        "UPDATE book SET pages = 10",
        "INSERT INTO slip (id, book_id, opened_id) VALUES (2, 1, 2)",
        "INSERT INTO slip (id, book_id) VALUES (2, 77)",
    ],
)
async def test_what_the_models_forbid_is_refused(library: Library, forbidden: str) -> None:
    await library.change()
    await library.fill()
    connection = await library.open()
    with pytest.raises(IntegrityError):
        await connection.execute_query(forbidden)


@pytest.mark.parametrize("change", CHANGES)
async def test_tables_change_with_the_models_and_back(library: Library, change: str) -> None:
    await library.change()
    before = library.models
    await library.fill()
    assert await library.change(*CHANGES[change]) == ["0002_change"]
    connection = await library.open()
    assert await schema_differences(connection) == []
    assert await connection.execute_query_dict(ROWS) == [{"a": 1, "b": 2, "c": 1}]
    assert await library.migrate("0001_change") == ["0002_change"]
    library.models = before
    connection = await library.open()
    assert await schema_differences(connection) == []
    assert await connection.execute_query_dict(ROWS) == [{"a": 1, "b": 2, "c": 1}]


async def test_a_change_that_the_rows_forbid_changes_nothing(library: Library) -> None:
    await library.change()
    before = library.models
    await library.fill()
    library.write((PLACE, PLACE + "    year = fields.IntField(null=True)\n"), ("pages > 0", "pages > 15"))
    await make_migration("change", library.models, migrations=library.migrations)
    with pytest.raises(IntegrityError):
        await library.migrate()
    assert await library.pending() == ["0002_change"]
    library.models = before
    assert await schema_differences(await library.open()) == []


RENAME_SHELVES = """
from tortoise import migrations
from tortoise.migrations import operations as ops

async def rename(apps, editor):
    await apps.get_model("models.Shelf").filter(id=1).update(name="by the window")
    await apps.get_model("models.Shelf").create(id=2, name="by the door")

async def rename_back(apps, editor):
    await apps.get_model("models.Shelf").filter(id=2).delete()
    await apps.get_model("models.Shelf").filter(id=1).update(name="by the door")

class Migration(migrations.Migration):
    dependencies = [("models", "0001_change")]
    operations = [ops.RunPython(rename, rename_back)]
"""


async def test_a_migration_may_change_rows(library: Library) -> None:
    await library.change()
    await library.fill()
    (library.folder / library.migrations / "0002_rename_shelves.py").write_text(RENAME_SHELVES)
    assert await library.migrate() == ["0002_rename_shelves"]
    connection = await library.open()
    names = "SELECT name FROM shelf ORDER BY id"
    assert await connection.execute_query_dict(names) == [{"name": "by the window"}, {"name": "by the door"}]
    assert await library.migrate("0001_change") == ["0002_rename_shelves"]
    assert await (await library.open()).execute_query_dict(names) == [{"name": "by the door"}]


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ("DROP INDEX book_out_once", "missing: book unique (shelf_id, title) under the condition book_out_once"),
        ("ALTER TABLE slip ADD COLUMN colour INT", "nobody asked for: slip.colour INT"),
        ("CREATE INDEX more ON slip (book_id)", "nobody asked for: slip index (book_id)"),
        ("ALTER TABLE slip RENAME TO slips", "missing: slip.book_id refers to book.id ON DELETE CASCADE"),
        ('CREATE TABLE x (a INT CONSTRAINT "y" CHECK (a > 0))', "nobody asked for: x checks y"),
    ],
)
async def test_a_table_changed_by_hand_is_noticed(library: Library, changed: str, difference: str) -> None:
    await library.change()
    connection = await library.open()
    await connection.execute_script(changed)
    assert difference in await schema_differences(connection)


async def test_two_processes_migrate_at_once(library: Library) -> None:
    library.write()
    await make_migration("change", library.models, migrations=library.migrations)
    program = (
        "import asyncio, sys; sys.path[:0] = sys.argv[1:3];"
        "from backend.database import migrate; from backend.settings import demo_settings;"
        "settings = demo_settings(database_url=sys.argv[3]);"
        "print(asyncio.run(migrate(settings, [sys.argv[4]], migrations=sys.argv[5])))"
    )
    words = [".", str(library.folder), library.settings.database_url, library.models[0], library.migrations]

    async def process() -> str:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", program, *words, stdout=-1, stderr=-2
        )
        said, _ = await running.communicate()
        return said.decode().strip()

    assert sorted(await asyncio.gather(*[process() for _ in range(3)])) == ["['0001_change']", "[]", "[]"]
    assert await schema_differences(await library.open()) == []


async def test_a_database_newer_than_the_program_is_refused(library: Library) -> None:
    await library.change()
    connection = await library.open()
    await connection.execute_query("UPDATE tortoise_migrations SET name = '0009_later'")
    with pytest.raises(MigrationError, match="0009_later"):
        await library.migrate()


async def test_a_constraint_needs_a_name(library: Library) -> None:
    library.write(('name="book_out_once", ', ""))
    with pytest.raises(MigrationError, match="Book"):
        await drift(library.models, migrations=library.migrations)


async def test_words_about_a_table_are_no_change_of_it(library: Library) -> None:
    await library.change()
    library.write(("Where books stand", "Where books stood"))
    assert await drift(library.models, migrations=library.migrations) == []
    assert await make_migration("nothing", library.models, migrations=library.migrations) is None
