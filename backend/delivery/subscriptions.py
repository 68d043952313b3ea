"""Where a person's browsers take Web Push."""

from __future__ import annotations

import socket
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import select

from backend.config import current_settings
from backend.db import db, utc_now
from backend.delivery.models import PushSubscription
from backend.org.access import Actor
from backend.problems import FieldError, Unauthenticated, Validation


class UnsafeEndpoint(ValueError):  # noqa: N818 - as the caller reads it
    """The address is not one that a browser's push service could have."""


@dataclass(frozen=True)
class Keys:
    """The browser's public key and shared secret, base64url."""

    p256dh: str
    auth: str


def subscribe(actor: Actor, endpoint: str, keys: Keys) -> PushSubscription:
    """Remember a browser's address; it takes the place of the device's former one.

    Raises:
        Validation: the address or the keys cannot be a browser's.
    """
    if actor.device_id is None:
        raise Unauthenticated
    _check(endpoint, keys)
    row = db.session.scalars(
        select(PushSubscription).where(PushSubscription.endpoint == endpoint)
    ).one_or_none()
    retire_device(actor.device_id, "replaced", other_than=endpoint)
    if row is None:
        row = PushSubscription(endpoint=endpoint)
        db.session.add(row)
    row.user_id, row.device_id = actor.user_id, actor.device_id
    row.p256dh, row.auth = keys.p256dh, keys.auth
    row.retired_at = row.retired_why = None
    db.session.flush()
    return row


def unsubscribe(actor: Actor, endpoint: str) -> None:
    """Forget an address of the actor's; an unknown one is forgotten already."""
    for row in active(actor.user_id):
        if row.endpoint == endpoint:
            retire(row, "unsubscribed")


def active(user_id: UUID) -> list[PushSubscription]:
    """The addresses at which a person can be reached."""
    of_user = select(PushSubscription).where(
        PushSubscription.user_id == user_id, PushSubscription.retired_at.is_(None)
    )
    return list(db.session.scalars(of_user))


def retire_device(device_id: UUID, why: str, other_than: str | None = None) -> None:
    """Send nothing more to a device, but for one address."""
    of_device = select(PushSubscription).where(
        PushSubscription.device_id == device_id, PushSubscription.retired_at.is_(None)
    )
    for row in db.session.scalars(of_device):
        if row.endpoint != other_than:
            retire(row, why)


def retire(row: PushSubscription, why: str) -> None:
    """Send nothing more there."""
    row.retired_at, row.retired_why = utc_now(), why


def _check(endpoint: str, keys: Keys) -> None:
    try:
        check_address(endpoint)
    except UnsafeEndpoint as error:
        raise Validation(errors=[FieldError("/endpoint", "unsafe", str(error))]) from error
    if not _is_point(keys.p256dh):
        raise Validation(errors=[FieldError("/keys/p256dh", "invalid", "不是有效的公钥")])
    if len(_decoded(keys.auth)) != 16:
        raise Validation(errors=[FieldError("/keys/auth", "invalid", "须为 16 字节")])


def check_address(endpoint: str) -> None:
    """Whether the server may ever send there, judged by the address alone.

    The address comes from a browser and the server calls it: without this, anyone signed in
    could have the server send requests into its own network. So it must be HTTPS and a public
    name or number; on a trial machine (DEMO) a receiver on loopback is allowed too.

    Raises:
        UnsafeEndpoint: no.
    """
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UnsafeEndpoint("地址无效") from error
    if _on_trial(host):
        return
    if parts.scheme != "https" or parts.username is not None:
        raise UnsafeEndpoint("推送地址须为 https")
    if not _is_number(host) and ("." not in host or host.endswith((".local", ".internal"))):
        raise UnsafeEndpoint("推送地址须为公网地址")
    if _is_number(host) and not ip_address(host).is_global:
        raise UnsafeEndpoint("推送地址须为公网地址")


def check_target(endpoint: str) -> None:
    """Whether the server may send there now: the name, too, must lead to public addresses only.

    Asked before each sending and outside any transaction, for a name can change its mind.

    Raises:
        UnsafeEndpoint: no.
        OSError: the name leads nowhere.
    """
    check_address(endpoint)
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if _on_trial(host):
        return
    for found in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM):
        if not ip_address(found[4][0]).is_global:
            raise UnsafeEndpoint(f"{host} 指向内网地址")


def _on_trial(host: str) -> bool:
    local = host == "localhost" or (_is_number(host) and ip_address(host).is_loopback)
    return local and current_settings().demo


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_point(p256dh: str) -> bool:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(p256dh))
    except ValueError:
        return False
    return len(_decoded(p256dh)) == 65


def _decoded(word: str) -> bytes:
    try:
        return urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except (Base64Error, ValueError):
        return b""
