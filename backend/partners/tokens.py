"""Tokens of other systems: given by an administrator, told once, asked for with every request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.org.access import Actor, Grant, Permission, below, require
from backend.org.models import OrgUnit
from backend.partners.models import ApiToken
from backend.problems import (
    FieldError,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthenticated,
    Validation,
)

SCOPES = {
    "cases:read": "读取案件",
    "cases:write-hotline": "送入 12345 工单",
    "open311:read": "按 Open311 读取上报",
    "reports:write": "按 Open311 上报",
}
PREFIX = "gf_"
A_MINUTE = 120  # requests of one token
LONGEST = timedelta(days=732)
PARTNER = "partner"  # the role that a token stands for; no person holds it
WRITERS = {"cases:write-hotline": "partner_hotline"}  # where a scope stands for another


@dataclass(frozen=True)
class NewToken:
    """What an administrator gives."""

    name: str
    org_unit_id: UUID
    scopes: list[str]
    expires_at: datetime


def give(actor: Actor, new: NewToken) -> tuple[ApiToken, str]:
    """A new token, and its text, which is told this once.

    Raises:
        Validation: the division is not the administrator's, or the time is past or far away.
    """
    unit = own_unit(actor, new.org_unit_id)
    now = utc_now()
    if not now < new.expires_at <= now + LONGEST:
        raise Validation(errors=[FieldError("/expires_at", "range", "有效期应在今天之后两年之内")])
    word = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=new.name,
        org_unit=unit,
        token_sha256=_digest(word),
        hint=word[-4:],
        scopes=sorted(set(new.scopes)),
        created_by_id=actor.user_id,
        created_at=now,
        expires_at=new.expires_at,
    )
    db.session.add(token)
    db.session.flush()
    audit.record(actor.user_id, "token.give", "token", token.id, scopes=token.scopes)
    return token, word


def revoke(actor: Actor, token_id: UUID) -> None:
    """Take a token back; it opens nothing from now on.

    Raises:
        NotFound: there is none in the administrator's divisions.
    """
    require(actor, Permission.PARTNER_MANAGE)
    token = locked(ApiToken, token_id)
    if token is None or not _is_own(actor, token.org_unit.path):
        raise NotFound("没有这个令牌")
    if token.revoked_at is None:
        token.revoked_at = utc_now()
        audit.record(actor.user_id, "token.revoke", "token", token.id)


def list_tokens(actor: Actor) -> list[dict[str, Any]]:
    """The tokens of the administrator's divisions, newest first."""
    require(actor, Permission.PARTNER_MANAGE)
    query = (
        select(ApiToken)
        .join(OrgUnit, OrgUnit.id == ApiToken.org_unit_id)
        .where(below(actor, Permission.PARTNER_MANAGE, OrgUnit.path))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )
    return [token_row(token) for token in db.session.scalars(query)]


def token_row(token: ApiToken) -> dict[str, Any]:
    """A token as administrators see it: never its text."""
    names = "id name hint scopes created_at expires_at revoked_at last_used_at"
    return {name: getattr(token, name) for name in names.split()} | {
        "org_unit": {"id": token.org_unit_id, "name": token.org_unit.name},
        "state": _state(token),
    }


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "active" if token.expires_at > utc_now() else "expired"


def own_unit(actor: Actor, org_unit_id: UUID) -> OrgUnit:
    """A division that the administrator looks after.

    Raises:
        Validation: there is none of this id.
    """
    require(actor, Permission.PARTNER_MANAGE)
    unit = db.session.get(OrgUnit, org_unit_id)
    if unit is None or not _is_own(actor, unit.path):
        raise Validation(errors=[FieldError("/org_unit_id", "not-found", "没有这个区划")])
    return unit


def _is_own(actor: Actor, path: str) -> bool:
    tops = actor.grants_with(Permission.PARTNER_MANAGE)
    return any(path.startswith(top.org_path) for top in tops)


def admit(word: str, scope: str, deed: str) -> Actor:
    """Whoever holds this token, as rules see it; the request is counted and audited.

    Raises:
        Unauthenticated: no such token, or it has ended.
        Forbidden: the token lacks the scope.
        RateLimited: too many requests in this minute.
    """
    token = _current(word)
    if token is None:
        raise Unauthenticated(
            "访问令牌无效、已过期或已撤销", headers={"WWW-Authenticate": 'Bearer realm="gridfield"'}
        )
    _count(token)
    if scope not in token.scopes:
        raise Forbidden(f"访问令牌没有 {scope} 权限")
    audit.record(token.id, "token.use", "token", token.id, deed=deed)
    grant = Grant(WRITERS.get(scope, PARTNER), token.org_unit_id, token.org_unit.path)
    return Actor(token.id, f"token:{token.hint}", token.name, (grant,), frozenset())


def _current(word: str) -> ApiToken | None:
    asked = select(ApiToken).where(
        ApiToken.token_sha256 == _digest(word),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > utc_now(),
    )
    return db.session.scalars(asked.with_for_update()).one_or_none()


def _count(token: ApiToken) -> None:
    now = utc_now()
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    if token.minute != minute:
        token.minute, token.uses = minute, 0
    if token.uses >= A_MINUTE:
        left = str(60 - now.second)
        raise RateLimited(f"请求过于频繁,请 {left} 秒后再试", headers={"Retry-After": left})
    token.uses += 1
    token.last_used_at = now


def _digest(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()
