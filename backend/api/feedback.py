"""What people say about the app (投诉建议), for the administrator."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from backend.api.schemas import PageArgs, time_field
from backend.api.shapes import NamedShape, page_of
from backend.org import feedback
from backend.org.door import Door, actor

door = Door("feedback", "feedback", url_prefix="/api/feedback")


class FeedbackShape(Schema):
    """One complaint or suggestion."""

    id = fields.UUID(required=True)
    user = fields.Nested(NamedShape, required=True)
    text = fields.String(required=True)
    captured_at = time_field(required=True)
    received_at = time_field(required=True)


@door.get("")
@door.arguments(PageArgs, location="query")
@door.response(200, page_of(FeedbackShape))
def list_feedback(args: dict[str, Any]) -> dict[str, Any]:
    """List what people of one's subtree said, newest first."""
    rows, following = feedback.list_feedback(actor(), args["cursor"], args["limit"])
    return {"items": rows, "next": following}
