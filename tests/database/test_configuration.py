"""What the database's address and the settings become."""

from typing import Any

from backend.database import tortoise_config
from backend.settings import ROOT, Settings


def credentials(url: str, *, migrating: bool = False) -> dict[str, Any]:
    config = tortoise_config(Settings(database_url=url, database_connections=3), ["some.models"], migrating=migrating)
    found: dict[str, Any] = config["connections"]["default"]["credentials"]
    return found


def test_a_relative_file_lies_in_the_projects_folder() -> None:
    assert credentials("sqlite://var/some.sqlite3")["file_path"] == str(ROOT / "var" / "some.sqlite3")


def test_foreign_keys_are_enforced_but_while_tables_are_rebuilt() -> None:
    assert credentials("sqlite://some.sqlite3")["foreign_keys"] == "ON"
    assert credentials("sqlite://some.sqlite3", migrating=True)["foreign_keys"] == "OFF"


def test_an_address_of_postgresql_is_taken_apart() -> None:
    found = credentials("postgres://clerk:p%40ss@db.example:6432/lushan?sslmode=require")
    wanted = {"user": "clerk", "password": "p@ss", "host": "db.example", "port": 6432, "database": "lushan"}
    assert {name: found[name] for name in wanted} == wanted
    assert (found["ssl"], "sslmode" in found) == ("require", False)
    assert (found["minsize"], found["maxsize"]) == (0, 3)


def test_a_migration_may_take_its_time() -> None:
    address = "postgres://clerk@db.example/lushan"
    assert credentials(address)["command_timeout"] == 30
    assert credentials(address, migrating=True)["command_timeout"] is None


def test_times_are_aware_and_utc() -> None:
    config = tortoise_config(Settings(), ["some.models"])
    assert (config["use_tz"], config["timezone"]) == (True, "UTC")
