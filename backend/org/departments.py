"""What each department of a township answers for (部门职责), in the township's own words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.db import db
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Department, OrgUnit
from backend.problems import NotFound


def set_duties(actor: Actor, department_id: UUID, text: str) -> Department:
    """Have a department's duties read so; they are for people to read, and route nothing.

    Raises:
        Forbidden, NotFound: the actor may not, or it is no department of the actor's townships.
    """
    require(actor, Permission.ITEM_EDIT)
    query = (
        select(Department)
        .join(OrgUnit, OrgUnit.id == Department.org_unit_id)
        .where(Department.id == department_id, below(actor, Permission.ITEM_EDIT, OrgUnit.path))
    )
    department = db.session.scalars(query.with_for_update(of=Department)).one_or_none()
    if department is None:
        raise NotFound("没有找到这个部门")
    department.duties = text.strip()
    audit.record(actor.user_id, "department.duties", "department", department.id)
    db.session.flush()
    return department
