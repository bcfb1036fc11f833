"""Every environment variable, typed and documented. The environment is read nowhere else."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
REAL_DATABASE = "sqlite://var/lushan.sqlite3"
REAL_MEDIA = "file://var/media"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})  # named: without a host, drivers look in places of their own
_WHOLE_NUMBER = re.compile("-?[0-9]{1,9}")
_PUSH_KEY = re.compile("[A-Za-z0-9]{43}")
WECHAT = "https://api.weixin.qq.com"


class SettingsError(Exception):
    """The environment does not make a server that may start; the message names the variables, never their values."""


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    # A traceback or a log line shows the repr of what it touches.
    return field(default=default, repr=not secret, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """One field is one environment variable of the same name in capitals."""

    demo: bool = _setting(False, "Demo mode: a made-up county, demo sign-ins and a WeChat stand-in. 1 or 0.")
    host: str = _setting("127.0.0.1", "Address that the web server listens on.")
    port: int = _setting(8000, "Port that the web server listens on.")
    web_processes: int = _setting(1, "Number of web processes.")
    log_requests: bool = _setting(True, "One log line for each request, naming the operation and nobody. 1 or 0.")
    trusted_proxies: int = _setting(0, "Number of reverse proxies in front whose X-Forwarded-For entry is believed.")
    database_url: str = _setting(
        REAL_DATABASE, "sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME.", secret=True
    )
    database_connections: int = _setting(8, "PostgreSQL connections of one process, at most.")
    redis_url: str = _setting(
        "",
        "redis://HOST:PORT/N for cache and limits shared by all processes; empty: each process its own.",
        secret=True,
    )
    field_keys: str = _setting(
        "",
        "SM4 keys that encrypt names, numbers and phones: NUMBER:32 hex digits, comma between; the first encrypts, "
        "all decrypt.",
        secret=True,
    )
    digest_key: str = _setting("", "HMAC-SM3 key by which people are found: 64 hex digits. Never changes.", secret=True)
    wechat_app_id: str = _setting("", "The mini-program's AppID.")
    wechat_app_secret: str = _setting("", "The mini-program's AppSecret.", secret=True)
    wechat_api_url: str = _setting(WECHAT, "Where WeChat's API is; the stand-in's address in tests and in demo mode.")
    wechat_article_page: str = _setting(
        "pages/article/article",
        "The mini-program's page of an article, which a poster's code opens; its id is the scene.",
    )
    wechat_version: str = _setting(
        "release", "The version of the mini-program that codes open: release, trial or develop."
    )
    wechat_push_token: str = _setting(
        "", "Token of WeChat's message push, as set in its console; empty: pushes are refused.", secret=True
    )
    wechat_push_key: str = _setting("", "EncodingAESKey of WeChat's message push: 43 letters and digits.", secret=True)
    public_url: str = _setting(
        "", "Where WeChat reaches this server, https://HOST; with the two before it, it checks pictures of nominations."
    )
    media_store: str = _setting(
        REAL_MEDIA, "Where pictures and waiting files are kept: file://FOLDER or s3://BUCKET/PREFIX."
    )
    s3_endpoint: str = _setting("", "Address of the S3-compatible store, where it is not Amazon's.")
    s3_region: str = _setting("us-east-1", "Region of the S3 store.")
    s3_access_key: str = _setting("", "Access key of the S3 store.", secret=True)
    s3_secret_key: str = _setting("", "Secret key of the S3 store.", secret=True)
    picture_days: int = _setting(180, "Days for which evidence's pictures are kept once the decision is final.")
    demo_clock_shift_days: int = _setting(0, "Demo mode only: days by which the clock runs ahead.")

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file, absolute, or None on PostgreSQL. A relative path counts from the project's folder."""
        if not self.database_url.startswith("sqlite://"):
            return None
        return ROOT / self.database_url.removeprefix("sqlite://")

    @property
    def media_folder(self) -> Path | None:
        """The folder of stored files, absolute, or None on S3. A relative path counts from the project's folder."""
        if not self.media_store.startswith("file://"):
            return None
        return ROOT / self.media_store.removeprefix("file://")

    def check(self) -> None:
        """Refuse settings with which no server may start. Raises SettingsError naming every fault at once."""
        faults = [f"{name.upper()} is not set" for name in _REQUIRED if not getattr(self, name)]
        if urlsplit(self.database_url).scheme not in {"sqlite", "postgres"}:
            faults.append("DATABASE_URL must begin with sqlite:// or postgres://")
        if self.wechat_version not in {"release", "trial", "develop"}:
            faults.append("WECHAT_VERSION must be release, trial or develop")
        faults += self._store_faults() + self._push_faults()
        faults += [
            f"{name.upper()} must be {least} or more" for name, least in _LEAST.items() if getattr(self, name) < least
        ]
        faults += self._demo_faults() if self.demo else self._real_faults()
        if faults:
            raise SettingsError("; ".join(faults))

    def _store_faults(self) -> list[str]:
        scheme = urlsplit(self.media_store).scheme
        if scheme not in {"file", "s3"}:
            return ["MEDIA_STORE must begin with file:// or s3://"]
        if scheme == "s3" and not (self.s3_access_key and self.s3_secret_key):
            return ["S3_ACCESS_KEY and S3_SECRET_KEY are not set"]
        return []

    def _push_faults(self) -> list[str]:
        faults = []
        if bool(self.wechat_push_token) != bool(self.wechat_push_key):
            faults.append("WECHAT_PUSH_TOKEN and WECHAT_PUSH_KEY are set together or not at all")
        if self.wechat_push_key and not _PUSH_KEY.fullmatch(self.wechat_push_key):
            faults.append("WECHAT_PUSH_KEY must be the 43 letters and digits of the EncodingAESKey")
        if self.public_url and (self.public_url.endswith("/") or not self.public_url.startswith("http")):
            faults.append("PUBLIC_URL must be https://HOST with nothing behind it")
        return faults

    def _demo_faults(self) -> list[str]:
        """Demo mode publishes sign-ins and its keys, so it may never touch real people (charter 8, 10)."""
        faults = []
        if not self.wechat_app_id.startswith("demo") or _host(self.wechat_api_url) not in LOOPBACK:
            faults.append("DEMO refuses a real WECHAT_APP_ID or WECHAT_API_URL")
        if self.sqlite_path is None and _host(self.database_url) not in LOOPBACK:
            faults.append("DEMO refuses a DATABASE_URL on another machine")
        if self.sqlite_path == ROOT / REAL_DATABASE.removeprefix("sqlite://"):
            faults.append("DEMO refuses the real server's database: its keys are published")
        if self.host not in LOOPBACK:
            faults.append("DEMO listens on this machine only: HOST")
        if self.redis_url and _host(self.redis_url) not in LOOPBACK:
            faults.append("DEMO refuses a REDIS_URL on another machine")
        if self.media_store == REAL_MEDIA:
            faults.append("DEMO refuses the real server's MEDIA_STORE")
        if self.media_folder is None and _host(self.s3_endpoint) not in LOOPBACK:
            faults.append("DEMO refuses a MEDIA_STORE on another machine")
        return faults

    def _real_faults(self) -> list[str]:
        faults = []
        if self.wechat_api_url.startswith("http://") and _host(self.wechat_api_url) not in LOOPBACK:
            faults.append("WECHAT_API_URL must begin with https://: the AppSecret travels on it")
        if self.public_url.startswith("http://") and _host(self.public_url) not in LOOPBACK:
            faults.append("PUBLIC_URL must begin with https://: pictures travel on it")
        if self.wechat_push_token == DEMO_PUSHES["wechat_push_token"]:
            faults.append("WECHAT_PUSH_TOKEN and WECHAT_PUSH_KEY are the published demo ones")
        if self.s3_endpoint.startswith("http://") and _host(self.s3_endpoint) not in LOOPBACK:
            faults.append("S3_ENDPOINT must begin with https://: pictures travel on it")
        if self.demo_clock_shift_days:
            faults.append("DEMO_CLOCK_SHIFT_DAYS is for demo mode only")
        if _DEMO_FIELD_KEY in self.field_keys.lower() or self.digest_key.lower() == DEMO_SECRETS["digest_key"]:
            faults.append("FIELD_KEYS and DIGEST_KEY are the published demo keys")
        return faults


_LEAST = {"port": 0, "web_processes": 1, "trusted_proxies": 0, "database_connections": 1, "picture_days": 1}
_REQUIRED = ("field_keys", "digest_key", "wechat_app_id", "wechat_app_secret")

DEMO_DATABASE = "sqlite://var/demo.sqlite3"
DEMO_MEDIA = "file://var/demo-media"

# Published with the source on purpose: they protect made-up people only, and check() refuses them elsewhere.
DEMO_SECRETS = {
    "field_keys": "1:000102030405060708090a0b0c0d0e0f",
    "digest_key": "00" * 16 + "ff" * 16,
    "wechat_app_id": "demo-app",
    "wechat_app_secret": "demo-secret",
}
DEMO_PUSHES = {"wechat_push_token": "demopushes", "wechat_push_key": "demo" * 10 + "key"}
_DEMO_FIELD_KEY = DEMO_SECRETS["field_keys"].partition(":")[2]


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment. Raises SettingsError on a value of the wrong type."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for each in fields(Settings):
        raw = environment.get(each.name.upper())
        if raw is not None and raw != "":
            values[each.name] = _convert(each.name, each.type, raw)
    return demo_settings(**values) if values.get("demo") else Settings(**values)


def demo_settings(**values: Any) -> Settings:
    """Settings of demo mode: its own database file, published secrets, WeChat's stand-in on the next port."""
    own = {"demo": True, "database_url": DEMO_DATABASE, "media_store": DEMO_MEDIA, **DEMO_SECRETS, **DEMO_PUSHES}
    settings = Settings(**{**own, **values})
    ports = {"wechat_api_url": settings.port + 1, "public_url": settings.port}
    here: dict[str, Any] = {name: f"http://127.0.0.1:{each}" for name, each in ports.items() if name not in values}
    return replace(settings, **here)


def _convert(name: str, kind: Any, raw: str) -> Any:
    if kind is bool:
        if raw not in {"0", "1"}:
            raise SettingsError(f"{name.upper()} must be 0 or 1")
        return raw == "1"
    if kind is int:
        if _WHOLE_NUMBER.fullmatch(raw) is None:
            raise SettingsError(f"{name.upper()} must be a whole number")
        return int(raw)
    return raw


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
