"""The outlines of divisions and grids, for maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from backend.db import db
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Grid, OrgUnit

Feature = dict[str, Any]
CHINA = (73.0, 3.0, 136.0, 54.0)


def town_map(actor: Actor) -> dict[str, Any]:
    """The divisions and grids that the actor sees, as GeoJSON, and the box around them.

    Raises:
        Forbidden: the actor sees none.
    """
    require(actor, Permission.ORG_READ)
    units = [_unit(unit) for unit in db.session.scalars(_units(actor)) if unit.outline]
    grids = [_grid(grid) for grid in db.session.scalars(_grids(actor))]
    return {
        "schematic": True,
        "bounds": bounds([*units, *grids]),
        "units": {"type": "FeatureCollection", "features": units},
        "grids": {"type": "FeatureCollection", "features": grids},
    }


def _units(actor: Actor) -> Any:  # noqa: ANN401 - a select
    return (
        select(OrgUnit)
        .options(undefer(OrgUnit.outline))
        .where(below(actor, Permission.ORG_READ, OrgUnit.path))
        .order_by(OrgUnit.path)
    )


def _grids(actor: Actor) -> Any:  # noqa: ANN401 - a select
    current = Grid.retired_at.is_(None)
    return (
        select(Grid)
        .where(below(actor, Permission.ORG_READ, Grid.org_path), current)
        .order_by(Grid.code)
    )


def _unit(unit: OrgUnit) -> Feature:
    properties = {"id": unit.id, "name": unit.name, "kind": unit.kind}
    return {"type": "Feature", "geometry": unit.outline, "properties": properties}


def _grid(grid: Grid) -> Feature:
    properties = {name: getattr(grid, name) for name in ("id", "code", "name", "kind")}
    properties["village_id"] = grid.org_unit_id
    return {"type": "Feature", "geometry": grid.outline, "properties": properties}


def bounds(features: list[Feature]) -> tuple[float, float, float, float]:
    """West, south, east and north of all; of China where there is nothing."""
    points = [point for feature in features for point in _points(feature["geometry"])]
    if not points:
        return CHINA
    lngs, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lngs), min(lats), max(lngs), max(lats)


def _points(geometry: dict[str, Any]) -> Iterator[list[float]]:
    stack = [geometry["coordinates"]]
    while stack:
        item = stack.pop()
        if item and isinstance(item[0], (int, float)):
            yield item
        else:
            stack.extend(item)
