"""The deployment's own keys: for Web Push (VAPID, RFC 8292), and for rescue files (age)."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02
from pyrage import x25519
from sqlalchemy import select, text

from backend.db import db, utc_now
from backend.delivery.models import InstanceKey

VAPID, RESCUE = "vapid", "rescue"


def vapid_key() -> InstanceKey:
    """The key pair of Web Push; made in the running transaction where there is none yet.

    Two processes that start together wait for each other, so that there is only ever one: a
    second would make every subscription to the first worthless.
    """
    known = db.session.get(InstanceKey, VAPID)
    if known is not None:
        return known
    _alone()
    return db.session.get(InstanceKey, VAPID) or _kept(VAPID, *_new_vapid_pair())


def public_key() -> str:
    """The public key as a browser's `applicationServerKey`: base64url without padding."""
    return vapid_key().public_b64


def rescue_recipient() -> str:
    """For whom phones encrypt rescue files: an age recipient, of the newest key."""
    known = _rescue_keys()
    if not known:
        _alone()
        known = _rescue_keys() or [_new_rescue_key()]
    return known[0].public_b64


def rescue_identities() -> list[str]:
    """The private keys of rescue files, the newest first: files for an older one open, too."""
    return [key.private_pem for key in _rescue_keys()]


def renew_rescue_key() -> str:
    """Make the key for which files are encrypted from now on; answers its recipient."""
    _alone()
    return _new_rescue_key().public_b64


def _rescue_keys() -> list[InstanceKey]:
    query = select(InstanceKey).where(InstanceKey.name.startswith(RESCUE))
    return list(db.session.scalars(query.order_by(InstanceKey.created_at.desc())))


def _new_rescue_key() -> InstanceKey:
    pair = x25519.Identity.generate()
    name = f"{RESCUE} {utc_now().isoformat()}"
    return _kept(name, str(pair), str(pair.to_public()))


def _alone() -> None:
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('gridfield-keys'))"))


def _new_vapid_pair() -> tuple[str, str]:
    pair = Vapid02()
    pair.generate_keys()
    point = pair.public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return pair.private_pem().decode(), urlsafe_b64encode(point).rstrip(b"=").decode()


def _kept(name: str, private: str, public: str) -> InstanceKey:
    key = InstanceKey(name=name, private_pem=private, public_b64=public)
    db.session.add(key)
    db.session.flush()
    return key
