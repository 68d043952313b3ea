"""Checklists: their versions, and the draft of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields, validate

from backend.api.photos import FILE as PHOTO
from backend.api.photos import picture_answer
from backend.api.schemas import Strict, time_field
from backend.api.sheets import FILE, BrokenShape, broken_part, sheet_answer, template_answer
from backend.checklists import commands, pictures, queries, sheet
from backend.checklists.answers import MAY_HOLD
from backend.checklists.drafting import MOST_ITEMS, PREFILLS, SEVERITIES
from backend.checklists.models import Checklist, ChecklistPicture
from backend.config import current_settings
from backend.media.pictures import PictureFile
from backend.org.door import Door, actor
from backend.sheets import written

door = Door("checklists", "checklists", url_prefix="/api/checklists")


def _short(most: int) -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=most))


def _one_of(*names: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(names))


def _maybe(most: int) -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=validate.Length(max=most))


def _limit() -> fields.Float:
    """A limit of a number."""
    return fields.Float(
        load_default=None,
        allow_none=True,
        allow_nan=False,
        validate=validate.Range(0, 100_000, error="应在 0 到 100000 之间"),
    )


class ItemShape(Schema):
    """An item of a checklist; limits, unit and prefill where it asks for a number."""

    code = fields.String(required=True)
    section = fields.String(required=True)
    section_en = fields.String()
    text = fields.String(required=True)
    text_en = fields.String(allow_none=True)
    answer = fields.String(required=True)
    severity = fields.String(required=True)
    lead_department = fields.String()
    other_departments = fields.List(fields.String())
    deadline = fields.String()
    photo_on_fail = fields.String()
    visibility = fields.String()
    basis = fields.String()
    min = fields.Float()
    max = fields.Float()
    unit = fields.String()
    prefill = fields.String()
    show_if = fields.String(metadata={"description": "when it is asked: D01 = fail"})
    formula = fields.String(metadata={"description": "how its number follows: area / A04"})
    picture = fields.String(metadata={"description": "the id of its help picture"})


class ChecklistShape(Schema):
    """A version of a checklist."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    title_en = fields.String(allow_none=True)
    state = fields.String(required=True)
    published_at = time_field(required=True, allow_none=True)
    retired_at = time_field(required=True, allow_none=True)
    changed_at = time_field(required=True)
    items = fields.List(fields.Nested(ItemShape), required=True)


class AskedItemArgs(Strict):
    """An item of a draft; what is null or empty it does not have."""

    code = fields.String(required=True, validate=validate.Length(1, 4))
    section = fields.String(required=True, validate=validate.Length(1, 20))
    section_en = _short(60)
    text = fields.String(required=True, validate=validate.Length(1, 200))
    text_en = _short(400)
    answer = _one_of(*MAY_HOLD)
    severity = _one_of(*SEVERITIES)
    lead_department = fields.String(required=True, validate=validate.Length(1, 40))
    other_departments = fields.List(
        fields.String(validate=validate.Length(1, 40)), load_default=list
    )
    deadline = _short(20)
    photo_on_fail = _one_of("required", "optional")
    visibility = _one_of("normal", "restricted")
    basis = _short(500)
    min = _limit()
    max = _limit()
    unit = _maybe(10)
    prefill = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["", *PREFILLS])
    )
    show_if = _maybe(300)
    formula = _maybe(60)
    picture = fields.UUID(load_default=None, allow_none=True)


class ChecklistDraftArgs(Strict):
    """The draft as it should be; `changed_at` is that of the draft this was made from."""

    title = fields.String(required=True, validate=validate.Length(1, 60))
    title_en = _short(120)
    items = fields.List(
        fields.Nested(AskedItemArgs), required=True, validate=validate.Length(1, MOST_ITEMS)
    )
    changed_at = time_field(required=True)


class NewChecklistDraftArgs(Strict):
    """The version that the draft begins as."""

    based_on = fields.UUID(required=True)


class PictureShape(Schema):
    """A help picture that is kept."""

    id = fields.UUID(required=True)


class SeenDraftArgs(Strict):
    """`changed_at` of the draft that was looked at."""

    changed_at = time_field(required=True)


class ChecklistSheetShape(BrokenShape):
    """What a sheet of items would make of the draft; the items only where no line is broken."""

    items = fields.List(fields.Nested(ItemShape), required=True)


@door.get("")
@door.response(200, ChecklistShape(many=True))
def every() -> Sequence[Checklist]:
    """All versions, the newest first; the draft for its editors."""
    return queries.list_checklists(actor())


@door.get("/<uuid:checklist_id>")
@door.response(200, ChecklistShape)
def one(checklist_id: UUID) -> Checklist:
    """A checklist that is or was in force."""
    return queries.find_checklist(actor(), checklist_id)


@door.post("")
@door.arguments(NewChecklistDraftArgs)
@door.response(201, ChecklistShape)
def begin(args: dict[str, Any]) -> Checklist:
    """Begin a draft of the next version."""
    return commands.begin_draft(actor(), args["based_on"])


@door.put("/<uuid:checklist_id>")
@door.arguments(ChecklistDraftArgs)
@door.response(200, ChecklistShape)
def change(args: dict[str, Any], checklist_id: UUID) -> Checklist:
    """Have a draft be so."""
    items = [_without_blanks(item) for item in args["items"]]
    return commands.change_draft(actor(), checklist_id, args | {"items": items})


def _without_blanks(item: dict[str, Any]) -> dict[str, Any]:
    """Only texts may be empty: what else an item may have, it has or has not."""
    optional = ("min", "max", "unit", "prefill", "show_if", "formula", "picture")
    if item["picture"] is not None:
        item = item | {"picture": str(item["picture"])}
    return {
        name: value
        for name, value in item.items()
        if name not in optional or value not in {None, ""}
    }


@door.delete("/<uuid:checklist_id>")
@door.response(204)
def discard(checklist_id: UUID) -> None:
    """Give a draft up."""
    commands.discard_draft(actor(), checklist_id)


@door.post("/<uuid:checklist_id>/publish")
@door.arguments(SeenDraftArgs)
@door.response(200, ChecklistShape)
def publish(args: dict[str, Any], checklist_id: UUID) -> Checklist:
    """Put a draft in force; the version before retires."""
    return commands.publish_draft(actor(), checklist_id, args["changed_at"])


@door.post("/pictures")
@door.doc(requestBody=PHOTO)
@door.response(201, PictureShape)
def add_picture() -> ChecklistPicture:
    """Keep a help picture for an item; it is made small."""
    request.max_content_length = current_settings().max_photo_mb * 1024 * 1024
    return pictures.add_picture(actor(), request.get_data())


@door.get("/pictures/<uuid:picture_id>")
@door.response(200, content_type="image/webp")
def picture(picture_id: UUID) -> Any:  # noqa: ANN401 - werkzeug's answer
    """A help picture; it never changes."""
    found = pictures.find_picture(actor(), picture_id)
    return picture_answer(PictureFile(found.image, "image/webp", found.sha256))


@door.get("/template")
@door.response(200, content_type="application/octet-stream")
def sheet_template() -> Response:
    """A sheet to fill in."""
    queries.list_checklists(actor())
    return template_answer(sheet.COLUMNS, "体检清单模板")


@door.get("/<uuid:checklist_id>/sheet")
@door.response(200, content_type="application/octet-stream")
def whole_sheet(checklist_id: UUID) -> Response:
    """A version as a sheet, which can be changed and imported into a draft."""
    checklist = queries.find_checklist(actor(), checklist_id)
    lines = written(sheet.COLUMNS, sheet.lines(checklist.items))
    return sheet_answer(lines, f"体检清单v{checklist.version}")


@door.post("/import")
@door.doc(requestBody=FILE)
@door.response(200, ChecklistSheetShape)
def read_sheet() -> dict[str, Any]:
    """Read a sheet of items for a draft; nothing is changed."""
    reading = sheet.read_items(actor(), request.get_data())
    return {"items": reading.items, **broken_part(sheet.COLUMNS, reading.broken)}
