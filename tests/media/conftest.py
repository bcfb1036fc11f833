"""Tests of stored files run on SQLite, unless a test names both databases."""

from tests.on_sqlite import pytest_generate_tests

__all__ = ["pytest_generate_tests"]
