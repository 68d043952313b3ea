"""What happens on a patrol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from geoalchemy2.functions import ST_GeomFromEWKT
from sqlalchemy.dialects.postgresql import insert

from backend.audit import commands as audit
from backend.db import db, locked, new_id, utc_now
from backend.delivery import live
from backend.feed.bulk import Rows
from backend.feed.synced import user_scope
from backend.media import commands as media
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.org.models import Grid
from backend.org.queries import duties_at, grid_at
from backend.patrols import track
from backend.patrols.models import LastSeen, Patrol, TrackSegment
from backend.problems import Forbidden, NotFound, Refused


@dataclass(frozen=True)
class Start:
    """How a patrol begins; `recording` asks for a track."""

    patrol_id: UUID
    kind: str
    task_id: UUID | None
    recording: bool
    position: dict[str, Any] | None


@dataclass(frozen=True)
class Segment:
    """At most five minutes of a track, as encoded by the phone."""

    patrol_id: UUID
    seq: int
    started_at: datetime
    points: list[list[int]]


def patrol_grid(capture: Capture, position: dict[str, Any] | None) -> Grid:
    """The grid that a patrol is counted for: where it began, else the first on duty.

    Raises:
        Forbidden: the author does no field work, or had no grid.
    """
    require(capture.actor, Permission.SYNC)
    here = grid_at(capture.actor, position["lng"], position["lat"]) if position else None
    if here is not None:
        return here
    duties = duties_at(capture.actor.user_id, capture.captured_at)
    if not duties:
        raise Forbidden("没有在岗网格,不能开始巡查")
    return duties[0].grid


def start(capture: Capture, wanted: Start, grid: Grid) -> Patrol:
    """Begin a patrol; the same one again is no error.

    Raises:
        Refused: `hash-conflict`, another's patrol has this id.
    """
    known = db.session.get(Patrol, wanted.patrol_id)
    if known is not None:
        if known.user_id != capture.actor.user_id:
            raise Refused("hash-conflict", "巡查编号已被占用")
        return known
    where = wanted.position or {}
    patrol = Patrol(
        id=wanted.patrol_id,
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        user_id=capture.actor.user_id,
        task_id=wanted.task_id,
        kind=wanted.kind,
        state="recording",
        recording=wanted.recording,
        started_at=capture.captured_at,
        distance_m=0.0,
        segments=0,
        lng=where.get("lng"),
        lat=where.get("lat"),
        clock_suspect=capture.clock_suspect,
    )
    db.session.add(patrol)
    db.session.flush()
    audit.record(
        capture.actor.user_id, "patrol.start", "patrol", patrol.id, patrol_kind=wanted.kind
    )
    if where:
        note_last_seen(patrol.user_id, where["lng"], where["lat"], where["at"], where["source"])
    _announce(patrol)
    return patrol


def pause(actor: Actor, patrol_id: UUID) -> Patrol:
    """Halt a patrol for a while.

    Raises:
        Refused: `illegal-transition`, with the patrol as it stands.
    """
    return _move(_own(actor, patrol_id), "paused")


def resume(actor: Actor, patrol_id: UUID) -> Patrol:
    """Go on with a patrol.

    Raises:
        Refused: `illegal-transition`, with the patrol as it stands.
    """
    return _move(_own(actor, patrol_id), "recording")


def _move(patrol: Patrol, state: str) -> Patrol:
    if patrol.state == "finished":
        raise Refused("illegal-transition", "巡查已结束", record=phone_row(patrol))
    patrol.state = state
    _announce(patrol)
    return patrol


def finish(
    capture: Capture,
    patrol_id: UUID,
    *,
    note: str | None,
    segments: int,
    photos: list[dict[str, Any]],
) -> Patrol:
    """End a patrol; again, only photos are added. Its length is that of its track."""
    patrol = _own(capture.actor, patrol_id)
    author = capture.actor.user_id
    media.announce(photos, owner=("patrol", patrol.id), scope=user_scope(author), by=author)
    if patrol.state != "finished":
        patrol.state = "finished"
        patrol.ended_at = max(capture.captured_at, patrol.started_at)
        patrol.note, patrol.segments = note, segments
        audit.record(author, "patrol.finish", "patrol", patrol.id)
    _announce(patrol)
    return patrol


def add_segment(capture: Capture, segment: Segment) -> bool:
    """Keep a piece of the track, also after the end; False when it was there already.

    Raises:
        Refused: `not-recording`, no track is to be kept of this patrol.
        Validation: the points cannot be a track.
    """
    patrol = _own(capture.actor, segment.patrol_id)
    if not patrol.recording:
        raise Refused("not-recording", "本次巡查不记录轨迹", record=phone_row(patrol))
    fixes = track.decode(segment.points)
    if not _insert(segment, fixes):
        return False
    patrol.distance_m = round(patrol.distance_m + track.length_m(fixes), 1)
    last = fixes[-1]
    seen_at = track.ended_at(fixes, segment.started_at)
    note_last_seen(patrol.user_id, last.lng, last.lat, seen_at, "gps")
    _announce(patrol)
    return True


def _insert(segment: Segment, fixes: list[track.Fix]) -> bool:
    line = insert(TrackSegment).values(
        id=new_id(),
        patrol_id=segment.patrol_id,
        seq=segment.seq,
        started_at=segment.started_at,
        ended_at=track.ended_at(fixes, segment.started_at),
        points=segment.points,
        line=ST_GeomFromEWKT(track.ewkt(fixes, segment.started_at)),
        received_at=utc_now(),
    )
    added = db.session.execute(line.on_conflict_do_nothing().returning(TrackSegment.id))
    return added.one_or_none() is not None


def _own(actor: Actor, patrol_id: UUID) -> Patrol:
    """The actor's patrol, locked: two segments at once must both count."""
    patrol = locked(Patrol, patrol_id)
    if patrol is None or patrol.user_id != actor.user_id:
        raise NotFound("没有找到这次巡查")
    return patrol


def phone_row(patrol: Patrol) -> dict[str, Any]:
    """The patrol as phones hold it."""
    return {"id": patrol.id, **patrol.feed_row()}


def note_last_seen(user_id: UUID, lng: float, lat: float, at: datetime, source: str) -> None:
    """Remember where a worker on duty was; the newest time wins, one in the future counts as now.

    `source` is gps, map, house or photo: where the position was taken from.
    """
    at = min(at, utc_now())
    line = insert(LastSeen).values(user_id=user_id, lng=lng, lat=lat, at=at, source=source)
    fresh = {name: line.excluded[name] for name in ("lng", "lat", "at", "source")}
    db.session.execute(
        line.on_conflict_do_update(
            index_elements=[LastSeen.user_id], set_=fresh, where=LastSeen.at < line.excluded.at
        )
    )


def last_seen(user_id: UUID, positions: Iterable[Any]) -> Rows:
    """The newest of these positions (`lng lat at source`), to be remembered in the same way."""
    newest = max(positions, key=lambda position: position.at, default=None)
    if newest is None:
        return Rows(LastSeen, [])
    at = min(newest.at, utc_now())
    where = {"lng": newest.lng, "lat": newest.lat, "source": newest.source}
    return Rows(LastSeen, [SimpleNamespace(user_id=user_id, at=at, **where)], conflict=_IF_NEWER)


_IF_NEWER = (
    "ON CONFLICT (user_id) DO UPDATE SET at = excluded.at, lng = excluded.lng, lat = excluded.lat,"
    " source = excluded.source WHERE last_seen.at < excluded.at"
)


def _announce(patrol: Patrol) -> None:
    live.announce("patrol", patrol.id, org_path=patrol.org_path, user_id=patrol.user_id)
