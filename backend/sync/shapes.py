"""What the phone's door answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from backend.sync.schemas import moment


class VerdictErrorShape(Schema):
    """What is wrong with one field of a mutation's arguments."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class VerdictShape(Schema):
    """The verdict on one mutation: ok, ok_merged, rejected or held."""

    mid = fields.Integer(required=True)
    mutation_id = fields.UUID(required=True)
    verdict = fields.String(required=True)
    code = fields.String()
    message = fields.String()
    errors = fields.List(fields.Nested(VerdictErrorShape))
    record = fields.Dict()


class PushAnswerShape(Schema):
    """How far this client's mutations have been decided, and how."""

    epoch = fields.UUID(required=True)
    last_mid = fields.Integer(required=True)
    results = fields.List(fields.Nested(VerdictShape), required=True)
    server_now = moment(required=True)


class ScopePageShape(Schema):
    """A scope's part: changes are `[kind, id, version, "put" | "del", row | null]`."""

    next = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Boolean()
    until = fields.Integer()
    changes = fields.List(fields.List(fields.Raw()), required=True)


class PullAnswerShape(Schema):
    """What is new in each scope; `drop` names those that are no longer granted."""

    epoch = fields.UUID(required=True)
    server_now = moment(required=True)
    view = fields.Integer(required=True)
    base = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    drop = fields.List(fields.String(), required=True)
    more = fields.Boolean(required=True)
    last_mid = fields.Integer(required=True)
    scopes = fields.Dict(keys=fields.String(), values=fields.Nested(ScopePageShape), required=True)


class VerifiedShape(Schema):
    """What a scope should hold."""

    scope = fields.String(required=True)
    version = fields.Integer(required=True)
    count = fields.Integer(required=True)
    digest = fields.String(required=True)


class LabelShape(Schema):
    """What became of the house of a door label: `here`, `elsewhere` or `ended`."""

    state = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    house_id = fields.UUID(required=True, allow_none=True)


class HaveShape(Schema):
    """The hashes that need not be sent."""

    have = fields.List(fields.String(), required=True)


def header(name: str, description: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A header of a request, as an OpenAPI parameter."""
    described = {"name": name, "in": "header", "description": description}
    return {**described, "schema": {"type": "string", **more}}


PIECE = {
    "description": "A piece of the photo",
    "content": {"application/offset+octet-stream": {"schema": {"type": "string"}}},
}
