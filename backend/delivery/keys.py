"""The deployment's key pair for Web Push (VAPID, RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02
from sqlalchemy import text

from backend.db import db
from backend.delivery.models import InstanceKey

NAME = "vapid"


def vapid_key() -> InstanceKey:
    """The key pair; made in the running transaction where there is none yet.

    Two processes that start together wait for each other, so that there is only ever one: a
    second would make every subscription to the first worthless.
    """
    known = db.session.get(InstanceKey, NAME)
    if known is not None:
        return known
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('gridfield-vapid'))"))
    return db.session.get(InstanceKey, NAME) or _made()


def public_key() -> str:
    """The public key as a browser's `applicationServerKey`: base64url without padding."""
    return vapid_key().public_b64


def _made() -> InstanceKey:
    pair = Vapid02()
    pair.generate_keys()
    point = pair.public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    key = InstanceKey(
        name=NAME,
        private_pem=pair.private_pem().decode(),
        public_b64=urlsafe_b64encode(point).rstrip(b"=").decode(),
    )
    db.session.add(key)
    db.session.flush()
    return key
