"""Who may do what, and see what: one table, one rule, in Python and in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_

from backend.problems import Forbidden, NotFound


class Permission(StrEnum):
    """What a role can allow: scope:action."""

    SYNC = "field:sync"
    ORG_READ = "org:read"
    ACTIVITY_READ = "activity:read"
    HOUSE_READ = "house:read"
    HOUSE_EDIT = "house:edit"
    INSPECTION_READ = "inspection:read"
    CASE_READ = "case:read"
    CASE_READ_RESTRICTED = "case:read-restricted"
    PATROL_READ = "patrol:read"
    TASK_READ = "task:read"
    TASK_ASSIGN = "task:assign"
    WORKER_READ = "worker:read"
    WORKER_REMIND = "worker:remind"
    FEEDBACK_READ = "feedback:read"
    REFUSAL_SETTLE = "refusal:settle"
    RESCUE_IMPORT = "rescue:import"
    CALENDAR_EDIT = "calendar:edit"
    PARTNER_MANAGE = "partner:manage"
    MESSAGE_READ = "message:read"
    MESSAGE_CALL = "message:call"
    CONTACT_EDIT = "contact:edit"
    ITEM_READ = "item:read"
    ITEM_PROPOSE = "item:propose"
    ITEM_EDIT = "item:edit"
    CHECKLIST_EDIT = "checklist:edit"
    CASE_REGISTER = "case:register"
    CASE_SAMPLE = "case:sample"
    CALLER_READ = "caller:read"
    SOURCE_EDIT = "source:edit"
    PHRASE_EDIT = "phrase:edit"
    DOCUMENT_ADVISE = "document:advise"
    DOCUMENT_ORDER = "document:order"
    DOCUMENT_READ = "document:read"
    DOCUMENT_WITHDRAW = "document:withdraw"
    DOCUMENT_SETUP = "document:setup"


class Reach(StrEnum):
    """How far a role sees."""

    SUBTREE = "subtree"  # its division and all below
    DEPARTMENT = "department"  # the cases of its department, and those it was called for
    GRIDS = "grids"  # the grids on duty, and what is one's own


P = Permission
_SEE_ALL = frozenset(
    {
        P.ORG_READ,
        P.ACTIVITY_READ,
        P.HOUSE_READ,
        P.INSPECTION_READ,
        P.CASE_READ,
        P.PATROL_READ,
        P.TASK_READ,
        P.WORKER_READ,
        P.ITEM_READ,
        P.DOCUMENT_READ,
    }
)

_OFFICER = frozenset({P.ORG_READ, P.ACTIVITY_READ, P.CASE_READ, P.ITEM_READ, P.ITEM_PROPOSE})

ROLES: dict[str, tuple[Reach, frozenset[Permission]]] = {
    "grid_worker": (Reach.GRIDS, frozenset({P.SYNC, P.DOCUMENT_ADVISE})),
    "grid_head": (
        Reach.SUBTREE,
        _SEE_ALL | {P.SYNC, P.DOCUMENT_ADVISE, P.TASK_ASSIGN, P.WORKER_REMIND},
    ),
    "dispatcher": (
        Reach.SUBTREE,
        _SEE_ALL
        | {P.TASK_ASSIGN, P.WORKER_REMIND, P.CASE_READ_RESTRICTED, P.CALENDAR_EDIT}
        | {P.MESSAGE_READ, P.MESSAGE_CALL}
        # A payload may name a restricted item: both are for the cleared alone.
        | {P.REFUSAL_SETTLE, P.RESCUE_IMPORT}
        | {P.HOUSE_EDIT, P.ITEM_PROPOSE, P.ITEM_EDIT, P.CASE_REGISTER, P.CALLER_READ, P.SOURCE_EDIT}
        | {P.PHRASE_EDIT, P.CHECKLIST_EDIT},
    ),
    # The commander (指挥长) of a township decides what its dispatchers may not decide alone.
    "commander": (
        Reach.SUBTREE,
        _SEE_ALL
        | {P.TASK_ASSIGN, P.WORKER_REMIND, P.MESSAGE_CALL, P.CASE_READ_RESTRICTED}
        | {P.PHRASE_EDIT, P.DOCUMENT_WITHDRAW, P.DOCUMENT_SETUP},
    ),
    "supervisor": (Reach.SUBTREE, _SEE_ALL | {P.CASE_REGISTER, P.CASE_SAMPLE}),
    "village": (Reach.SUBTREE, _SEE_ALL),
    "officer": (Reach.DEPARTMENT, _OFFICER),
    "cleared_officer": (Reach.DEPARTMENT, _OFFICER | {P.CASE_READ_RESTRICTED}),
    # An officer who may enforce (执法人员), held beside the role in the department: power is the
    # law's, which is why no other role orders (行政处罚法第四十二条).
    "enforcer": (
        Reach.DEPARTMENT,
        frozenset(
            {
                P.SYNC,
                P.DOCUMENT_ADVISE,
                P.DOCUMENT_ORDER,
                P.DOCUMENT_READ,
                P.DOCUMENT_WITHDRAW,
            }
        ),
    ),
    "admin": (
        Reach.SUBTREE,
        frozenset(
            {
                P.ORG_READ,
                P.FEEDBACK_READ,
                P.CALENDAR_EDIT,
                P.PARTNER_MANAGE,
                P.MESSAGE_READ,
                P.CONTACT_EDIT,
            }
        ),
    ),
    # What a token stands for (backend/partners); no person holds them.
    "partner": (Reach.SUBTREE, frozenset({P.CASE_READ})),
    "partner_hotline": (Reach.SUBTREE, frozenset({P.SOURCE_EDIT})),
}


@dataclass(frozen=True)
class Grant:
    """A role held in a division; an officer's also in a department."""

    role: str
    org_unit_id: UUID
    org_path: str
    department_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """The signed-in person, as rules see one."""

    user_id: UUID
    username: str
    name: str
    grants: tuple[Grant, ...]
    grid_ids: frozenset[UUID]
    device_id: UUID | None = None
    uncleared: bool = False  # whatever the roles say: for files, which are passed on

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that any of the roles allows."""
        every = frozenset[Permission]().union(*(ROLES[grant.role][1] for grant in self.grants))
        return every - {P.CASE_READ_RESTRICTED} if self.uncleared else every

    def grants_with(self, permission: Permission) -> list[Grant]:
        """The grants that allow it."""
        return [grant for grant in self.grants if permission in ROLES[grant.role][1]]


def require(actor: Actor, permission: Permission, row: Any = None) -> None:  # noqa: ANN401
    """Let pass, or refuse.

    Raises:
        Forbidden: no role of the actor allows it.
        NotFound: it does, but not for this row: what one may not see does not exist.
    """
    if not actor.grants_with(permission):
        raise Forbidden
    if row is not None and not may_see(actor, permission, row):
        raise NotFound


def may_see(actor: Actor, permission: Permission, row: Any) -> bool:  # noqa: ANN401
    """Whether the permission holds for this row; `visible` says the same in SQL."""
    if getattr(row, "restricted", False) and not _cleared(actor):
        return False
    return any(_reaches(grant, actor, row) for grant in actor.grants_with(permission))


def _reaches(grant: Grant, actor: Actor, row: Any) -> bool:  # noqa: ANN401
    reach = ROLES[grant.role][0]
    if reach is Reach.SUBTREE:
        return bool(row.org_path.startswith(grant.org_path))
    if reach is Reach.DEPARTMENT:
        concerned = (getattr(row, "department_id", None), *getattr(row, "supporting", ()))
        return grant.department_id in concerned and row.org_path.startswith(grant.org_path)
    return row.grid_id in actor.grid_ids


def _cleared(actor: Actor) -> bool:
    return Permission.CASE_READ_RESTRICTED in actor.permissions


def visible(actor: Actor, permission: Permission, model: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """The condition that keeps the rows of `model` for which the permission holds.

    `model` has `org_path` and `grid_id`, and may have `department_id`, `supporting` (the other
    departments that were called) and `restricted`.

    Raises:
        Forbidden: no role of the actor allows it at all.
    """
    grants = actor.grants_with(permission)
    if not grants:
        raise Forbidden
    seen: ColumnElement[bool] = or_(*(_condition(grant, actor, model) for grant in grants))
    if hasattr(model, "restricted") and not _cleared(actor):
        return and_(seen, model.restricted.is_(False))
    return seen


def below(actor: Actor, permission: Permission, path: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """The condition that a column of paths lies in a division where a role allows it."""
    return or_(false(), *(path.like(top.org_path + "%") for top in actor.grants_with(permission)))


def _condition(grant: Grant, actor: Actor, model: Any) -> ColumnElement[bool]:  # noqa: ANN401
    below: ColumnElement[bool] = model.org_path.like(grant.org_path + "%")
    reach = ROLES[grant.role][0]
    if reach is Reach.SUBTREE:
        return below
    if reach is Reach.DEPARTMENT:
        if not hasattr(model, "department_id"):
            return false()
        concerned: ColumnElement[bool] = model.department_id == grant.department_id
        if hasattr(model, "supporting"):
            concerned = concerned | model.supporting.contains([grant.department_id])
        return and_(below, concerned)
    grids: ColumnElement[bool] = model.grid_id.in_(actor.grid_ids)
    return grids
