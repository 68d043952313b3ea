"""document.lease@1, document.issue@1, document.serve@1, document.void@1."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from backend.documents import commands, numbers
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import Strict, words

KINDS = ["advice", "order"]
YEAR = validate.Range(1900, 2199)
REASON = validate.Length(1, 500)


def line(longest: int = 200, **options: Any) -> fields.String:  # noqa: ANN401
    """Words that must not be missing."""
    return fields.String(validate=validate.Length(1, longest), **options)


def _masked(value: str) -> None:
    if re.search(r"\d{9}", value):
        raise ValidationError("证件号码须隐去中间数字")


def strokes(**options: Any) -> fields.List[Any]:  # noqa: ANN401
    """Strokes, each [x, y, x, y, …] in thousandths of the field's width."""
    part = fields.Integer(strict=True, validate=validate.Range(0, 1000))
    stroke = fields.List(part, validate=validate.Length(2, 2000))
    return fields.List(stroke, validate=validate.Length(1, 200), **options)


class Lease(Strict):
    """Numbers asked for, for this device."""

    block_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    authority_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    year = fields.Integer(required=True, strict=True, validate=YEAR)


class Party(Strict):
    """To whom the paper is addressed."""

    name = line(100, required=True)
    id_masked = fields.String(load_default="", validate=[validate.Length(max=30), _masked])
    phone = words(30, load_default="")
    address = words(200, load_default="")


class PaperFinding(Strict):
    """One thing found, on what it rests and what is asked."""

    item_code = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 20))
    text = line(500, required=True)
    basis = words(500, load_default="")
    correction = line(500, required=True)


class NamedOfficer(Strict):
    """An officer named on the paper."""

    enforcer_id = fields.UUID(required=True)
    signature = strokes(allow_none=True, load_default=None)


class Issue(Strict):
    """A paper as it was written at the house."""

    document_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    authority_id = fields.UUID(required=True)
    authority_version = fields.Integer(load_default=None, allow_none=True, strict=True)
    template_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 999999))
    house_id = fields.UUID(required=True)
    inspection_id = fields.UUID(allow_none=True, load_default=None)
    issued_on = fields.Date(required=True)
    checked_on = fields.Date(required=True)
    deadline_on = fields.Date(required=True)
    place = line(required=True)
    party = fields.Nested(Party, required=True)
    findings = fields.List(
        fields.Nested(PaperFinding), required=True, validate=validate.Length(1, 60)
    )
    officers = fields.List(
        fields.Nested(NamedOfficer), load_default=list, validate=validate.Length(max=5)
    )
    signature = strokes(allow_none=True, load_default=None)


class Serve(Strict):
    """How it was handed over: the receiver's signature, or a refusal with a witness."""

    document_id = fields.UUID(required=True)
    manner = fields.String(required=True, validate=validate.OneOf(["signed", "refused"]))
    receiver = line(100, required=True)
    relation = words(100, load_default="")
    signature = strokes(allow_none=True, load_default=None)
    witness = words(100, load_default="")
    witness_signature = strokes(allow_none=True, load_default=None)
    note = words(500, load_default="")


class Void(Strict):
    """A number that shall count no more, and why; with the paper that bears it, if any."""

    document_id = fields.UUID(allow_none=True, load_default=None)
    authority_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    year = fields.Integer(required=True, strict=True, validate=YEAR)
    device_id = fields.UUID(required=True)
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 999999))
    reason = fields.String(required=True, validate=REASON)


@mutation("document.lease", 1, Lease)
def lease(context: Context, args: dict[str, Any]) -> Outcome:
    """Give the device its next numbers."""
    _, known = numbers.lease_numbers(context.capture, args)
    return Outcome(merged=known)


@mutation("document.issue", 1, Issue)
def issue(context: Context, args: dict[str, Any]) -> Outcome:
    """Take the paper in."""
    _, known = commands.issue_document(context.capture, args)
    return Outcome(merged=known)


@mutation("document.serve", 1, Serve)
def serve(context: Context, args: dict[str, Any]) -> Outcome:
    """Note that it was handed over."""
    _, known = commands.serve_document(context.capture, args)
    return Outcome(merged=known)


@mutation("document.void", 1, Void)
def void(context: Context, args: dict[str, Any]) -> Outcome:
    """Make the number void."""
    return Outcome(merged=commands.void_document(context.capture, args))
