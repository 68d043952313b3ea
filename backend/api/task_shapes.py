"""What is answered about tasks."""

from __future__ import annotations

from marshmallow import Schema, fields

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape, PhotoShape


class TaskHouseShape(Schema):
    """The house that a task is about."""

    id = fields.UUID(required=True)
    address = fields.String(allow_none=True)


class TaskCaseShape(Schema):
    """The case that a task is about."""

    id = fields.UUID(required=True)
    number = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class ReceiptsShape(Schema):
    """When a task was delivered, read, accepted and finished."""

    delivered_at = time_field(allow_none=True)
    read_at = time_field(allow_none=True)
    accepted_at = time_field(allow_none=True)
    finished_at = time_field(allow_none=True)


class ResultShape(Schema):
    """What the worker handed in."""

    text = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)


class PartnerShape(Schema):
    """A worker of a joint task, and how far they have come."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    arrived_at = fields.String(allow_none=True)


class AskShape(Schema):
    """Until when the worker asked for time, why, and what the desk said."""

    state = fields.String(required=True)
    until = time_field(required=True)
    reason = fields.String(required=True)
    answer = fields.String(allow_none=True)


class TaskShape(Schema):
    """A task in a list."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    urgency = fields.String(required=True)
    assignee = fields.Nested(NamedShape, allow_none=True)
    for_grid = fields.Boolean(required=True)
    grid_id = fields.UUID(allow_none=True)
    partners = fields.List(fields.Nested(PartnerShape), allow_none=True)
    created_by = fields.Nested(NamedShape, required=True)
    created_at = time_field(required=True)
    due_at = time_field(required=True)
    overdue = fields.Boolean(required=True)
    house = fields.Nested(TaskHouseShape, allow_none=True)
    case = fields.Nested(TaskCaseShape, allow_none=True)
    place = fields.String(allow_none=True)
    lng = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    record_track = fields.Boolean(required=True)
    receipts = fields.Nested(ReceiptsShape, required=True)
    result = fields.Nested(ResultShape, allow_none=True)
    return_reason = fields.String(allow_none=True)
    arrived_at = time_field(allow_none=True)
    arrived_m = fields.Float(allow_none=True)
    ask = fields.Nested(AskShape, allow_none=True)
    form = fields.Dict(allow_none=True)
    checklist = fields.Dict(allow_none=True)
    answers = fields.Dict(allow_none=True)


class TaskEventShape(Schema):
    """A line of a task's history."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    actor = fields.Nested(NamedShape, allow_none=True)
    action = fields.String(required=True)
    text = fields.String(allow_none=True)


class DeliveryShape(Schema):
    """How a message about a task fared on one channel: each receipt with its time."""

    channel = fields.String(required=True)
    state = fields.String(required=True)
    at = time_field(allow_none=True, required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    person = fields.Nested(NamedShape, required=True)
    queued_at = time_field(required=True)
    sent_at = time_field(allow_none=True, required=True)
    delivered_at = time_field(allow_none=True, required=True)
    read_at = time_field(allow_none=True, required=True)
    accepted_at = time_field(allow_none=True, required=True)
    attempts = fields.Integer(required=True)
    next_attempt_at = time_field(allow_none=True, required=True)
    last_error = fields.String(allow_none=True, required=True)


class TaskInspectionShape(Schema):
    """An inspection that was made for a task, and by which version of which checklist."""

    id = fields.UUID(required=True)
    outcome = fields.String(required=True)
    result = fields.String(required=True)
    fail_count = fields.Integer(required=True)
    captured_at = time_field(required=True)
    inspector_name = fields.String(required=True)
    title = fields.String(required=True)
    title_en = fields.String(required=True)
    version = fields.Integer(required=True)


class TaskDetailShape(TaskShape):
    """A task with its history, its deliveries, and the inspections that were made for it."""

    inspections = fields.List(fields.Nested(TaskInspectionShape), required=True)
    history = fields.List(fields.Nested(TaskEventShape), required=True)
    deliveries = fields.List(fields.Nested(DeliveryShape), required=True)


class NearShape(Schema):
    """A worker on duty, how far off (straight), and how old that is."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    grids = fields.List(fields.Nested(NamedShape), required=True)
    metres = fields.Float(required=True)
    seen_at = time_field(required=True)
    open_tasks = fields.Integer(required=True)
