"""Awards as the moderators of their owners run them. Most tests ask SQLite only; those about races ask both."""

from tests.on_sqlite import pytest_generate_tests

__all__ = ["pytest_generate_tests"]
