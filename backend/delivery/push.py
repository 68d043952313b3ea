"""Web Push (RFC 8030, 8188, 8291, 8292): one message to one browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from backend.config import current_settings
from backend.delivery.outcome import Failed, Gone
from backend.delivery.subscriptions import UnsafeEndpoint, check_target

LARGEST = 3900  # bytes of payload that every push service takes
TTL = {"urgent": 4 * 3600, "normal": 86400}  # seconds that a push service keeps it
TIMEOUT = (5, 15)  # seconds to connect and to answer
GONE = frozenset({404, 410})
TOO_MANY = 429


@dataclass(frozen=True)
class Target:
    """A browser's address and keys."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Notification:
    """What the service worker shows; no personal data: it lies on a locked screen."""

    message_id: UUID
    title: str
    body: str
    url: str
    urgency: str
    topic: UUID
    tag: UUID | None = None  # of the notification whose place it takes; none: its own
    message_ids: tuple[UUID, ...] = ()  # all that it stands for, where they are several

    def payload(self) -> str:
        """The JSON that the service worker reads."""
        names = ("message_id", "title", "body", "url", "urgency", "tag", "message_ids")
        said = {name: getattr(self, name) for name in names}
        payload = orjson.dumps(
            {name: value for name, value in said.items() if value not in (None, ())}
        )
        if len(payload) > LARGEST:
            raise ValueError(f"a push payload of {len(payload)} bytes")
        return payload.decode()


class _NoRedirects(requests.Session):
    """A push service answers where it stands; a redirect could lead into our own network."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        kwargs["allow_redirects"] = False
        return super().request(*args, **kwargs)


def send(target: Target, notification: Notification, private_pem: str) -> None:
    """Hand the message, encrypted for the browser, to its push service.

    Raises:
        Gone: nothing will ever arrive there.
        Failed: try again later.
    """
    try:
        check_target(target.endpoint)
        with _NoRedirects() as session:
            _post(session, target, notification, private_pem)
    except UnsafeEndpoint as error:
        raise Gone(str(error)) from error
    except WebPushException as error:
        raise _refusal(error) from error
    except (OSError, requests.RequestException) as error:
        raise Failed(f"{type(error).__name__}: {error}") from error


def _post(
    session: requests.Session, target: Target, notification: Notification, private_pem: str
) -> None:
    webpush(
        {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}},
        notification.payload(),
        vapid_private_key=Vapid02(load_pem_private_key(private_pem.encode(), None)),
        vapid_claims={"sub": current_settings().vapid_subject},  # fresh: the library adds to it
        ttl=TTL[notification.urgency],
        headers={
            "Urgency": "high" if notification.urgency == "urgent" else "normal",
            "Topic": notification.topic.hex,  # a later message on the same takes its place
        },
        timeout=TIMEOUT,
        requests_session=session,
    )


def _refusal(error: WebPushException) -> Exception:
    if error.status_code in GONE:
        return Gone(f"{error.status_code}")
    wait = str(error.retry_after or "")
    ours = error.status_code is not None and 400 <= error.status_code < 500
    return Failed(
        f"{error.status_code}: {error.message}",
        int(wait) if wait.isdigit() else 0,
        ill=not ours or error.status_code == TOO_MANY,
    )
