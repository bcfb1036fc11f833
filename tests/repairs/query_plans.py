"""How the database would find what a query asks for."""

from typing import Any

from tortoise.connection import get_connection
from tortoise.queryset import QuerySet

from backend.database import transaction


async def plan_of(rows: QuerySet[Any]) -> str:
    """The plan in the database's own words, as for a table too large to be read through."""
    async with transaction() as connection:
        if get_connection("default").capabilities.dialect == "postgres":
            await connection.execute_query("SET LOCAL enable_seqscan = off")
        return str([list(dict(each).values()) for each in await rows.using_db(connection).explain()])


def reads_whole_table(plan: str, table: str) -> bool:
    """Whether a plan goes through all rows of a table."""
    return f"Seq Scan on {table}" in plan or f"SCAN {table}" in plan or f'Seq Scan on "{table}"' in plan
