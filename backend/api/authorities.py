"""Who issues papers: authorities, their enforcers, and the words of papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, Truth
from backend.api.shapes import NamedShape
from backend.documents import authorities, templates
from backend.documents.models import DocumentTemplate
from backend.org.door import Door, actor

door = Door("authorities", "authorities", url_prefix="/api", description="Who issues papers")
PARTS = ["to", "fact", "text", "each", "note"]


def _words(most: int, least: int = 1) -> fields.String:
    return fields.String(required=True, validate=validate.Length(least, most))


class AuthorityArgs(Strict):
    """An authority; its numbers begin with `word` (机关代字)."""

    name = _words(100)
    word = _words(30)
    department_id = fields.UUID(required=True, allow_none=True)
    may_order = Truth(required=True)
    contact = _words(200)
    remedy = _words(500, least=0)


class CertificateArgs(Strict):
    """A certificate and its time; both days count."""

    certificate_no = _words(40)
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)


class EnforcerArgs(CertificateArgs):
    """Whose certificate it is."""

    user_id = fields.UUID(required=True)


class EnforcerShape(Schema):
    """A person who may enforce."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    certificate_no = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class AuthorityShape(Schema):
    """An authority with its enforcers; `people` could become one; `fixed`: numbers were given."""

    id = fields.UUID(required=True)
    org_unit_id = fields.UUID(required=True)
    department_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    word = fields.String(required=True)
    may_order = fields.Boolean(required=True)
    contact = fields.String(required=True)
    remedy = fields.String(required=True)
    version = fields.Integer(required=True)
    fixed = fields.Boolean(required=True)
    enforcers = fields.List(fields.Nested(EnforcerShape), required=True)
    people = fields.List(fields.Nested(NamedShape), required=True)


class TemplatePartArgs(Strict):
    """A line of a paper; `each` is written once for each finding."""

    kind = fields.String(required=True, validate=validate.OneOf(PARTS))
    text = _words(1000)


class LawArgs(Strict):
    """A reference to a law and the days from and to which it holds; without one, open."""

    text = _words(200)
    since = fields.Date()
    until = fields.Date()


class TemplateArgs(Strict):
    """The words of one kind of paper, made from the version `based_on`."""

    kind = fields.String(required=True, validate=validate.OneOf(["advice", "order"]))
    based_on = fields.Integer(required=True, strict=True)
    title = _words(40)
    word = _words(20)
    body = fields.List(
        fields.Nested(TemplatePartArgs), required=True, validate=validate.Length(1, 60)
    )
    laws = fields.List(fields.Nested(LawArgs), required=True, validate=validate.Length(0, 20))


class TemplateShape(Schema):
    """A version of the words of one kind of paper."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    word = fields.String(required=True)
    body = fields.List(fields.Dict(), required=True)
    laws = fields.List(fields.Dict(), required=True)


@door.get("/authorities")
@door.response(200, AuthorityShape(many=True))
def several() -> list[dict[str, Any]]:
    """The authorities of one's townships, those with power first."""
    return authorities.list_authorities(actor())


@door.post("/authorities")
@door.arguments(AuthorityArgs)
@door.response(201, AuthorityShape)
def add(args: dict[str, Any]) -> dict[str, Any]:
    """Set up an authority."""
    return authorities.add_authority(actor(), args)


@door.put("/authorities/<uuid:authority_id>")
@door.arguments(AuthorityArgs)
@door.response(200, AuthorityShape)
def change(args: dict[str, Any], authority_id: UUID) -> dict[str, Any]:
    """Have an authority be so; its earlier words stay known."""
    return authorities.change_authority(actor(), authority_id, args)


@door.post("/authorities/<uuid:authority_id>/enforcers")
@door.arguments(EnforcerArgs)
@door.response(201, AuthorityShape)
def certify(args: dict[str, Any], authority_id: UUID) -> dict[str, Any]:
    """Enter a person's certificate, with the role and the grids that go with it."""
    return authorities.certify(actor(), authority_id, args)


@door.put("/enforcers/<uuid:enforcer_id>")
@door.arguments(CertificateArgs)
@door.response(200, AuthorityShape)
def change_certificate(args: dict[str, Any], enforcer_id: UUID) -> dict[str, Any]:
    """Put a certificate right, or end it."""
    return authorities.change_certificate(actor(), enforcer_id, args)


@door.get("/document-templates")
@door.response(200, TemplateShape(many=True))
def words() -> Sequence[DocumentTemplate]:
    """The words of both papers in all versions, the newest first."""
    return templates.list_templates(actor())


@door.post("/document-templates")
@door.arguments(TemplateArgs)
@door.response(201, TemplateShape)
def publish(args: dict[str, Any]) -> DocumentTemplate:
    """Publish the next version of a paper's words."""
    return templates.publish(actor(), {**args, "laws": [_plain(law) for law in args["laws"]]})


def _plain(law: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in law.items()}
