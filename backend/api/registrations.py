"""Registering at the desk what somebody found, with photos."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api.schemas import Strict
from backend.cases import register
from backend.cases.register import SOURCES, Find
from backend.db import transaction
from backend.media.received import receive
from backend.org.access import Permission, require
from backend.org.door import Door, actor

door = Door("registrations", "registrations", url_prefix="/api/registrations")


class FindArgs(Strict):
    """What was found, where, and by whom; photos in base64."""

    source = fields.String(required=True, validate=validate.OneOf(list(SOURCES)))
    item_code = fields.String(required=True, validate=validate.Length(1, 10))
    grid_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=validate.Length(1, 2000))
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    lng = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    photos = fields.List(fields.String(), load_default=list, validate=validate.Length(max=9))

    @validates_schema
    def is_a_point(self, data: dict[str, Any], **_: object) -> None:
        """Refuse half a point."""
        if (data.get("lng") is None) != (data.get("lat") is None):
            raise ValidationError("经度和纬度须一起填写", "lat")


class RegisteredShape(Schema):
    """The case that it became."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)


@door.post("")
@door.arguments(FindArgs)
@door.response(201, RegisteredShape)
def take_in(args: dict[str, Any]) -> dict[str, Any]:
    """Open a case for what was found."""
    require(actor(), Permission.CASE_REGISTER)
    photos = receive(args["photos"])
    with transaction():
        case = register.register(actor(), Find(**{**args, "photos": photos}))
        return {"id": case.id, "number": case.number}
