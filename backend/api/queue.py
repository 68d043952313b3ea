"""The dispatcher's workbench: the queue, steps on many cases, presence, suggestions, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from backend.api.cases import CaseFileShape, CaseRowShape
from backend.api.schemas import LIMIT, Strict, Truth, time_field
from backend.api.shapes import NamedShape, SearchArgs, filters_of, page_of
from backend.cases import bulk, presence, queue, saved, suggest, undo
from backend.cases.table import life
from backend.houses.queries import case_page
from backend.org.door import Door, actor

door = Door("queue", "queue", url_prefix="/api/cases", description="The dispatcher's workbench")

SEVERITIES = ("general", "serious", "critical")
OWNERS = ("centre", "department", "grid")
STORED = validate.Range(0, 2**31 - 1)


class FilterArgs(SearchArgs):
    """Which of the open cases."""

    view = fields.String(validate=validate.OneOf((*queue.VIEWS, *queue.OWN_VIEWS)))
    state = fields.String(validate=validate.OneOf(life().open_states()))
    owner = fields.String(validate=validate.OneOf(OWNERS))
    due = fields.String(validate=validate.OneOf(queue.DUES))
    severity = fields.String(validate=validate.OneOf(SEVERITIES))
    source = fields.String(validate=validate.Length(max=40))
    item_code = fields.String(validate=validate.Length(max=40))
    department_id = fields.UUID()
    village_id = fields.UUID()
    grid_id = fields.UUID()
    level = fields.Integer(validate=validate.Range(1, 4))


class QueueArgs(FilterArgs):
    """Which page of them; `ids` asks which of some cases still fit."""

    ids = fields.List(fields.UUID(), validate=validate.Length(1, LIMIT))


class QueueRowShape(CaseRowShape):
    """An open case in the queue; a low `urgency` comes first."""

    owner = fields.String(required=True)
    step_due_at = time_field(required=True)
    urgency = fields.Integer(required=True)
    restricted = fields.Boolean(required=True)
    level = fields.Integer(
        required=True, metadata={"description": "1 grid, 2 village, 3 township, 4 district"}
    )


class CountsShape(Schema):
    """How many open cases stand in each view, and how many fit the filters."""

    mine = fields.Integer(required=True)
    unassigned = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    check = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    critical = fields.Integer(required=True)
    open = fields.Integer(required=True)
    matching = fields.Integer(required=True)


class DutyShape(Schema):
    """A view that belongs to one's role, and how many cases stand in it."""

    view = fields.String(required=True)
    count = fields.Integer(required=True)


class SeenArgs(Strict):
    """A case, and the version of it that was looked at."""

    id = fields.UUID(required=True)
    seen = fields.Integer(required=True, strict=True, validate=STORED)


class GivenArgs(Strict):
    """What is given for a step on many cases."""

    text = fields.String(validate=validate.Length(1, 2000))
    reason = fields.String(validate=validate.Length(1, 2000))
    department = fields.UUID()
    until = time_field()


class BulkArgs(Strict):
    """One step on many cases; `dry_run` tells what it would do."""

    action = fields.String(required=True, validate=validate.OneOf(list(life().actions)))
    dry_run = Truth(required=True)
    given = fields.Nested(GivenArgs, required=True)
    cases = fields.List(
        fields.Nested(SeenArgs), required=True, validate=validate.Length(1, bulk.MOST)
    )


class BulkUndoArgs(Strict):
    """Which cases, each with the version that one's own step has made."""

    cases = fields.List(
        fields.Nested(SeenArgs), required=True, validate=validate.Length(1, bulk.MOST)
    )


class BulkLineShape(Schema):
    """What the step makes (`to`) of one case, or why it is refused."""

    id = fields.UUID(required=True)
    ok = fields.Boolean(required=True)
    number = fields.String()
    title = fields.String()
    state = fields.String()
    to = fields.String()
    department = fields.String(allow_none=True)
    step_due_at = time_field(allow_none=True)
    version = fields.Integer()
    undo_seconds = fields.Integer(
        allow_none=True, metadata={"description": "how long one may take the step back"}
    )
    detail = fields.String()
    code = fields.String()


class UndoArgs(Strict):
    """The version of the case that one's own step has made."""

    seen = fields.Integer(required=True, strict=True, validate=STORED)


class PresenceArgs(Strict):
    """What one does with the case."""

    mode = fields.String(required=True, validate=validate.OneOf(presence.MODES))


class PresentShape(Schema):
    """Somebody else who has the case open."""

    user = fields.Nested(NamedShape, required=True)
    mode = fields.String(required=True)


class KindShape(Schema):
    """What the case is, and why one thinks so."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    reason = fields.String(required=True)


class ProposedShape(NamedShape):
    """A department to send the case to, and why."""

    reasons = fields.List(fields.String(), required=True)


class DeadlineShape(Schema):
    """Until when, and why."""

    due_at = time_field(required=True)
    reason = fields.String(required=True)


class SuggestionsShape(Schema):
    """What could be chosen for a case; the first department is the best."""

    kind = fields.Nested(KindShape, required=True)
    departments = fields.List(fields.Nested(ProposedShape), required=True)
    deadline = fields.Nested(DeadlineShape, required=True)


class SaveArgs(Strict):
    """A view to keep: its name, its filters, and whether the township shares it."""

    name = fields.String(required=True, validate=validate.Length(1, 40))
    query = fields.Nested(FilterArgs(only=[*FilterArgs().fields.keys() - {"limit", "cursor"}]))
    shared = Truth(required=True)


class SavedShape(Schema):
    """A view that is kept."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    query = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    shared = fields.Boolean(required=True)
    own = fields.Boolean(required=True)


@door.get("/queue")
@door.arguments(QueueArgs, location="query")
@door.response(200, page_of(QueueRowShape))
def several(args: dict[str, Any]) -> Response:
    """The open cases that one may see, the most urgent first, then by the deadline of the step."""
    items, following = queue.queue(actor(), *filters_of(args))
    # A desk asks often and for many: these rows are written as they are read.
    body = current_app.json.dumps({"items": items, "next": following})
    return Response(body, content_type="application/json")


@door.get("/queue/counts")
@door.arguments(FilterArgs, location="query")
@door.response(200, CountsShape)
def counts(args: dict[str, Any]) -> dict[str, int]:
    """How many open cases stand in each view, and how many fit the filters."""
    return queue.counts(actor(), args)


@door.get("/queue/duties")
@door.response(200, DutyShape(many=True))
def own_duties() -> list[dict[str, Any]]:
    """What belongs to one's roles, the first first; nothing for a dispatcher, who has the queue."""
    return queue.duties(actor())


@door.get("/queue/filters")
@door.response(200, SavedShape(many=True))
def filters() -> list[dict[str, Any]]:
    """One's own views, and those that the township shares."""
    return saved.saved_filters(actor())


@door.post("/queue/filters")
@door.arguments(SaveArgs)
@door.response(201, SavedShape)
def keep(args: dict[str, Any]) -> dict[str, Any]:
    """Keep a view; one of one's own with that name is replaced."""
    query = {name: str(value) for name, value in args.get("query", {}).items()}
    return saved.save(actor(), args["name"], query, shared=args["shared"])


@door.delete("/queue/filters/<uuid:filter_id>")
@door.response(204)
def forget(filter_id: UUID) -> None:
    """Delete a view of one's own."""
    saved.forget(actor(), filter_id)


@door.post("/bulk")
@door.arguments(BulkArgs)
@door.response(200, BulkLineShape(many=True))
def many(args: dict[str, Any]) -> list[dict[str, Any]]:
    """Do one step on many cases, each for itself, or tell what it would do."""
    seen = {each["id"]: each["seen"] for each in args["cases"]}
    return bulk.bulk(actor(), args["action"], args["given"], seen, dry_run=args["dry_run"])


@door.post("/bulk/undo")
@door.arguments(BulkUndoArgs)
@door.response(200, BulkLineShape(many=True))
def take_many_back(args: dict[str, Any]) -> list[dict[str, Any]]:
    """Take one's own last step on many cases back, each for itself, for half a minute."""
    return bulk.take_back(actor(), {each["id"]: each["seen"] for each in args["cases"]})


@door.post("/<uuid:case_id>/undo")
@door.arguments(UndoArgs)
@door.response(200, CaseFileShape)
def take_back(args: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Take one's own last step back, for half a minute and while nobody has acted since."""
    undo.undo(actor(), case_id, args["seen"])
    return case_page(actor(), case_id)


@door.put("/<uuid:case_id>/presence")
@door.arguments(PresenceArgs)
@door.response(200, PresentShape(many=True))
def here(args: dict[str, Any], case_id: UUID) -> list[dict[str, Any]]:
    """Say that one has the case open, every ten seconds; answers who else has."""
    return presence.come(actor(), case_id, args["mode"])


@door.delete("/<uuid:case_id>/presence")
@door.response(204)
def gone(case_id: UUID) -> None:
    """Say that one has closed the case."""
    presence.leave(actor(), case_id)


@door.get("/<uuid:case_id>/suggestions")
@door.response(200, SuggestionsShape)
def proposed(case_id: UUID) -> dict[str, Any]:
    """What the case probably is, whose, and until when, each with the reason."""
    return suggest.suggestions(actor(), case_id)
