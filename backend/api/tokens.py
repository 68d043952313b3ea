"""Tokens of other systems: given and taken back by administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape
from backend.org.door import Door, actor
from backend.partners import tokens
from backend.partners.tokens import NewToken

door = Door("tokens", "tokens", url_prefix="/api/tokens", description="Tokens of other systems")


class TokenShape(Schema):
    """A token; `hint` is its last four signs."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True)
    org_unit = fields.Nested(NamedShape, required=True)
    scopes = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    created_at = time_field(required=True)
    expires_at = time_field(required=True)
    revoked_at = time_field(allow_none=True)
    last_used_at = time_field(allow_none=True)


class GivenTokenShape(TokenShape):
    """A token that has just been given, with its text: it is told this once."""

    token = fields.String(required=True)


class NewTokenSchema(Strict):
    """For whom a token is, and what it opens."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    org_unit_id = fields.UUID(required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(list(tokens.SCOPES))),
        required=True,
        validate=validate.Length(1, len(tokens.SCOPES)),
    )
    expires_at = time_field(required=True)


@door.get("")
@door.response(200, TokenShape(many=True))
def several() -> list[dict[str, Any]]:
    """The tokens of one's divisions, newest first."""
    return tokens.list_tokens(actor())


@door.post("")
@door.arguments(NewTokenSchema)
@door.response(201, GivenTokenShape)
def give(args: dict[str, Any]) -> dict[str, Any]:
    """Give a token."""
    token, word = tokens.give(actor(), NewToken(**args))
    return {**tokens.token_row(token), "token": word}


@door.delete("/<uuid:token_id>")
@door.response(204)
def revoke(token_id: UUID) -> None:
    """Take a token back."""
    tokens.revoke(actor(), token_id)
