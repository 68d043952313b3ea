"""Where cases come from: residents' QR codes, alert sources, orders of the hotline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields, validate

from backend.api.schemas import FieldErrorSchema, Strict, time_field
from backend.api.sheets import FILE, BrokenShape, broken_part, template_answer
from backend.org.access import Permission, require
from backend.org.door import Door, actor
from backend.sources import alerts, hotline, places
from backend.sources.models import AlertCall, AlertSource

door = Door("sources", "sources", url_prefix="/api/sources")


class ReportPlaceShape(Schema):
    """A place whose QR code residents scan."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    made_at = time_field(required=True)


class ReportPlaceArgs(Strict):
    """A village, or one grid of it."""

    org_unit_id = fields.UUID(required=True)
    grid_id = fields.UUID(load_default=None, allow_none=True)


class SpotSchema(Strict):
    """Where a device stands, WGS-84."""

    lng = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    address = fields.String(required=True, validate=validate.Length(1, 200))


class AlertSourceArgs(Strict):
    """What an alert source is called, and its devices by their codes."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    devices = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 80)),
        values=fields.Nested(SpotSchema),
        load_default=dict,
        validate=validate.Length(max=2000),
    )


class NewAlertSourceArgs(AlertSourceArgs):
    """An alert source for the village of a grid; what says no place goes to the grid."""

    grid_id = fields.UUID(required=True)


class AlertSourceShape(Schema):
    """A platform that may raise alerts."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    grid_id = fields.UUID(required=True)
    devices = fields.Dict(required=True)
    made_at = time_field(required=True)


class SecretShape(AlertSourceShape):
    """An alert source with its secret, which is told this once."""

    secret = fields.String(required=True)


class AlertCallShape(Schema):
    """A call of a source, and what became of it."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    address = fields.String(required=True)
    message_id = fields.String(required=True)
    outcome = fields.String(required=True)
    detail = fields.String(required=True)
    case_id = fields.UUID(required=True, allow_none=True)


class TakenShape(Schema):
    """What became of an order: opened, updated, same or refused."""

    number = fields.String(required=True)
    outcome = fields.String(required=True)
    case_id = fields.UUID(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(FieldErrorSchema), required=True)


class HotlineImportShape(BrokenShape):
    """What became of the orders of a file."""

    taken = fields.List(fields.Nested(TakenShape), required=True)


@door.get("/places")
@door.response(200, ReportPlaceShape(many=True))
def list_places() -> list[dict[str, Any]]:
    """The places whose QR codes are in use."""
    return places.list_places(actor())


@door.post("/places")
@door.arguments(ReportPlaceArgs)
@door.response(201, ReportPlaceShape)
def make_place(args: dict[str, Any]) -> dict[str, Any]:
    """A QR code for a village or grid."""
    return places.place_row(places.make_place(actor(), **args))


@door.delete("/places/<uuid:place_id>")
@door.response(204)
def retire_place(place_id: UUID) -> None:
    """Take a QR code out of use."""
    places.retire_place(actor(), place_id)


@door.get("/places/<uuid:place_id>/qr.svg")
@door.response(200, content_type="image/svg+xml")
def qr_code(place_id: UUID) -> Response:
    """The QR code, to print."""
    place = places.find_place(actor(), place_id)
    return Response(places.qr_svg(place), mimetype="image/svg+xml")


@door.get("/alerts")
@door.response(200, AlertSourceShape(many=True))
def list_sources() -> list[AlertSource]:
    """The platforms that may raise alerts."""
    return alerts.list_sources(actor())


@door.post("/alerts")
@door.arguments(NewAlertSourceArgs)
@door.response(201, SecretShape)
def make_source(args: dict[str, Any]) -> AlertSource:
    """Let a platform raise alerts."""
    return alerts.make_source(actor(), **args)


@door.put("/alerts/<uuid:source_id>")
@door.arguments(AlertSourceArgs)
@door.response(200, AlertSourceShape)
def change_source(args: dict[str, Any], source_id: UUID) -> AlertSource:
    """Change the name or the devices of a source."""
    return alerts.change_source(actor(), source_id, **args)


@door.post("/alerts/<uuid:source_id>/secret")
@door.response(200, SecretShape)
def rotate_secret(source_id: UUID) -> AlertSource:
    """Give a source a new secret."""
    return alerts.rotate_secret(actor(), source_id)


@door.delete("/alerts/<uuid:source_id>")
@door.response(204)
def retire_source(source_id: UUID) -> None:
    """Take no more alerts from a source."""
    alerts.retire_source(actor(), source_id)


@door.get("/alerts/<uuid:source_id>/calls")
@door.response(200, AlertCallShape(many=True))
def calls(source_id: UUID) -> list[AlertCall]:
    """The last calls of a source."""
    return alerts.calls_of(actor(), source_id)


@door.get("/hotline/template")
@door.response(200, content_type="application/octet-stream")
def hotline_template() -> Response:
    """A sheet of orders to fill in."""
    require(actor(), Permission.SOURCE_EDIT)
    return template_answer(hotline.COLUMNS, "12345 工单模板")


@door.post("/hotline")
@door.doc(requestBody=FILE)
@door.response(200, HotlineImportShape)
def take_orders() -> dict[str, Any]:
    """Take a file of orders in: broken lines come back, the others become cases."""
    taken, broken = hotline.take_sheet(actor(), request.get_data())
    return {"taken": taken, **broken_part(hotline.COLUMNS, broken)}
