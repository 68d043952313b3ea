"""The list of matters (事项清单): read, propose, decide, change, import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.api.sheets import FILE, BrokenShape, broken_part, sheet_answer, template_answer
from backend.cases import item_sheet, items
from backend.cases.catalogue import classes
from backend.cases.item_models import SEVERITIES, TOLD, HazardItem, ItemVersion
from backend.db import db
from backend.org.door import Door, actor
from backend.org.models import User
from backend.sheets import Line, written

door = Door("items", "items", url_prefix="/api/items")


class MatterTextShape(Schema):
    """What the list says of an item."""

    code = fields.String(required=True)
    class_name = fields.String(required=True)
    class_name_en = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    icon = fields.String(required=True)
    severity = fields.String(required=True)
    lead_department = fields.String(required=True)
    deadline = fields.String(required=True)
    sort = fields.Integer(required=True)
    evidence = fields.String(required=True)
    photos_min = fields.Integer(required=True)
    self_settle = fields.Boolean(required=True)
    file_if = fields.String(required=True)
    close_if = fields.String(required=True)
    synonyms = fields.String(required=True)
    restricted = fields.Boolean(required=True)


class MatterShape(MatterTextShape):
    """An item in force."""

    version = fields.Integer(required=True)


class MatterVersionShape(MatterTextShape):
    """A version of an item: proposed, in_force, past or refused."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True)
    since = time_field(required=True, allow_none=True)
    until = time_field(required=True, allow_none=True)
    reason = fields.String(required=True)
    decision = fields.String(required=True, allow_none=True)
    proposed_by = fields.String(required=True, allow_none=True)
    proposed_at = time_field(required=True)


class ClassShape(Schema):
    """One of the nine classes."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class CatalogueShape(Schema):
    """The list in force, its classes, and what waits to be decided."""

    classes = fields.List(fields.Nested(ClassShape), required=True)
    items = fields.List(fields.Nested(MatterShape), required=True)
    proposals = fields.List(fields.Nested(MatterVersionShape), required=True)


class ItemArgs(Strict):
    """An item as it should be from now on, and why."""

    code = fields.String(required=True, validate=validate.Length(1, 4))
    class_name = fields.String(required=True, validate=validate.OneOf(list(classes())))
    name = fields.String(required=True, validate=validate.Length(1, 40))
    name_en = fields.String(validate=validate.Length(max=80))
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    lead_department = fields.String(required=True, validate=validate.Length(1, 40))
    deadline = fields.String(required=True, validate=validate.Length(1, 20))
    sort = fields.Integer(strict=True, validate=validate.Range(0, 9999))
    evidence = fields.String(validate=validate.Length(max=500))
    photos_min = fields.Integer(strict=True, validate=validate.Range(0, 9))
    self_settle = fields.Boolean()
    file_if = fields.String(validate=validate.Length(max=500))
    close_if = fields.String(validate=validate.Length(max=500))
    synonyms = fields.String(
        validate=validate.Length(max=500), metadata={"description": "words apart by spaces"}
    )
    restricted = fields.Boolean(metadata={"description": "its cases are for the cleared alone"})
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ReasonArgs(Strict):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class DecisionArgs(Strict):
    """Whether a proposal is put in force; a refusal needs its reason."""

    accepted = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class GoodItemShape(Schema):
    """A line that can be taken in: new, changed or same."""

    number = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    change = fields.String(required=True)


class ItemImportShape(BrokenShape):
    """What a sheet of items would do, or has done."""

    good = fields.List(fields.Nested(GoodItemShape), required=True)


class ImportArgs(Strict):
    """Whether to take the good lines in, and why; without a reason nothing is changed."""

    reason = fields.String(load_default="", validate=validate.Length(max=500))


@door.get("")
@door.response(200, CatalogueShape)
def catalogue() -> dict[str, Any]:
    """The list of matters in force, and what is proposed."""
    return {
        "classes": list(classes().values()),
        "items": items.list_items(actor()),
        "proposals": _rows(items.proposals(actor())),
    }


@door.get("/code/<code>/versions")
@door.response(200, MatterVersionShape(many=True))
def versions(code: str) -> list[dict[str, Any]]:
    """All versions of an item, the newest first."""
    return _rows(items.history(actor(), code))


@door.put("")
@door.arguments(ItemArgs)
@door.response(200, MatterShape)
def put(args: dict[str, Any]) -> HazardItem | None:
    """Have an item be so from now on; cases keep the version they were made under."""
    version = items.put(actor(), args, args.pop("reason"))
    return items.item_in_force(version.code)


@door.delete("/code/<code>")
@door.arguments(ReasonArgs)
@door.response(204)
def retire(args: dict[str, Any], code: str) -> None:
    """Take an item off the list."""
    items.retire(actor(), code, args["reason"])


@door.post("/proposals")
@door.arguments(ItemArgs)
@door.response(201, MatterVersionShape)
def propose(args: dict[str, Any]) -> dict[str, Any]:
    """Propose an item or a change; the centre decides."""
    return _row(items.propose(actor(), args, args.pop("reason")))


@door.post("/proposals/<uuid:proposal_id>")
@door.arguments(DecisionArgs)
@door.response(200, MatterVersionShape)
def decide(args: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Put a proposal in force, or refuse it."""
    return _row(items.decide(actor(), proposal_id, **args))


@door.get("/template")
@door.response(200, content_type="application/octet-stream")
def sheet_template() -> Response:
    """A sheet to fill in."""
    items.list_items(actor())
    return template_answer(item_sheet.COLUMNS, "事项清单模板")


@door.get("/sheet")
@door.response(200, content_type="application/octet-stream")
def whole_sheet() -> Response:
    """The list in force as a sheet, which can be changed and imported again."""
    return sheet_answer(written(item_sheet.COLUMNS, item_sheet.lines(actor())), "事项清单")


@door.post("/import")
@door.doc(requestBody=FILE)
@door.arguments(ImportArgs, location="query")
@door.response(200, ItemImportShape)
def take_sheet(args: dict[str, Any]) -> dict[str, Any]:
    """Read a sheet: without a reason a preview, with one its good lines are put in force."""
    data, reason = request.get_data(), args["reason"]
    who = actor()
    reading = item_sheet.take(who, data, reason) if reason else item_sheet.preview(who, data)
    return {
        "good": [_good(line, change) for line, change, _values in reading.good],
        **broken_part(item_sheet.COLUMNS, reading.broken),
    }


def _good(line: Line, change: str) -> dict[str, Any]:
    values = line.values
    return {
        "number": line.number,
        "code": values["code"],
        "name": values["name"],
        "change": change,
    }


def _rows(found: list[ItemVersion]) -> list[dict[str, Any]]:
    return [_row(version) for version in found]


def _row(version: ItemVersion) -> dict[str, Any]:
    columns = "id code version state since until reason decision proposed_at"
    by = db.session.get(User, version.proposed_by) if version.proposed_by else None
    return {name: getattr(version, name) for name in (*columns.split(), *TOLD)} | {
        "proposed_by": by.name if by else None
    }
