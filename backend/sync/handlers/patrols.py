"""patrol.start@1, patrol.pause@1, patrol.resume@1, patrol.finish@1, patrol.track@1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import fields, validate

from backend.patrols import commands
from backend.patrols.commands import Segment, Start
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, metres, moment, photos, words
from backend.tasks.queries import may_record

MOST_POINTS = 1000
BIG = validate.Range(-(10**8), 10**8)


class PatrolRef(Strict):
    """Which patrol."""

    patrol_id = fields.UUID(required=True)


class PatrolStart(PatrolRef):
    """The beginning of a patrol; `recording` asks for a track."""

    kind = fields.String(required=True, validate=validate.OneOf(["day", "night", "joint"]))
    task_id = fields.UUID(allow_none=True, load_default=None)
    recording = fields.Boolean(required=True)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)


class PatrolFinish(PatrolRef):
    """The end of a patrol. `distance_m` is what the phone showed; the track decides."""

    note = words(allow_none=True, load_default=None)
    distance_m = metres(required=True)
    segments = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000))
    photos = photos(required=True)


class PatrolTrack(PatrolRef):
    """A piece of the track: `[[dlng, dlat, dt, accuracy], …]` (docs/sync-protocol.md, 7)."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(0, 100_000))
    started_at = moment(required=True)
    points = fields.List(
        fields.List(fields.Integer(strict=True, validate=BIG), validate=validate.Length(equal=4)),
        required=True,
        validate=validate.Length(1, MOST_POINTS),
    )


@mutation("patrol.start", 1, PatrolStart)
def start(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Begin; without a track where the township gives no reason for one."""
    wanted, capture = Start(**args), context.capture
    grid = commands.patrol_grid(capture, wanted.position)
    allowed = may_record(grid.org_path, wanted.kind, wanted.task_id)
    started = replace(wanted, recording=wanted.recording and allowed)
    patrol = commands.start(capture, started, grid)
    if patrol.recording == wanted.recording:
        return None
    return Outcome(merged=True, message="本次巡查不记录轨迹", record=commands.phone_row(patrol))


@mutation("patrol.pause", 1, PatrolRef)
def pause(context: Context, args: dict[str, Any]) -> None:
    """Halt."""
    commands.pause(context.actor, args["patrol_id"])


@mutation("patrol.resume", 1, PatrolRef)
def resume(context: Context, args: dict[str, Any]) -> None:
    """Go on."""
    commands.resume(context.actor, args["patrol_id"])


@mutation("patrol.finish", 1, PatrolFinish)
def finish(context: Context, args: dict[str, Any]) -> None:
    """End."""
    commands.finish(
        context.capture,
        args["patrol_id"],
        note=args["note"],
        segments=args["segments"],
        photos=args["photos"],
    )


@mutation("patrol.track", 1, PatrolTrack)
def track(context: Context, args: dict[str, Any]) -> Outcome:
    """Keep a piece of the track."""
    return Outcome(merged=not commands.add_segment(context.capture, Segment(**args)))
