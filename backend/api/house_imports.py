"""Houses, rooms and occupants from sheets: brought, looked at line by line, carried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.api.sheets import FILE, sheet_answer, template_answer
from backend.houses.intake import commands
from backend.houses.intake.kinds import KINDS
from backend.houses.intake.models import HouseImport
from backend.org.access import Actor, Permission, require
from backend.org.door import Door, actor

door = Door("house_imports", "houses", url_prefix="/api/houses/imports")

LARGEST = 20 * 1024 * 1024  # what the proxy lets through (deploy/nginx.conf)
RESULTS = ["create", "change", "same", "refused"]


class ImportCountsShape(Schema):
    """How many lines come to what; `twin` of the new ones may be the same as another house."""

    create = fields.Integer()
    change = fields.Integer()
    same = fields.Integer()
    refused = fields.Integer()
    twin = fields.Integer()
    total = fields.Integer()


class HouseImportShape(Schema):
    """A file about houses, rooms or occupants: reading, ready, taking, done or failed (and why)."""

    id = fields.UUID(required=True)
    about = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    name = fields.String(required=True)
    state = fields.String(required=True)
    progress = fields.Float(required=True, allow_none=True)
    counts = fields.Nested(ImportCountsShape, required=True)
    unused = fields.List(fields.String(), required=True)
    problem = fields.String(required=True, allow_none=True)
    made_at = time_field(required=True)
    ended_at = time_field(required=True, allow_none=True)


class ImportErrorShape(Schema):
    """What is wrong with a cell; without a letter the file has no such column."""

    name = fields.String(required=True)
    column = fields.String(required=True, allow_none=True)
    head = fields.String(required=True)
    detail = fields.String(required=True)


class ImportTwinShape(Schema):
    """The house that a new one may be the same as, or the line of the file that it is on."""

    address = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True)


class ImportLineShape(Schema):
    """What a line comes to; `changes` are `{name: [before, after]}`, of people the first masked.

    `name` is of the room or the person that the line is about.
    """

    number = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(RESULTS))
    code = fields.String(required=True)
    address = fields.String(required=True)
    name = fields.String(load_default="")
    house_id = fields.UUID(required=True, allow_none=True)
    changes = fields.Dict(required=True)
    twin = fields.Nested(ImportTwinShape, required=True, allow_none=True)
    errors = fields.List(fields.Nested(ImportErrorShape), required=True)


class ImportLinesShape(Schema):
    """Some lines, and after which one to go on."""

    items = fields.List(fields.Nested(ImportLineShape), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ImportAboutArgs(Strict):
    """What the lines are about."""

    about = fields.String(load_default="houses", validate=validate.OneOf(list(KINDS)))


class ImportNameArgs(ImportAboutArgs):
    """What the file is called, too."""

    name = fields.String(load_default="", validate=validate.Length(max=200))


class ImportLineArgs(Strict):
    """Which lines."""

    kind = fields.String(load_default=None, validate=validate.OneOf([*RESULTS, "twin"]))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2_000_000))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


@door.get("/template")
@door.arguments(ImportAboutArgs, location="query")
@door.response(200, content_type="application/octet-stream")
def sheet_template(args: dict[str, Any]) -> Response:
    """A sheet to fill in, with the dictionary of its columns."""
    require(actor(), Permission.HOUSE_EDIT)
    kind = KINDS[args["about"]]
    return template_answer(kind.columns, kind.title)


@door.get("")
@door.response(200, HouseImportShape(many=True))
def latest() -> list[dict[str, Any]]:
    """The files that one brought last."""
    return latest_rows(actor())


@door.post("")
@door.doc(requestBody=FILE)
@door.arguments(ImportNameArgs, location="query")
@door.response(201, HouseImportShape)
def bring(args: dict[str, Any]) -> dict[str, Any]:
    """Bring a file; what its lines come to is read by a worker."""
    request.max_content_length = LARGEST
    return _row(commands.bring(actor(), **args, data=request.get_data()))


@door.get("/<uuid:import_id>")
@door.response(200, HouseImportShape)
def one(import_id: UUID) -> dict[str, Any]:
    """A file, and how far the work on it is."""
    return _row(commands.find(actor(), import_id))


@door.get("/<uuid:import_id>/lines")
@door.arguments(ImportLineArgs, location="query")
@door.response(200, ImportLinesShape)
def lines(args: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """What its lines come to, or have come to."""
    items, following = commands.lines_of(actor(), import_id, **args)
    return {"items": items, "next": following}


@door.get("/<uuid:import_id>/refused")
@door.response(200, content_type="application/octet-stream")
def refused(import_id: UUID) -> Response:
    """The lines that are refused, as a sheet to mend and to bring again."""
    return sheet_answer(commands.refused_sheet(actor(), import_id), "退回的行")


@door.post("/<uuid:import_id>/take")
@door.response(200, HouseImportShape)
def take(import_id: UUID) -> dict[str, Any]:
    """Carry out what was shown."""
    return _row(commands.take(actor(), import_id))


@door.delete("/<uuid:import_id>")
@door.response(204)
def leave(import_id: UUID) -> None:
    """Forget a file."""
    commands.leave(actor(), import_id)


def latest_rows(who: Actor) -> list[dict[str, Any]]:
    """The files that a person brought last, as the list and its file tell of them."""
    return [_row(found) for found in commands.latest(who)]


def _row(found: HouseImport) -> dict[str, Any]:
    columns = "id about name state counts unused problem made_at ended_at"
    told = {name: getattr(found, name) for name in columns.split()}
    return told | {"progress": commands.progress_of(found)}
