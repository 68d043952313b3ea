"""finding.recheck@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from backend.inspections import rechecks
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, photos, words


class FindingRecheck(Strict):
    """What somebody found who looked again; `case_id` is the case that the finding opened."""

    recheck_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    passed = fields.Boolean(required=True)
    note = words(allow_none=True, load_default=None)
    task_id = fields.UUID(allow_none=True, load_default=None)
    inspection_id = fields.UUID(allow_none=True, load_default=None)
    before_photo_id = fields.UUID(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)


@mutation("finding.recheck", 1, FindingRecheck)
def recheck(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Keep the look, and strike off what it ends; a look at one's own work is kept, too."""
    look, merged = rechecks.recheck(context.capture, args)
    if not look.counts:
        return Outcome(merged=True, message=rechecks.OWN_WORK)
    return Outcome(merged=merged)
