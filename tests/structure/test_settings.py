"""A wrong setting stops the start with a message that names it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from backend.config import SettingError, Settings, load_settings

WRONG = {
    "DATABASE_URL": "mysql://x",
    "REDIS_URL": "127.0.0.1:6379",
    "STORAGE_URL": "/var/photos",
    "PUBLIC_URL": "gridfield.example",
    "LIVE_URL": "ws://x",
    "COOKIE_SECURE": "perhaps",
    "SESSION_DAYS": "0",
    "MAX_BODY_MB": "eight",
    "MAX_PHOTO_MB": "-1",
    "MAX_RESCUE_MB": "0",
    "VAPID_SUBJECT": "admin@gridfield.example",
    "DEMO": "2",
    "TEXT_GATEWAY_URL": "gateway.example",
    "ALIYUN_TEMPLATES": "SMS_1",
    "QUIET_HOURS": "22-25",
}


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_a_wrong_value_is_named_with_what_it_should_be(name: str, value: str) -> None:
    with pytest.raises(SettingError) as refusal:
        load_settings({name: value})

    message = str(refusal.value)
    assert message.startswith(f"{name}={value!r} cannot be used: ")
    assert "must" in message or "invalid literal" in message


def test_every_setting_has_a_default_and_a_line_of_documentation() -> None:
    assert load_settings({}) == Settings()
    assert [item.name for item in fields(Settings) if not item.metadata["doc"].endswith(".")] == []


def test_values_are_read_as_their_types(tmp_path: Path) -> None:
    told = {
        "SESSION_DAYS": "7",
        "DEMO": "yes",
        "PUBLIC_URL": "https://x.example/",
        "PWA_DIST": str(tmp_path),
    }

    settings = load_settings(told)

    assert (settings.session_days, settings.demo) == (7, True)
    assert settings.public_url == "https://x.example"
    assert settings.pwa_dist == tmp_path
