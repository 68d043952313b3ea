"""One message to one address, signed as Standard Webhooks has it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import requests
from standardwebhooks import Webhook

from backend.delivery.subscriptions import UnsafeEndpoint, check_target

TIMEOUT = (5, 15)  # seconds to connect and to answer


@dataclass(frozen=True)
class Letter:
    """All that sending needs, read before the network is used."""

    message_id: UUID
    url: str
    secret: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came of it: a status, or why there was none."""

    status: int | None
    error: str | None
    took_ms: int

    @property
    def taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def post(letter: Letter) -> Answer:
    """Send the letter; redirects are not followed, inner addresses not called."""
    began = time.monotonic()
    try:
        check_target(letter.url)
        status: int | None = _send(letter)
        error = None
    except UnsafeEndpoint as unsafe:
        status, error = None, f"地址不允许:{unsafe}"
    except (OSError, requests.RequestException) as failure:
        status, error = None, f"{type(failure).__name__}: {failure}"[:300]
    return Answer(status, error, round((time.monotonic() - began) * 1000))


def _send(letter: Letter) -> int:
    body = orjson.dumps(letter.payload).decode()
    now = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Gridfield",
        "webhook-id": str(letter.message_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(letter.secret).sign(str(letter.message_id), now, body),
    }
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the environment's: the address was judged
        answer = session.post(
            letter.url,
            data=body.encode(),
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,  # the answer's body is nobody's business, and may be endless
        )
        answer.close()
        return answer.status_code
