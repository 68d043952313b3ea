"""Whose messages an actor may look after."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from backend.db import db
from backend.org.access import Actor, Permission, below, require
from backend.org.models import OrgUnit, RoleGrant


def people_below(actor: Actor, permission: Permission) -> Select[UUID]:
    """The ids of those who work in a division of the actor's.

    Raises:
        Forbidden: no role of the actor allows it at all.
    """
    require(actor, permission)
    inside = below(actor, permission, OrgUnit.path)
    return select(RoleGrant.user_id).join(OrgUnit).where(inside)


def looks_after(actor: Actor, permission: Permission, user_id: UUID) -> bool:
    """Whether this person works there.

    Raises:
        Forbidden: no role of the actor allows it at all.
    """
    found = people_below(actor, permission).where(RoleGrant.user_id == user_id)
    return db.session.scalars(found.limit(1)).first() is not None
