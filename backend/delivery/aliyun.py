"""Aliyun's text messages (dysms 2017-05-25), signed as its interfaces ask: ACS3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID, uuid4

import orjson
import requests

from backend.config import current_settings
from backend.delivery.outcome import Failed, Gone

HOST = "dysmsapi.aliyuncs.com"
SCHEME = "ACS3-HMAC-SHA256"
TIMEOUT = (5, 15)
LATER = ("Throttling", "ServiceUnavailable", "InternalError", "isp.")
LATER_LIMITS = ("isv.BUSINESS_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE")


def send(key: UUID, phone: str, code: str, values: Mapping[str, str]) -> None:
    """Send by the template that the settings name for the code.

    Raises:
        Gone: there is no such template, or the number takes no texts.
        Failed: try again later.
    """
    settings = current_settings()
    template = dict(settings.aliyun_templates).get(code)
    if template is None:
        raise Gone(f"ALIYUN_TEMPLATES names no template for {code}")
    query = {
        "PhoneNumbers": phone,
        "SignName": settings.aliyun_sign_name,
        "TemplateCode": template,
        "TemplateParam": orjson.dumps(dict(values)).decode(),
        "OutId": str(key),
    }
    headers = fresh_headers(HOST, "SendSms", "2017-05-25")
    pair = (settings.aliyun_key_id, settings.aliyun_key_secret)
    headers["Authorization"] = authorization(pair, query, headers)
    url = f"https://{HOST}/?{canonical_query(query)}"
    _judge(requests.post(url, headers=headers, timeout=TIMEOUT, allow_redirects=False))


def fresh_headers(host: str, action: str, version: str) -> dict[str, str]:
    """The headers that are signed, for a request without a body."""
    return {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": version,
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
    }


def canonical_query(query: Mapping[str, str]) -> str:
    """The query in the order and writing that is signed."""
    return "&".join(f"{_written(name)}={_written(query[name])}" for name in sorted(query))


def authorization(
    pair: tuple[str, str], query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The header that proves who asks: of a POST to "/" with a query and these headers."""
    key_id, secret = pair
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    signed = ";".join(names)
    request = "\n".join(
        ["POST", "/", canonical_query(query), lines, signed, headers["x-acs-content-sha256"]]
    )
    digest = hashlib.sha256(request.encode()).hexdigest()
    proof = hmac.new(secret.encode(), f"{SCHEME}\n{digest}".encode(), hashlib.sha256).hexdigest()
    return f"{SCHEME} Credential={key_id},SignedHeaders={signed},Signature={proof}"


def _written(word: str) -> str:
    return quote(word, safe="-_.~")


def _judge(answer: requests.Response) -> None:
    try:
        told = str(answer.json().get("Code", ""))
    except ValueError:
        raise Failed(f"{answer.status_code} without an answer") from None
    if told == "OK":
        return
    if told.startswith((*LATER, *LATER_LIMITS)) or answer.status_code >= 500:
        raise Failed(told)
    raise Gone(told)
