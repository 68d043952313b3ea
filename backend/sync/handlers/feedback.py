"""The mutation feedback.submit@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.org import feedback
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import Strict


class FeedbackSubmit(Strict):
    """What a person tells the makers of the app."""

    feedback_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=validate.Length(1, 2000))


@mutation("feedback.submit", 1, FeedbackSubmit)
def submit(context: Context, args: dict[str, Any]) -> Outcome:
    """Keep it."""
    new = feedback.submit(
        context.actor.user_id, args["feedback_id"], args["text"], context.captured_at
    )
    return Outcome(merged=not new)
