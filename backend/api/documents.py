"""The register of papers handed over at houses, their numbers, reprints and withdrawals."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Response, send_file
from marshmallow import Schema, fields, validate

from backend.api.case_files import PDF
from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape, SearchArgs, filters_of, page_of
from backend.documents import commands, numbers, queries
from backend.org.door import Door, actor
from backend.oversight.document_paper import draw_up

door = Door("documents", "documents", url_prefix="/api/documents", description="Papers")
KINDS = ["advice", "order"]
STATES = ["issued", "served", "void", "withdrawn"]


class DocumentQuery(SearchArgs):
    """Which papers."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    house_id = fields.UUID()
    case_id = fields.UUID(metadata={"description": "naming the finding from which it came"})
    authority_id = fields.UUID()
    village_id = fields.UUID()
    since = fields.Date(metadata={"description": "issued on that day or later"})
    until = fields.Date(metadata={"description": "issued on that day or before"})
    overdue = fields.Boolean(metadata={"description": "past its deadline, and not put right"})


class DocumentShape(Schema):
    """A paper in a list."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    number_text = fields.String(required=True)
    state = fields.String(required=True)
    authority = fields.String(required=True)
    party = fields.String(required=True)
    place = fields.String(required=True)
    issued_on = fields.Date(required=True)
    deadline_on = fields.Date(required=True)
    house_id = fields.UUID(required=True)
    captured_at = time_field(required=True)
    received_at = time_field(required=True)
    served_at = time_field(allow_none=True)
    clock_suspect = fields.Boolean(required=True)
    overdue = fields.Boolean(required=True)
    issuer = fields.Nested(NamedShape, required=True)
    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)


class PaperLineShape(Schema):
    """A line of what a paper says."""

    kind = fields.String(required=True)
    text = fields.String(required=True)


class PaperCaseShape(Schema):
    """The case that follows from a finding."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)


class PaperFindingShape(Schema):
    """What a paper says was found; with its case, for who may see it."""

    item_code = fields.String(allow_none=True, required=True)
    text = fields.String(required=True)
    basis = fields.String(required=True)
    correction = fields.String(required=True)
    case = fields.Nested(PaperCaseShape, allow_none=True, required=True)


class PaperOfficerShape(Schema):
    """An officer named on a paper."""

    name = fields.String(required=True)
    certificate_no = fields.String(required=True)


class DocumentFileShape(DocumentShape):
    """A paper with all that it says and what became of it."""

    inspection_id = fields.UUID(allow_none=True)
    lines = fields.List(fields.Nested(PaperLineShape), required=True)
    findings = fields.List(fields.Nested(PaperFindingShape), required=True)
    officers = fields.List(fields.Nested(PaperOfficerShape), required=True)
    service = fields.Dict(allow_none=True)
    ended_at = time_field(allow_none=True)
    ended_reason = fields.String(allow_none=True)
    ended_by = fields.Nested(NamedShape, allow_none=True)
    withdrawable = fields.Boolean(required=True)


class PaperNumberShape(Schema):
    """A number and what became of it."""

    number = fields.Integer(required=True)
    state = fields.String(required=True)
    reason = fields.String(allow_none=True)


class NumberBlockShape(Schema):
    """Numbers leased to a device; without a holder they are withheld since a restore."""

    id = fields.UUID(required=True)
    authority = fields.String(required=True)
    kind = fields.String(required=True)
    year = fields.Integer(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    holder = fields.String(allow_none=True)
    leased_at = time_field(required=True)
    reclaimed_at = time_field(allow_none=True)
    left = fields.Integer(required=True)
    numbers = fields.List(fields.Nested(PaperNumberShape), required=True)


class ReasonSchema(Strict):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


@door.get("")
@door.arguments(DocumentQuery, location="query")
@door.response(200, page_of(DocumentShape))
def list_documents(args: dict[str, Any]) -> dict[str, Any]:
    """The papers of one's subtree or department, newest first."""
    items, following = queries.list_documents(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/numbers")
@door.response(200, NumberBlockShape(many=True))
def list_numbers() -> list[dict[str, Any]]:
    """The numbers that were given out, block by block, newest first."""
    return queries.list_blocks(actor())


@door.post("/numbers/<uuid:block_id>/reclaim")
@door.arguments(ReasonSchema)
@door.response(204)
def reclaim(args: dict[str, Any], block_id: UUID) -> None:
    """Take a lost phone's numbers back: the unused ones become void."""
    numbers.reclaim_block(actor(), block_id, args["reason"])


@door.get("/<uuid:document_id>")
@door.response(200, DocumentFileShape)
def one(document_id: UUID) -> dict[str, Any]:
    """A paper with all that it says."""
    return queries.document_file(actor(), document_id)


@door.get("/<uuid:document_id>/paper.pdf")
@door.doc(responses={"200": {"description": "The paper", "content": PDF}})
def paper(document_id: UUID) -> Response:
    """The paper to print, both copies, with signatures and photos."""
    number, data = draw_up(actor(), document_id)
    name = f"{number}.pdf"
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


@door.post("/<uuid:document_id>/withdraw")
@door.arguments(ReasonSchema)
@door.response(200, DocumentFileShape)
def withdraw(args: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Withdraw a paper, saying why; its number stays on it."""
    commands.withdraw_document(actor(), document_id, args["reason"])
    return queries.document_file(actor(), document_id)
