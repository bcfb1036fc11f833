"""A deed is saved whole or not at all, and means the same on SQLite and on PostgreSQL."""

import asyncio
from contextlib import nullcontext

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.exceptions import IntegrityError, TransactionManagementError

from backend.database import transaction

SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT max(i) FROM n",
    "postgres": "SELECT pg_sleep(1)",
}


class BrokenOffError(Exception):
    """What stops a deed in these stories."""


async def put(connection: BaseDBAsyncClient, amount: int, purse: int) -> None:
    await connection.execute_query("UPDATE purse SET amount = $1 WHERE id = $2", [amount, purse])


async def amounts(purses: BaseDBAsyncClient) -> list[int]:
    """What is in the first three purses."""
    rows = await purses.execute_query_dict("SELECT amount FROM purse WHERE id < 3 ORDER BY id")
    return [row["amount"] for row in rows]


async def test_a_deed_that_ends_is_saved(purses: BaseDBAsyncClient) -> None:
    async with transaction() as connection:
        await put(connection, 7, 1)
    assert await amounts(purses) == [100, 7, 100]


async def test_a_deed_that_fails_leaves_nothing(purses: BaseDBAsyncClient) -> None:
    async def deed() -> None:
        async with transaction() as connection:
            await put(connection, 7, 1)
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await deed()
    assert await amounts(purses) == [100, 100, 100]


async def test_a_part_that_fails_is_undone_alone(purses: BaseDBAsyncClient) -> None:
    async def part() -> None:
        async with transaction() as connection:
            await put(connection, 8, 1)
            await put(connection, -1, 0)

    async with transaction() as connection:
        await put(connection, 7, 0)
        with pytest.raises(IntegrityError):
            await part()
        async with transaction() as another:
            await put(another, 9, 2)
    assert await amounts(purses) == [7, 100, 9]


async def test_a_part_that_ends_waits_for_the_whole(purses: BaseDBAsyncClient) -> None:
    async def deed() -> None:
        async with transaction():
            async with transaction() as part:
                await put(part, 7, 1)
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await deed()
    assert await amounts(purses) == [100, 100, 100]


async def test_after_a_failed_statement_nothing_more_counts(purses: BaseDBAsyncClient) -> None:
    async def deed() -> None:
        async with transaction() as connection:
            await put(connection, 7, 0)
            with pytest.raises(IntegrityError):
                await put(connection, -1, 1)
            await put(connection, 8, 2)

    with pytest.raises(TransactionManagementError):
        await deed()
    assert await amounts(purses) == [100, 100, 100]


async def test_a_failure_that_was_overlooked_does_not_pass_for_success(purses: BaseDBAsyncClient) -> None:
    """PostgreSQL itself answers such a COMMIT with a silent ROLLBACK."""

    async def deed() -> None:
        async with transaction() as connection:
            await put(connection, 7, 0)
            with pytest.raises(IntegrityError):
                await put(connection, -1, 1)

    with pytest.raises(TransactionManagementError):
        await deed()
    assert await amounts(purses) == [100, 100, 100]


async def test_a_statement_that_took_too_long_spoils_its_deed(purses: BaseDBAsyncClient) -> None:
    async def deed() -> None:
        async with transaction() as connection:
            await put(connection, 7, 0)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection.execute_query(SLOW[purses.capabilities.dialect]), 0.05)

    with pytest.raises(TransactionManagementError):
        await deed()
    assert await amounts(purses) == [100, 100, 100]


async def test_a_part_that_took_too_long_is_undone_alone(purses: BaseDBAsyncClient) -> None:
    async def part() -> None:
        async with asyncio.timeout(0.05), transaction() as connection:
            await put(connection, 8, 1)
            await connection.execute_query(SLOW[purses.capabilities.dialect])

    async with transaction() as connection:
        await put(connection, 7, 0)
        with pytest.raises(TimeoutError):
            await part()
    assert await amounts(purses) == [7, 100, 100]


async def test_a_task_that_outlives_its_deed_is_refused(purses: BaseDBAsyncClient) -> None:
    over = asyncio.Event()

    async def straggle(connection: BaseDBAsyncClient) -> None:
        await over.wait()
        await put(connection, 7, 1)

    async with transaction() as connection:
        task = asyncio.create_task(straggle(connection))
    over.set()
    with pytest.raises(TransactionManagementError):
        await task
    assert await amounts(purses) == [100, 100, 100]


@pytest.mark.parametrize("fails", [True, False])
async def test_statements_that_a_deed_did_not_await_are_part_of_it_or_refused(
    purses: BaseDBAsyncClient, fails: bool
) -> None:
    tasks = []

    async def deed() -> None:
        async with transaction() as connection:
            for purse in range(10):
                tasks.append(asyncio.create_task(put(connection, 0, purse)))
                await asyncio.sleep(0)
            if fails:
                raise BrokenOffError

    with pytest.raises(BrokenOffError) if fails else nullcontext():
        await deed()
    async with transaction():  # on the same connection, perhaps: nothing of theirs may get into it
        await asyncio.wait(tasks)
    refusals = [task.exception() for task in tasks]
    assert {type(each) for each in refusals} <= {type(None), TransactionManagementError}
    emptied = await purses.execute_query_dict("SELECT count(*) AS purses FROM purse WHERE amount = 0")
    assert emptied[0]["purses"] == (0 if fails else refusals.count(None))


async def test_parts_of_one_deed_may_not_overlap(purses: BaseDBAsyncClient) -> None:
    """Savepoints lie on one another: ending the lower one first would end both."""
    begun, over = asyncio.Event(), asyncio.Event()

    async def lasting() -> None:
        async with transaction() as part:
            await put(part, 8, 1)
            begun.set()
            await over.wait()

    async def overlapping() -> asyncio.Task[None]:
        async with transaction() as part:
            await put(part, 7, 0)
            task = asyncio.create_task(lasting())
            await begun.wait()
        return task

    async def deed() -> None:
        async with transaction():
            with pytest.raises(TransactionManagementError, match="overlap"):
                await overlapping()

    with pytest.raises(TransactionManagementError):
        await deed()
    over.set()
    assert await amounts(purses) == [100, 100, 100]


async def test_a_deed_may_give_up_without_an_error(purses: BaseDBAsyncClient) -> None:
    async with transaction() as connection:
        assert isinstance(connection, TransactionalDBClient)
        await put(connection, 7, 1)
        await connection.rollback()
    assert await amounts(purses) == [100, 100, 100]
