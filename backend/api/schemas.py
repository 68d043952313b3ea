"""Shapes that several doors share."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

LIMIT = 200


class Strict(Schema):
    """A body in which an unknown field is an error."""

    class Meta:
        """Marshmallow's options."""

        unknown = RAISE


class FieldErrorSchema(Schema):
    """One wrong field."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))


class PageArgs(Strict):
    """Query of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, LIMIT))
    cursor = fields.String(load_default=None, allow_none=True)


def time_field(**options: Any) -> fields.AwareDateTime:  # noqa: ANN401
    """A time with a zone, RFC 3339."""
    return fields.AwareDateTime(format="iso", **options)
