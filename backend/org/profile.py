"""What a signed-in person is told about oneself."""

from __future__ import annotations

from typing import Any

from backend.config import current_settings
from backend.org.access import Actor
from backend.org.models import GridDuty, OrgUnit, RoleGrant, User


def profile(user: User, actor: Actor) -> dict[str, Any]:
    """The person, roles, permissions, home division and grids, as JSON-ready values."""
    settings = current_settings()
    home = min(
        (role.org_unit for role in user.roles), key=lambda unit: len(unit.path), default=None
    )
    return {
        "user": {
            "id": user.id,
            "username": user.username,
            "name": user.name,
            "phone_masked": f"{user.phone[:3]}****{user.phone[-4:]}" if user.phone else None,
        },
        "roles": [_role(role) for role in user.roles],
        "permissions": sorted(actor.permissions),
        "home": _unit(home),
        "grids": [_grid(duty) for duty in user.grids if duty.grid_id in actor.grid_ids],
        "live_url": settings.live_url,
        "demo": settings.demo,
    }


def _role(role: RoleGrant) -> dict[str, Any]:
    return {
        "role": role.role,
        "org_unit_id": role.org_unit_id,
        "org_unit_name": role.org_unit.name,
        "department_id": role.department_id,
        "department_name": role.department.name if role.department else None,
    }


def _unit(unit: OrgUnit | None) -> dict[str, Any] | None:
    return {"org_unit_id": unit.id, "name": unit.name, "kind": unit.kind} if unit else None


def _grid(duty: GridDuty) -> dict[str, Any]:
    return {"id": duty.grid_id, "code": duty.grid.code, "name": duty.grid.name}
