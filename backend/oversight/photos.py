"""Who may see a photo: whoever may see what it belongs to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from backend.feed.synced import grid_scope
from backend.inspections.models import Inspection
from backend.inspections.queries import is_cleared, is_restricted
from backend.media.models import Photo
from backend.org import access
from backend.org.access import Actor, Permission
from backend.patrols.models import Patrol
from backend.tasks.models import Task


def may_see(actor: Actor, photo: Photo) -> bool:
    """Whether the actor may see the photo: as its author, on the phone, or at the desk."""
    if photo.captured_by == actor.user_id or photo.scope in map(grid_scope, actor.grid_ids):
        return True
    match photo.owner_kind:
        case "inspection":
            return _of_inspection(actor, photo) or _of_finding(actor, photo)
        case "case":
            return _case(actor, photo.owner_id)
        case "task":
            return _of_task(actor, photo.owner_id)
        case "patrol":
            patrol = db.session.get(Patrol, photo.owner_id)
            return patrol is not None and access.may_see(actor, Permission.PATROL_READ, patrol)
    return False


def _of_inspection(actor: Actor, photo: Photo) -> bool:
    if is_restricted(photo) and not is_cleared(actor):
        return False
    inspection = db.session.get(Inspection, photo.owner_id)
    return inspection is not None and access.may_see(actor, Permission.INSPECTION_READ, inspection)


def _of_finding(actor: Actor, photo: Photo) -> bool:
    """A department sees the photos of its cases, also where an inspection took them."""
    cases = db.session.scalars(
        select(Case).where(Case.inspection_id == photo.owner_id, Case.item_code == photo.item_code)
    )
    return any(access.may_see(actor, Permission.CASE_READ, case) for case in cases)


def _case(actor: Actor, case_id: UUID) -> bool:
    case = db.session.get(Case, case_id)
    return case is not None and access.may_see(actor, Permission.CASE_READ, case)


def _of_task(actor: Actor, task_id: UUID) -> bool:
    task = db.session.get(Task, task_id)
    if task is None:
        return False
    own = access.may_see(actor, Permission.TASK_READ, task)
    return own or (task.case_id is not None and _case(actor, task.case_id))
