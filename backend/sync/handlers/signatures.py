"""inspection.sign@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.inspections import signatures
from backend.inspections.signatures import Signing
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import Strict, photos, words

NAME = validate.Length(1, 50)


class InspectionSign(Strict):
    """Who signed for what was found; `photos` has the picture, of one who refused a witness."""

    signature_id = fields.UUID(required=True)
    inspection_id = fields.UUID(required=True)
    signer = fields.String(required=True, validate=validate.OneOf(["landlord", "tenant", "other"]))
    name = fields.String(required=True, validate=NAME)
    refused = fields.Boolean(required=True)
    witness = words(50, allow_none=True, load_default=None)
    photos = photos(required=True)


@mutation("inspection.sign", 1, InspectionSign)
def sign(context: Context, args: dict[str, Any]) -> Outcome:
    """Keep the signature."""
    return Outcome(merged=signatures.sign(context.capture, Signing(**args)))
