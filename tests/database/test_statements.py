"""What a statement says that it did is true on both databases: the rows it changed, and all or none of many."""

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from backend.database import transaction
from tests.database.purses import Visit

TAKE = "UPDATE purse SET amount = amount - 60 WHERE id = $1 AND amount >= 60"
PURSE = "INSERT INTO purse (id, amount) VALUES ($1, $2)"
ADD = "INSERT INTO note (deed, giver, taker) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


async def test_a_conditional_update_says_whether_it_was_done(purses: BaseDBAsyncClient) -> None:
    assert [(await purses.execute_query(TAKE, [1]))[0] for _ in range(2)] == [1, 0]


async def test_an_insert_by_key_says_whether_it_was_done(purses: BaseDBAsyncClient) -> None:
    assert [(await purses.execute_query(ADD, [1, 2, 3]))[0] for _ in range(2)] == [1, 0]


async def test_a_change_gives_back_the_rows_it_is_asked_for(purses: BaseDBAsyncClient) -> None:
    count, rows = await purses.execute_query(f"{TAKE} RETURNING id, amount", [1])
    assert (count, [tuple(row) for row in rows]) == (1, [(1, 40)])
    assert await purses.execute_query_dict(f"{ADD} RETURNING giver AS one", [1, 2, 3]) == [{"one": 2}]
    assert await purses.execute_query_dict(f"{ADD} RETURNING giver AS one", [1, 2, 3]) == []


async def test_rows_that_go_with_a_row_are_not_counted(purses: BaseDBAsyncClient) -> None:
    await purses.execute_script(
        "CREATE TABLE coin (id INTEGER PRIMARY KEY, purse INTEGER REFERENCES purse (id) ON DELETE CASCADE)"
    )
    await purses.execute_many("INSERT INTO coin VALUES ($1, $2)", [[n, 1] for n in range(5)])
    assert (await purses.execute_query("DELETE FROM purse WHERE id = 1"))[0] == 1
    assert await purses.execute_query_dict("SELECT count(*) AS left FROM coin") == [{"left": 0}]


async def test_a_lost_neighbours_change_is_not_taken_for_ones_own(purses: BaseDBAsyncClient) -> None:
    """On SQLite the neighbour's statement still runs when her caller is gone."""
    for _ in range(30):
        neighbour = asyncio.create_task(purses.execute_query("UPDATE purse SET amount = amount + 1"))
        await asyncio.sleep(0)
        mine = asyncio.create_task(purses.execute_query("UPDATE purse SET amount = 0 WHERE id = 77"))
        await asyncio.sleep(0)
        neighbour.cancel()
        assert (await mine)[0] == 0
        await asyncio.wait([neighbour])


async def test_a_statement_finds_what_a_model_wrote(purses: BaseDBAsyncClient) -> None:
    """Keys, days and moments are values of Python on both databases."""
    await purses.execute_script(
        "CREATE TABLE visit (id CHAR(36) PRIMARY KEY, day DATE, moment TIMESTAMP)"
        if purses.capabilities.dialect == "sqlite"
        else "CREATE TABLE visit (id UUID PRIMARY KEY, day DATE, moment TIMESTAMPTZ)"
    )
    visit = await Visit.create(id=uuid4(), day=date(2026, 11, 22), moment=datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    for field, operator in (("id", "="), ("day", "="), ("moment", "="), ("moment", "<=")):
        found = await purses.execute_query_dict(
            f"SELECT count(*) AS visits FROM visit WHERE {field} {operator} $1",  # noqa: S608
            [getattr(visit, field)],
        )
        assert found == [{"visits": 1}], field


async def test_many_rows_are_all_or_none(purses: BaseDBAsyncClient) -> None:
    with pytest.raises(IntegrityError):
        await purses.execute_many(PURSE, [[20, 5], [21, 5], [20, 5]])
    assert await purses.execute_query_dict("SELECT id FROM purse WHERE id >= 20") == []


async def test_many_rows_inside_a_deed_are_all_or_none(purses: BaseDBAsyncClient) -> None:
    async def part() -> None:
        async with transaction() as connection:
            await connection.execute_many(PURSE, [[20, 5], [21, 5], [20, 5]])

    async with transaction() as connection:
        with pytest.raises(IntegrityError):
            await part()
        await connection.execute_many(PURSE, [[22, 5], [23, 5]])
    rows = await purses.execute_query_dict("SELECT id FROM purse WHERE id >= 20 ORDER BY id")
    assert [row["id"] for row in rows] == [22, 23]


async def test_a_script_inside_a_deed_is_part_of_it(purses: BaseDBAsyncClient) -> None:
    async def deed() -> None:
        async with transaction() as connection:
            await connection.execute_script("UPDATE purse SET amount = 1; /* ; */ UPDATE purse SET amount = -2;")

    with pytest.raises(IntegrityError):
        await deed()
    assert await purses.execute_query_dict("SELECT DISTINCT amount FROM purse") == [{"amount": 100}]
