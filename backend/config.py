"""Settings: every one has a default, a type, a line of documentation and a clear error."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app


class SettingError(ValueError):
    """A setting holds a value that cannot be used; the message names it and says what to do."""


def _text(value: str) -> str:
    return value.strip()


def _number(value: str) -> int:
    number = int(value)
    if number <= 0:
        msg = "must be greater than 0"
        raise ValueError(msg)
    return number


def _truth(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.strip().lower() not in words:
        msg = "must be true or false"
        raise ValueError(msg)
    return words[value.strip().lower()]


def _path(value: str) -> Path | None:
    return Path(value).expanduser().resolve() if value.strip() else None


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if urlsplit(value).scheme not in schemes:
            msg = f"must be a URL that starts with {' or '.join(s + '://' for s in schemes)}"
            raise ValueError(msg)
        return value.rstrip("/")

    return parse


def _optional(parse: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: parse(value) if value.strip() else ""


def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    if not all(name and told for name, _, told in pairs):
        msg = "must be name=value pairs with commas between them"
        raise ValueError(msg)
    return tuple((name, told) for name, _, told in pairs)


def _span(value: str) -> tuple[time, time] | None:
    if not value.strip():
        return None
    try:
        since, until = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError as error:
        msg = "must be two times such as 22:00-07:00"
        raise ValueError(msg) from error
    return since, until


def _setting(default: object, parse: Callable[[str], Any], doc: str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"parse": parse, "doc": doc})


@dataclass(frozen=True)
class Settings:
    """What a deployment may set, each by the environment variable of the upper-case name."""

    database_url: str = _setting(
        "postgresql+psycopg:///gridfield",
        _url("postgresql+psycopg", "postgresql"),
        "PostgreSQL 15 with PostGIS.",
    )
    redis_url: str = _setting(
        "redis://127.0.0.1:6379/0",
        _url("redis", "rediss", "unix"),
        "Valkey or Redis, for the job queue and the live channel.",
    )
    storage_url: str = _setting(
        "file://" + str(Path(".local/storage").resolve()),
        _url("file", "s3"),
        "Where photos are kept: a folder or an S3 bucket.",
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000", _url("http", "https"), "The address people open."
    )
    live_url: str = _setting(
        "http://127.0.0.1:8001/live",
        _url("http", "https"),
        "The address of the live channel (server-sent events).",
    )
    pwa_dist: Path = _setting(
        Path(__file__).resolve().parent.parent / "pwa" / "dist", _path, "The built PWA."
    )
    ca_certificate: Path | None = _setting(
        None, _path, "A local certificate authority, offered at /ca.crt for phones on trial."
    )
    cookie_secure: bool = _setting(
        default=True, parse=_truth, doc="Send the session cookie over HTTPS only."
    )
    session_days: int = _setting(30, _number, "Days without use after which a session ends.")
    max_body_mb: int = _setting(8, _number, "Largest request body, after decompression, in MB.")
    max_photo_mb: int = _setting(20, _number, "Largest photo, in MB.")
    max_rescue_mb: int = _setting(1024, _number, "Largest rescue file, in MB.")
    vapid_subject: str = _setting(
        "mailto:admin@gridfield.example",
        _url("mailto", "https"),
        "Whom a push service may contact about this sender.",
    )
    text_gateway_url: str = _setting(
        "", _optional(_url("http", "https")), "Where texts are handed over, as signed JSON."
    )
    text_gateway_secret: str = _setting("", _text, "What requests to that gateway are signed with.")
    aliyun_key_id: str = _setting("", _text, "Access key of Aliyun's text messages (dysms).")
    aliyun_key_secret: str = _setting("", _text, "Secret of that access key.")
    aliyun_sign_name: str = _setting("", _text, "The signature under which Aliyun sends texts.")
    aliyun_templates: tuple[tuple[str, str], ...] = _setting(
        (),
        _pairs,
        "Aliyun's template for each code: verification=SMS_1,message=SMS_2.",
    )
    quiet_hours: tuple[time, time] | None = _setting(
        (time(22), time(7)),
        _span,
        "When only urgent messages ring, in China's time; empty: never.",
    )
    log_level: str = _setting("INFO", _text, "DEBUG, INFO, WARNING or ERROR.")
    demo: bool = _setting(default=False, parse=_truth, doc="Show the sample accounts at sign-in.")


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables.

    Raises:
        SettingError: a variable cannot be read as its type; the message names it.
    """
    values: dict[str, Any] = {}
    for item in fields(Settings):
        raw = environ.get(item.name.upper())
        if raw is None:
            continue
        try:
            values[item.name] = item.metadata["parse"](raw)
        except ValueError as error:
            doc = item.metadata["doc"]
            msg = f"{item.name.upper()}={raw!r} cannot be used: {error}. ({doc})"
            raise SettingError(msg) from error
    return Settings(**values)


def current_settings() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["gridfield_settings"]
    return settings
