"""People's data goes through every statement, and must come out in no log and no error."""

import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, OperationalError

from backend.database import transaction

NUMBER = "410423199001010017"  # made up, with a right check digit
INSERT = "INSERT INTO person (number, age) VALUES ($1, $2)"


@pytest.fixture
async def people(purses: BaseDBAsyncClient) -> BaseDBAsyncClient:
    await purses.execute_script(
        "CREATE TABLE person (number VARCHAR(18) PRIMARY KEY, age INTEGER NOT NULL CHECK (age < 150))"
    )
    return purses


async def test_no_statement_is_logged_with_its_values(
    people: BaseDBAsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("tortoise", "tortoise.db_client", "aiosqlite", "asyncpg"):
        caplog.set_level(logging.DEBUG, logger=name)
    logging.getLogger("aiosqlite").debug("the log is listening")
    await people.execute_insert(INSERT, [NUMBER, 30])
    await people.execute_query_dict("SELECT age FROM person WHERE number = $1", [NUMBER])
    async with transaction() as connection:
        await connection.execute_query("DELETE FROM person WHERE number = $1", [NUMBER])
        await connection.execute_many(INSERT, [[NUMBER, 30]])
        await connection.execute_query(f"{INSERT} ON CONFLICT DO NOTHING", [NUMBER, 31])
    assert "the log is listening" in caplog.text
    assert NUMBER not in caplog.text


async def twice(people: BaseDBAsyncClient) -> None:
    await people.execute_many(INSERT, [[NUMBER, 30], [NUMBER, 30]])


async def too_old(people: BaseDBAsyncClient) -> None:
    await people.execute_query(INSERT, [NUMBER, 150])


async def ageless(people: BaseDBAsyncClient) -> None:
    await people.execute_query(INSERT, [NUMBER, None])


async def nowhere(people: BaseDBAsyncClient) -> None:
    await people.execute_query("DELETE FROM missing WHERE number = $1", [NUMBER])


@pytest.mark.parametrize(
    ("deed", "kind", "names"),
    [
        (twice, IntegrityError, "person"),
        (too_old, IntegrityError, "age"),
        (ageless, IntegrityError, "age"),
        (nowhere, OperationalError, "missing"),
    ],
)
async def test_no_error_repeats_what_was_written(
    people: BaseDBAsyncClient, deed: Callable[[BaseDBAsyncClient], Awaitable[None]], kind: type[Exception], names: str
) -> None:
    with pytest.raises(kind, match=names) as failure:
        await deed(people)
    assert NUMBER not in "".join(traceback.format_exception(failure.value))
    assert failure.value.__context__ is None


@pytest.mark.slow
@pytest.mark.parametrize("empty", ["postgres"], indirect=True)
async def test_no_error_repeats_a_value_of_the_wrong_kind(people: BaseDBAsyncClient) -> None:
    with pytest.raises(OperationalError) as failure:
        await people.execute_query("SELECT number FROM person WHERE age = $1", [NUMBER])
    assert NUMBER not in "".join(traceback.format_exception(failure.value))
