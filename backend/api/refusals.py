"""What was refused or held (需处理): list, read, take in by hand, let go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.checklists import ChecklistShape
from backend.api.photos import picture_answer
from backend.api.schemas import FieldErrorSchema, PageArgs, Strict, time_field
from backend.api.shapes import HouseBriefShape, NamedShape, PhotoShape, filters_of, page_of
from backend.org.door import Door, actor
from backend.sync import by_hand, refusals, refused

door = Door("refusals", "refusals", url_prefix="/api/refusals")


class RefusalShape(Schema):
    """A refused or held record in a list; `captured_at` is by the phone's clock."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    subject = fields.String(allow_none=True)
    verdict = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    worker = fields.Nested(NamedShape, required=True)
    captured_at = time_field(allow_none=True)
    rejected_at = time_field(required=True)
    resolution = fields.String(allow_none=True)
    resolution_note = fields.String(allow_none=True)
    resolved_by = fields.Nested(NamedShape, allow_none=True)
    resolved_at = time_field(allow_none=True)


class RefusalFileShape(RefusalShape):
    """A refused or held record with what it says; `needs` are refused ones that it stands on."""

    errors = fields.List(fields.Nested(FieldErrorSchema), required=True)
    args = fields.Dict(required=True)
    house = fields.Nested(HouseBriefShape, allow_none=True)
    checklist = fields.Nested(ChecklistShape, allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)
    needs = fields.List(fields.UUID(), required=True)


class CountShape(Schema):
    """How many wait."""

    open = fields.Integer(required=True)


class RefusalArgs(PageArgs):
    """Which refusals."""

    state = fields.String(validate=validate.OneOf(["open", "settled"]))
    verdict = fields.String(validate=validate.OneOf(["rejected", "held"]))
    code = fields.String(validate=validate.Regexp(r"^[a-z-]{1,40}\Z"))
    worker_id = fields.UUID()


class AcceptArgs(Strict):
    """Why the record counts all the same."""

    note = fields.String(required=True, validate=validate.Length(1, 500))


class DiscardArgs(Strict):
    """Why the record is let go."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


@door.get("")
@door.arguments(RefusalArgs, location="query")
@door.response(200, page_of(RefusalShape))
def several(args: dict[str, Any]) -> dict[str, Any]:
    """What was refused or held of people in one's divisions, newest first."""
    items, following = refused.list_refusals(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/count")
@door.response(200, CountShape)
def count() -> dict[str, int]:
    """How many wait for somebody to settle them."""
    return {"open": refused.count_open(actor())}


@door.get("/<uuid:refusal_id>")
@door.response(200, RefusalFileShape)
def one(refusal_id: UUID) -> dict[str, Any]:
    """A refused or held record, with all that it says."""
    return refused.refusal_file(actor(), refusal_id)


@door.get("/<uuid:refusal_id>/photos/<string:sha256>")
@door.response(200, content_type="image/jpeg", schema={"type": "string", "format": "binary"})
def picture(refusal_id: UUID, sha256: str) -> Any:  # noqa: ANN401 - werkzeug's answer
    """A photo that the record names, once it has arrived."""
    return picture_answer(refused.picture(actor(), refusal_id, sha256))


@door.post("/<uuid:refusal_id>/accept")
@door.arguments(AcceptArgs)
@door.response(200, RefusalFileShape)
def accept(args: dict[str, Any], refusal_id: UUID) -> dict[str, Any]:
    """Take the record in by hand; what cannot be waived is refused with its rule."""
    by_hand.accept(actor(), refusal_id, args["note"])
    return refused.refusal_file(actor(), refusal_id)


@door.post("/<uuid:refusal_id>/discard")
@door.arguments(DiscardArgs)
@door.response(200, RefusalFileShape)
def discard(args: dict[str, Any], refusal_id: UUID) -> dict[str, Any]:
    """Let the record go, with the reason."""
    refusals.discard(actor(), refusal_id, args["reason"])
    return refused.refusal_file(actor(), refusal_id)
