"""Registering at the desk what somebody found: a supervisor (找茬), or another level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.cases.commands import Place, open_case
from backend.cases.items import item_in_force, matter_of
from backend.cases.models import Case
from backend.db import db, new_id, utc_now
from backend.media import commands as media
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.org.models import Grid
from backend.problems import FieldError, NotFound, Validation

SOURCES = {"supervisor": "督导发现", "level": "上级或其他层级交办"}


@dataclass(frozen=True)
class Find:
    """What is registered; `photos` is a manifest of what has arrived already."""

    source: str
    item_code: str
    grid_id: UUID
    text: str
    address: str | None
    lng: float | None
    lat: float | None
    photos: Sequence[dict[str, Any]]


def register(actor: Actor, find: Find) -> Case:
    """Open a case for what was found; a supervisor registers own finds alone.

    Raises:
        Forbidden, NotFound: not the actor's to register there.
        Validation: no such item, or not the actor's source.
    """
    require(actor, Permission.CASE_REGISTER)
    grid = db.session.get(Grid, find.grid_id)
    if grid is None or grid.retired_at is not None:
        raise NotFound("没有找到这个网格")
    require(actor, Permission.CASE_REGISTER, grid)
    item = item_in_force(find.item_code)
    if item is None:
        raise Validation(errors=[FieldError("/item_code", "not-found", "请选择事项")])
    if find.source == "level" and not actor.grants_with(Permission.SOURCE_EDIT):
        raise Validation(errors=[FieldError("/source", "forbidden", "由指挥中心登记")])
    matter = matter_of(item, find.text, find.source)
    now = utc_now()
    case = open_case(Capture(actor, now, now, ""), new_id(), matter, _place(grid, find))
    media.announce(find.photos, owner=("case", case.id), scope=case.feed_scope(), by=actor.user_id)
    return case


def _place(grid: Grid, find: Find) -> Place:
    known = find.lng is not None
    point = {"lng": find.lng, "lat": find.lat, "position_source": "map"} if known else {}
    return Place(grid.org_unit_id, grid.org_path, grid.id, address=find.address, **point)  # type: ignore[arg-type]
