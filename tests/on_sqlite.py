"""For the conftest of a folder whose tests ask SQLite only, unless they name their databases themselves."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """First, so that pytest reads the mark after this."""
    test = metafunc.definition
    named = [mark for mark in test.iter_markers("parametrize") if mark.args[0] == "database_url"]
    if "database_url" in metafunc.fixturenames and not named:
        test.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))
