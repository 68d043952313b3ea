"""Who sends text messages: a gateway of the township's, Aliyun, or, on trial, the log."""

from __future__ import annotations

import csv
import hashlib
import hmac
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
import requests

from backend.config import current_settings
from backend.delivery import aliyun
from backend.delivery.outcome import Failed, Gone

log = logging.getLogger(__name__)

TIMEOUT = (5, 15)  # seconds to connect and to answer
NEVER = frozenset({400, 404, 422})  # the gateway understood and will not take it
_DATA = Path(__file__).parent / "data"

with (_DATA / "texts.csv").open(encoding="utf-8", newline="") as _file:
    WORDS: Final[dict[str, str]] = {row["code"]: row["words"] for row in csv.DictReader(_file)}


def available() -> bool:
    """Whether anybody takes text messages; on trial the log does."""
    settings = current_settings()
    return bool(settings.text_gateway_url or settings.aliyun_key_id or settings.demo)


def service() -> str:
    """The name by which the health of the way out is kept."""
    settings = current_settings()
    if settings.text_gateway_url:
        return "gateway"
    return "aliyun" if settings.aliyun_key_id else "trial"


def send(key: UUID, phone: str, code: str, values: Mapping[str, str]) -> None:
    """Hand a text over; `key` is the same at each attempt, so that none is sent twice.

    Raises:
        Gone: it will never be taken.
        Failed: try again later.
    """
    try:
        if current_settings().text_gateway_url:
            _to_gateway(key, phone, code, values)
        elif current_settings().aliyun_key_id:
            aliyun.send(key, phone, code, values)
        else:
            _to_log(phone, code, values)
    except (OSError, requests.RequestException) as error:
        raise Failed(type(error).__name__) from error


def in_words(code: str, values: Mapping[str, str]) -> str:
    """The whole text, for a channel without templates of its own."""
    return " ".join(WORDS[code].format_map(values).split())


def masked(phone: str) -> str:
    """A number as it is shown: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def _to_gateway(key: UUID, phone: str, code: str, values: Mapping[str, str]) -> None:
    settings = current_settings()
    told = {"id": key, "to": phone, "code": code, "values": dict(values)}
    body = orjson.dumps({**told, "text": in_words(code, values)})
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(key),
        "X-Gridfield-Timestamp": moment,
        "X-Gridfield-Signature": signature(settings.text_gateway_secret, moment, body),
    }
    answer = requests.post(
        settings.text_gateway_url,
        data=body,
        headers=headers,
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    _judge(answer)


def signature(secret: str, moment: str, body: bytes) -> str:
    """The signature of a request, by which the gateway knows whose it is."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _judge(answer: requests.Response) -> None:
    if answer.ok and not answer.is_redirect:
        return
    if answer.status_code in NEVER:
        raise Gone(str(answer.status_code))
    wait = answer.headers.get("Retry-After", "")
    raise Failed(str(answer.status_code), int(wait) if wait.isdigit() else 0)


def _to_log(phone: str, code: str, values: Mapping[str, str]) -> None:
    if not current_settings().demo:
        raise Gone("no text gateway is set")
    log.warning("on trial, text to %s: %s", masked(phone), in_words(code, values))
