"""Shapes that several answers of the centre share."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from backend.api.schemas import PageArgs, time_field


class SearchArgs(PageArgs):
    """Query of a list that can be searched."""

    q = fields.String(
        validate=[
            validate.Length(max=100),
            validate.ContainsNoneOf("\0", error="不能含有空字符"),
        ]
    )


def filters_of(args: dict[str, Any]) -> tuple[dict[str, Any], str | None, int]:
    """A list's query as what it asks for, where its page begins, and how long it is."""
    filters = {name: value for name, value in args.items() if name not in {"cursor", "limit"}}
    return filters, args["cursor"], args["limit"]


class NamedShape(Schema):
    """Something with a name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class DoubtShape(Schema):
    """What speaks against a photo: taken far from its house, or seen before."""

    kind = fields.String(required=True)
    metres = fields.Integer(allow_none=True)
    twin_id = fields.UUID(allow_none=True)


class PhotoShape(Schema):
    """A photo; its addresses are null until it has arrived."""

    id = fields.UUID(required=True)
    item_code = fields.String(allow_none=True)
    role = fields.String(required=True)
    captured_at = time_field(required=True)
    arrived = fields.Boolean(required=True)
    thumb = fields.String(allow_none=True)
    original = fields.String(allow_none=True)
    drawing_of = fields.UUID(allow_none=True)
    doubts = fields.List(fields.Nested(DoubtShape), required=True)


class PlacedShape(Schema):
    """What stands in a village and a grid."""

    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)
    lng = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)


class HouseBriefShape(PlacedShape):
    """A house in one line."""

    id = fields.UUID(required=True)
    address = fields.String(required=True)
    state = fields.String(required=True)


def page_of(shape: type[Schema]) -> type[Schema]:
    """The shape of a page of a list: items, and the cursor of the next page."""
    name = shape.__name__.removesuffix("Shape") + "PageShape"
    members = {
        "items": fields.List(fields.Nested(shape), required=True),
        "next": fields.String(allow_none=True, required=True),
    }
    return type(name, (Schema,), {"__doc__": f"A page of {name}.", **members})
