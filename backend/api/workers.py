"""Who is on duty, where they last were, and what they have to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy import text

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape
from backend.db import db
from backend.delivery.reminders import remind
from backend.org.access import Actor
from backend.org.door import Door, actor
from backend.patrols import queries
from backend.tasks.queries import open_counts

door = Door("workers", "workers", url_prefix="/api/workers", description="Grid workers")


class LastSeenShape(Schema):
    """Where a worker last was, and how that is known."""

    lng = fields.Float(required=True)
    lat = fields.Float(required=True)
    at = time_field(required=True)
    source = fields.String(required=True)


class WorkerShape(Schema):
    """A worker with a grid."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    grids = fields.List(fields.Nested(NamedShape), required=True)
    on_duty = fields.Boolean(required=True)
    patrol_id = fields.UUID(allow_none=True)
    last_seen = fields.Nested(LastSeenShape, allow_none=True)
    last_sync_at = time_field(allow_none=True)
    open_tasks = fields.Integer(required=True)


@door.get("")
@door.response(200, WorkerShape(many=True))
def list_workers() -> list[dict[str, Any]]:
    """The workers of one's divisions."""
    return worker_rows(actor())


def worker_rows(who: Actor) -> list[dict[str, Any]]:
    """The workers that the actor oversees, with what each has to do."""
    found = queries.workers(who)
    ids = [worker["id"] for worker in found]
    tasks, synced = open_counts(ids), _last_syncs(ids)
    return [
        {
            **worker,
            "open_tasks": tasks.get(worker["id"], 0),
            "last_sync_at": synced.get(worker["id"]),
        }
        for worker in found
    ]


class ReminderShape(Schema):
    """When a worker was reminded."""

    at = time_field(required=True)


@door.post("/<uuid:worker_id>/reminders")
@door.response(201, ReminderShape)
def remind_worker(worker_id: UUID) -> dict[str, Any]:
    """Ask a worker to open the app and sync; once an hour at most."""
    return {"at": remind(actor(), worker_id)}


def _last_syncs(user_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each last sent something; read by name, for sync stands beside this room."""
    rows = db.session.execute(
        text(
            "SELECT user_id, max(seen_at) AS at FROM sync_clients"
            " WHERE user_id = ANY(:ids) GROUP BY user_id"
        ),
        {"ids": list(user_ids)},
    )
    return {row.user_id: row.at for row in rows}
