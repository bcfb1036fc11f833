"""The tables that no model can say: articles by their words, in each database's own way of searching text.

SQLite has FTS5, whose words are cut by `unicode61`; PostgreSQL has tsvector with GIN. What the words are is decided in
Python, in the same way for both (content.search_words). `number` (FTS5's rowid) is in the order of publishing, so that
the newest matches are met first and a page ends early.
"""

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

SEARCH_TABLE = "article_search"
PINNED_INDEX = "publication_pinned"  # of the handful that is pinned: Tortoise has no such index on SQLite

_PINNED = f"CREATE INDEX {PINNED_INDEX} ON publication (pinned_at) WHERE pinned_at IS NOT NULL"
_SQLITE = (  # of the words only that they are there: FTS5 then needs a third of the room
    f"""CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5(
        words, article_id UNINDEXED, text UNINDEXED, tokenize = 'unicode61 remove_diacritics 0', detail = none
    )""",
    _PINNED,
)
_POSTGRES = (
    f"""CREATE TABLE {SEARCH_TABLE} (
        number bigint PRIMARY KEY,
        article_id uuid NOT NULL UNIQUE REFERENCES publication (article_id) ON DELETE CASCADE,
        text text NOT NULL,
        words tsvector NOT NULL
    )""",
    f"CREATE INDEX {SEARCH_TABLE}_words ON {SEARCH_TABLE} USING gin (words)",
    _PINNED,
)
_BACK = (f"DROP INDEX {PINNED_INDEX}", f"DROP TABLE {SEARCH_TABLE}")


class AddSearchTables(TortoiseOperation):
    """Makes them; taken back, they are gone. The models do not know them, so the migrations' state does not change."""

    def describe(self) -> str:
        return "Add the search tables"

    def state_forward(self, app_label: str, state: State) -> None:
        """Nothing: no model changes."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        if state_editor is not None:
            postgres = state_editor.client.capabilities.dialect == "postgres"
            await _run(state_editor, _POSTGRES if postgres else _SQLITE)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        if state_editor is not None:
            await _run(state_editor, _BACK)


async def _run(state_editor: BaseSchemaEditor, statements: tuple[str, ...]) -> None:
    for statement in statements:
        await state_editor.client.execute_query(statement)
