"""Signing in and out; a session belongs to one device (sync protocol, section 1)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy import func, select

from backend.audit import commands as audit
from backend.config import current_settings
from backend.db import db, plain, utc_now
from backend.org.access import Actor, Grant
from backend.org.models import Device, GridDuty, SessionRow, SignInAttempt, User
from backend.problems import BadCredentials, TooManyAttempts

FREE_TRIES = 5
WINDOW = timedelta(minutes=15)
SLOWEST = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=10)


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's parameters (RFC 9106, low memory)."""
    return PasswordHasher()


@dataclass(frozen=True)
class DeviceInfo:
    """The device as it names itself."""

    id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class SignedIn:
    """A fresh session; the token is told once and never stored."""

    token: str
    row: SessionRow


@dataclass(frozen=True)
class OpenSession:
    """Who asks, and in which database."""

    id: UUID
    csrf_token: str
    last_seen_at: datetime
    epoch: UUID
    actor: Actor


def sign_in(username: str, password: str, device: DeviceInfo, address: str) -> SignedIn:
    """Open a session.

    Raises:
        TooManyAttempts: this account must wait `Retry-After` seconds.
        BadCredentials: name and password do not fit; counted by `count_failure`.
    """
    _slow_down(username)
    user = db.session.scalars(select(User).where(User.username == username)).one_or_none()
    if not _fits(user, password) or user is None:
        raise BadCredentials
    _forget_failures(username)
    signed_in = open_session(user, device)
    audit.record(user.id, "session.open", "session", signed_in.row.id, address=address)
    return signed_in


def open_session(user: User, device: DeviceInfo) -> SignedIn:
    """A session for a person who has proved who it is."""
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        token_sha256=_digest(token),
        csrf_token=secrets.token_urlsafe(24),
        user=user,
        device_id=_seen(device).id,
    )
    db.session.add(row)
    db.session.flush()
    return SignedIn(token, row)


def _fits(user: User | None, password: str) -> bool:
    """Takes the same time whether or not there is such a user."""
    try:
        hasher().verify(user.password_hash if user and user.active else _nobodys_hash(), password)
    except Argon2Error:
        return False
    return user is not None and user.active


@cache
def _nobodys_hash() -> str:
    return hasher().hash(secrets.token_hex(8))


def _slow_down(username: str) -> None:
    """After some wrong passwords each further one doubles the wait."""
    failures, last = db.session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            SignInAttempt.username == username, SignInAttempt.at > utc_now() - WINDOW
        )
    ).one()
    if failures < FREE_TRIES:
        return
    wait = min(timedelta(seconds=2 ** (failures - FREE_TRIES + 1)), SLOWEST)
    left = (last + wait - utc_now()).total_seconds()
    if left > 0:
        seconds = int(left) + 1
        raise TooManyAttempts(
            f"密码错误次数过多,请 {seconds} 秒后再试", headers={"Retry-After": str(seconds)}
        )


def count_failure(username: str, address: str) -> None:
    """Remember a wrong password, in the running transaction."""
    db.session.add(SignInAttempt(username=username, address=address, at=utc_now()))


def _forget_failures(username: str) -> None:
    for attempt in db.session.scalars(
        select(SignInAttempt).where(SignInAttempt.username == username)
    ):
        db.session.delete(attempt)


def _seen(info: DeviceInfo) -> Device:
    device = db.session.get(Device, info.id)
    if device is None:
        device = Device(id=info.id, name=info.name, kind=info.kind)
        db.session.add(device)
        db.session.flush()
    device.last_seen_at = utc_now()
    return device


def find_session(token: str) -> OpenSession | None:
    """The open session of this token with its person's rights of this moment, or None.

    One statement, because every request asks; `actor_of` says the same of a person's objects.
    """
    now = utc_now()
    oldest = now - timedelta(days=current_settings().session_days)
    known = {"token": _digest(token), "now": now, "oldest": oldest}
    with plain() as connection:
        row = connection.execute(_OPEN, known).fetchone()
    if row is None:
        return None
    session_id, csrf_token, last_seen_at, epoch, *person, roles, grid_ids = row
    user_id, username, name, device_id = person
    rights = tuple(Grant(role, UUID(unit), path, at and UUID(at)) for role, unit, path, at in roles)
    actor = Actor(user_id, username, name, rights, frozenset(grid_ids), device_id)
    return OpenSession(session_id, csrf_token, last_seen_at, epoch, actor)


_OPEN = """
SELECT s.id, s.csrf_token, s.last_seen_at, m.epoch, u.id, u.username, u.name, s.device_id,
       coalesce((SELECT json_agg(json_build_array(r.role, r.org_unit_id, o.path, r.department_id)
                                 ORDER BY r.id)
                   FROM role_grants r JOIN org_units o ON o.id = r.org_unit_id
                  WHERE r.user_id = u.id), '[]'),
       ARRAY(SELECT d.grid_id FROM grid_duties d
              WHERE d.user_id = u.id AND d.since <= %(now)s
                AND (d.until IS NULL OR %(now)s < d.until))
  FROM sync_meta m, sessions s JOIN users u ON u.id = s.user_id
 WHERE s.token_sha256 = %(token)s AND s.ended_at IS NULL AND u.active
   AND s.last_seen_at >= %(oldest)s
"""


def is_stale(found: OpenSession) -> bool:
    """Whether its last use should be written down again."""
    return found.last_seen_at < utc_now() - TOUCH_EVERY


def touch(session_id: UUID) -> None:
    """Write down that the session is in use."""
    db.session.get_one(SessionRow, session_id).last_seen_at = utc_now()


def sign_out(session_id: UUID) -> None:
    """End the session."""
    row = db.session.get_one(SessionRow, session_id)
    row.ended_at = utc_now()
    audit.record(row.user_id, "session.end", "session", row.id)


def actor_of(user: User, device_id: UUID | None = None) -> Actor:
    """The person with today's rights."""
    now = utc_now()
    return Actor(
        user_id=user.id,
        username=user.username,
        name=user.name,
        grants=tuple(
            Grant(role.role, role.org_unit_id, role.org_unit.path, role.department_id)
            for role in user.roles
        ),
        grid_ids=frozenset(duty.grid_id for duty in user.grids if held(duty, now)),
        device_id=device_id,
    )


def held(duty: GridDuty, at: datetime) -> bool:
    """Whether the duty was held at that time."""
    return duty.since <= at and (duty.until is None or at < duty.until)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
