"""What is read of patrols and of the people on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.db import db, utc_now
from backend.media.queries import photo_row, photos_of
from backend.org.access import Actor, Permission, require, visible
from backend.org.models import Grid, GridDuty, User
from backend.org.queries import Places
from backend.patrols.models import LastSeen, Patrol, TrackSegment
from backend.problems import NotFound

ON_DUTY = timedelta(hours=24)  # a patrol left open longer was forgotten, not walked


def patrol_detail(actor: Actor, patrol_id: UUID) -> dict[str, Any]:
    """A patrol with its track: a feature for each segment, so that a gap stays a gap.

    Raises:
        Forbidden, NotFound: it is not the actor's to see.
    """
    patrol = db.session.get(Patrol, patrol_id)
    require(actor, Permission.PATROL_READ, patrol)
    if patrol is None:
        raise NotFound("没有找到这次巡查")
    places, worker = Places.of([patrol]), db.session.get_one(User, patrol.user_id)
    photos = photos_of("patrol", [patrol_id]).get(patrol_id, [])
    columns = "id kind state recording started_at ended_at distance_m note"
    return {name: getattr(patrol, name) for name in columns.split()} | {
        "worker": {"id": worker.id, "name": worker.name},
        "village": places.village(patrol),
        "grid": places.grid(patrol),
        "photos": [photo_row(photo) for photo in photos],
        "track": {"type": "FeatureCollection", "features": _segments(db.session(), patrol_id)},
    }


def _segments(session: Session, patrol_id: UUID) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            TrackSegment.seq,
            TrackSegment.started_at,
            TrackSegment.ended_at,
            func.ST_AsGeoJSON(func.ST_Force2D(TrackSegment.line)).label("line"),
        )
        .where(TrackSegment.patrol_id == patrol_id)
        .order_by(TrackSegment.started_at, TrackSegment.seq)
    )
    return [
        {
            "type": "Feature",
            "geometry": orjson.loads(row.line),
            "properties": {
                "seq": row.seq,
                "started_at": row.started_at,
                "ended_at": row.ended_at,
            },
        }
        for row in rows
    ]


def workers(actor: Actor) -> list[dict[str, Any]]:
    """Everyone on duty in a grid that the actor oversees, by name, and where they last were.

    Raises:
        Forbidden: the actor oversees nobody.
    """
    duties = _duties(actor)
    people: dict[UUID, dict[str, Any]] = {}
    for duty, grid in duties:
        person = people.setdefault(duty.user_id, {"kind": duty.kind, "grids": []})
        person["grids"].append({"id": grid.id, "name": grid.name})
        if duty.kind == "full_time":
            person["kind"] = "full_time"
    names = _names(people)
    patrols, seen = _open_patrols(people), _last_seen(people)
    return [
        {
            "id": user_id,
            "name": name,
            "kind": "part_time" if people[user_id]["kind"] == "part_time" else "full_time",
            "grids": people[user_id]["grids"],
            "on_duty": user_id in patrols,
            "patrol_id": patrols.get(user_id),
            "last_seen": seen.get(user_id),
        }
        for user_id, name in names
    ]


def _duties(actor: Actor) -> list[tuple[GridDuty, Grid]]:
    now = utc_now()
    held = (
        select(GridDuty, Grid)
        .join(Grid, Grid.id == GridDuty.grid_id)
        .where(visible(actor, Permission.WORKER_READ, Grid), Grid.retired_at.is_(None))
        .where(GridDuty.kind != "enforcer")  # an officer on call is no worker of the grid
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
        .order_by(Grid.code)
    )
    return [(row[0], row[1]) for row in db.session.execute(held)]


def _names(people: dict[UUID, Any]) -> list[tuple[UUID, str]]:
    named = select(User.id, User.name).where(User.id.in_(people), User.active)
    return [(row.id, row.name) for row in db.session.execute(named.order_by(User.name, User.id))]


def _open_patrols(people: dict[UUID, Any]) -> dict[UUID, UUID]:
    """The patrol that each of these people is on, if any."""
    going = (
        select(Patrol.user_id, Patrol.id)
        .where(Patrol.user_id.in_(people), Patrol.state != "finished")
        .where(Patrol.started_at > utc_now() - ON_DUTY)
        .order_by(Patrol.started_at)
    )
    return {row.user_id: row.id for row in db.session.execute(going)}


def _last_seen(people: dict[UUID, Any]) -> dict[UUID, dict[str, Any]]:
    rows = db.session.scalars(select(LastSeen).where(LastSeen.user_id.in_(people)))
    names = ("lng", "lat", "at", "source")
    return {row.user_id: {name: getattr(row, name) for name in names} for row in rows}
