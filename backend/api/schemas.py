"""Shapes that several doors share."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from backend import requests

LIMIT = 200
Strict = requests.Strict
time_field = requests.moment
Truth = requests.Truth


class FieldErrorSchema(Schema):
    """One wrong field."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem details; a type may have further members."""

    class Meta:
        """Marshmallow's options."""

        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))
    code = fields.String(metadata={"description": "refused: the rule"})
    expect = fields.Integer(metadata={"description": "gap: the next number"})
    epoch = fields.UUID(metadata={"description": "epoch: the database's"})


class PageArgs(Strict):
    """Query of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, LIMIT))
    cursor = fields.String(load_default=None, allow_none=True)
