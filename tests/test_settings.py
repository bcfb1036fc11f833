"""The environment: what may start, what may not, and that a refusal never repeats a value."""

from dataclasses import fields, replace
from typing import Any

import pytest

from backend.settings import DEMO_PUSHES, DEMO_SECRETS, ROOT, Settings, SettingsError, demo_settings, load

REAL = Settings(
    field_keys="1:" + "ab" * 16,
    digest_key="cd" * 32,
    wechat_app_id="wx0123456789abcdef",
    wechat_app_secret="s3cret-value",
)
DEMO = demo_settings()


def faults(settings: Settings) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings.check()
    return str(refused.value).split("; ")


def test_real_settings_and_demo_settings_may_start() -> None:
    REAL.check()
    DEMO.check()
    replace(REAL, database_url="postgres://u:p@db.example/lushan", redis_url="redis://cache.example/0").check()


@pytest.mark.parametrize("name", ["field_keys", "digest_key", "wechat_app_id", "wechat_app_secret"])
def test_a_secret_that_is_missing_is_named(name: str) -> None:
    assert f"{name.upper()} is not set" in faults(replace(REAL, **{name: ""}))


def test_every_fault_is_named_at_once() -> None:
    named = faults(Settings(database_url="mysql://x", demo_clock_shift_days=3, web_processes=0))
    assert len(named) == 4 + 3
    assert named[:4] == [
        f"{name} is not set" for name in ("FIELD_KEYS", "DIGEST_KEY", "WECHAT_APP_ID", "WECHAT_APP_SECRET")
    ]


@pytest.mark.parametrize("url", ["", "mysql://u:p@h/d", "var/lushan.sqlite3", "postgresql+asyncpg://u@h/d"])
def test_only_two_kinds_of_database(url: str) -> None:
    assert faults(replace(REAL, database_url=url)) == ["DATABASE_URL must begin with sqlite:// or postgres://"]


def test_codes_open_one_of_the_three_versions_of_a_mini_program() -> None:
    for version in ("release", "trial", "develop"):
        replace(REAL, wechat_version=version).check()
    assert faults(replace(REAL, wechat_version="beta")) == ["WECHAT_VERSION must be release, trial or develop"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", -1), ("web_processes", 0), ("web_processes", -2), ("trusted_proxies", -1), ("database_connections", 0)],
)
def test_numbers_that_make_no_server_are_refused(name: str, value: int) -> None:
    assert faults(replace(REAL, **{name: value}))[0].startswith(name.upper())


@pytest.mark.parametrize(
    "changes",
    [
        {"field_keys": DEMO_SECRETS["field_keys"]},
        {"field_keys": DEMO_SECRETS["field_keys"].upper()},
        {"field_keys": "2:" + DEMO_SECRETS["field_keys"].removeprefix("1:")},
        {"field_keys": f"2:{'ab' * 16},{DEMO_SECRETS['field_keys']}"},
        {"digest_key": DEMO_SECRETS["digest_key"]},
        {"digest_key": DEMO_SECRETS["digest_key"].upper()},
    ],
)
def test_the_published_demo_keys_never_hide_real_people(changes: dict[str, str]) -> None:
    assert faults(replace(REAL, **changes)) == ["FIELD_KEYS and DIGEST_KEY are the published demo keys"]


def test_a_real_servers_clock_is_not_shifted() -> None:
    assert faults(replace(REAL, demo_clock_shift_days=-1)) == ["DEMO_CLOCK_SHIFT_DAYS is for demo mode only"]


def test_the_app_secret_travels_encrypted() -> None:
    (fault,) = faults(replace(REAL, wechat_api_url="http://api.weixin.qq.com"))
    assert "WECHAT_API_URL" in fault


PUSHES = {"wechat_push_token": "token", "wechat_push_key": "k" * 43, "public_url": "https://lushan.example"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wechat_push_token": ""}, "together"),
        ({"wechat_push_key": ""}, "together"),
        ({"wechat_push_key": "k" * 42}, "43 letters"),
        ({"wechat_push_key": "k" * 42 + "="}, "43 letters"),
        (DEMO_PUSHES, "published demo"),
        ({"public_url": "https://lushan.example/"}, "PUBLIC_URL"),
        ({"public_url": "http://lushan.example"}, "PUBLIC_URL must begin with https://"),
        ({"public_url": "lushan.example"}, "PUBLIC_URL"),
    ],
)
def test_wechats_pushes_are_set_up_whole_or_not_at_all(changes: dict[str, str], named: str) -> None:
    replace(REAL, **PUSHES).check()
    (fault,) = faults(replace(REAL, **(PUSHES | changes)))
    assert named in fault


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wechat_app_id": "wx0123456789abcdef"}, "WECHAT_APP_ID"),
        ({"wechat_api_url": "https://api.weixin.qq.com"}, "WECHAT_API_URL"),
        ({"wechat_api_url": "http://127.0.0.1.evil.example"}, "WECHAT_API_URL"),
        ({"wechat_api_url": "http://localhost@evil.example"}, "WECHAT_API_URL"),
        ({"database_url": "postgres://u:p@db.example/lushan"}, "DATABASE_URL"),
        ({"database_url": "postgres://u:p@/lushan?host=db.example"}, "DATABASE_URL"),
        ({"database_url": "postgres:///lushan"}, "DATABASE_URL"),  # asyncpg would ask PGHOST
        ({"database_url": "postgres://u:p@127.0.0.1,db.example/lushan"}, "DATABASE_URL"),
        ({"database_url": "sqlite://var/lushan.sqlite3"}, "real server's database"),
        ({"host": "0.0.0.0"}, "HOST"),  # noqa: S104 (refused)
        ({"redis_url": "redis://cache.example/0"}, "REDIS_URL"),
        ({"redis_url": "redis:///0?host=cache.example"}, "REDIS_URL"),
    ],
)
def test_demo_mode_touches_nothing_real(changes: dict[str, str], named: str) -> None:
    (fault,) = faults(replace(DEMO, **changes))
    assert named in fault


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_demo_mode_may_use_this_machine(host: str) -> None:
    urls = {"database_url": f"postgres://u:p@{host}:5432/demo", "redis_url": f"redis://{host}:6379/0"}
    replace(DEMO, **urls, wechat_api_url=f"http://{host}:9001").check()


def test_no_refusal_repeats_a_value() -> None:
    real = replace(
        REAL,
        demo=True,
        database_url="postgres://u:pass-word@db.example/x",
        redis_url="redis://:pass-word@cache.example/0",
    )
    shown = "; ".join([*faults(real), *faults(Settings(**DEMO_SECRETS, database_url="mysql://u:pass-word@h/x"))])
    values = [*DEMO_SECRETS.values(), "pass-word", "db.example", REAL.field_keys, REAL.digest_key, "s3cret-value"]
    assert [value for value in values if value in shown] == []


def test_the_environment_is_read_by_upper_case_names() -> None:
    settings = load(
        {"PORT": "9000", "DEMO": "0", "FIELD_KEYS": "1:ab", "WEB_PROCESSES": "2", "port": "1", "OTHER": "x"}
    )
    assert (settings.port, settings.demo, settings.field_keys, settings.web_processes) == (9000, False, "1:ab", 2)


def test_an_empty_variable_is_none() -> None:
    assert load({"PORT": "", "DATABASE_URL": ""}) == Settings()


@pytest.mark.parametrize("raw", ["x", "1.5", "--5", "²", " 5", "5 ", "5_0", "٥", "９", "-", "0x10", "9" * 30])
def test_what_is_no_number_is_refused_and_not_repeated(raw: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"PORT": raw})
    assert str(refused.value) == "PORT must be a whole number"


@pytest.mark.parametrize("raw", ["true", "yes", "2", "01", "on"])
def test_yes_and_no_are_1_and_0(raw: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"DEMO": raw})
    assert str(refused.value) == "DEMO must be 0 or 1"


def test_demo_mode_brings_its_own_everything() -> None:
    settings = load({"DEMO": "1", "PORT": "9000"})
    assert settings.demo
    assert settings.sqlite_path == ROOT / "var/demo.sqlite3"
    assert settings.wechat_api_url == "http://127.0.0.1:9001"
    assert all(getattr(settings, name) == value for name, value in DEMO_SECRETS.items())
    settings.check()


def test_demo_mode_with_a_real_mini_program_is_refused() -> None:
    """Somebody sets DEMO=1 on the real machine: nothing starts."""
    environment = {
        "DEMO": "1",
        "WECHAT_APP_ID": REAL.wechat_app_id,
        "WECHAT_APP_SECRET": "x",
        "FIELD_KEYS": REAL.field_keys,
    }
    assert faults(load(environment)) == ["DEMO refuses a real WECHAT_APP_ID or WECHAT_API_URL"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://var/x.sqlite3", ROOT / "var/x.sqlite3"),
        ("sqlite:///srv/x.sqlite3", "/srv/x.sqlite3"),
        ("postgres://u@h/d", None),
    ],
)
def test_a_relative_path_counts_from_the_project(url: str, path: Any) -> None:
    found = Settings(database_url=url).sqlite_path
    assert (found and str(found)) == (path and str(path))


def test_every_setting_says_what_it_means_and_every_secret_is_one() -> None:
    for each in fields(Settings):
        assert each.metadata["meaning"]
    secret = {each.name for each in fields(Settings) if each.metadata["secret"]}
    assert secret == {
        "database_url",
        "redis_url",
        "field_keys",
        "digest_key",
        "wechat_app_secret",
        "wechat_push_token",
        "wechat_push_key",
        "s3_access_key",
        "s3_secret_key",
    }


def test_settings_shown_by_accident_show_no_secret() -> None:
    """A traceback or a log line shows the repr of what it touches."""
    shown = repr(replace(REAL, database_url="postgres://u:pass-word@h/d", redis_url="redis://:pass-word@h/0"))
    for value in (REAL.field_keys, REAL.digest_key, REAL.wechat_app_secret, "pass-word"):
        assert value not in shown
