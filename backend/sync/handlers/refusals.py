"""rejected.resolve@1."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from backend.sync import refusals
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import Strict, words

BY_AUTHOR = ["discarded", "sent_again"]


class RejectedResolve(Strict):
    """What the author made of a refusal: let it go, and why, or sent it again."""

    mutation_id = fields.UUID(required=True)
    resolution = fields.String(required=True, validate=validate.OneOf(BY_AUTHOR))
    reason = words(500, allow_none=True, load_default=None)
    replaced_by = fields.UUID(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _complete(self, data: dict[str, Any], **_options: Any) -> None:  # noqa: ANN401
        if data["resolution"] == "discarded" and not (data["reason"] or "").strip():
            raise ValidationError({"reason": ["请写明放弃的原因"]})
        if data["resolution"] == "sent_again" and data["replaced_by"] is None:
            raise ValidationError({"replaced_by": ["缺少重新提交的记录编号"]})


@mutation("rejected.resolve", 1, RejectedResolve)
def resolve(context: Context, args: dict[str, Any]) -> Outcome:
    """Settle one's own refusal; one that is settled already, or never was, stays as it is."""
    settlement = refusals.Settlement(args["resolution"], args["reason"], args["replaced_by"])
    settled = refusals.settle_own(context.actor, args["mutation_id"], settlement)
    return Outcome(merged=not settled)
