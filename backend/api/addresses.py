"""The table of standard addresses, from a sheet."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields

from backend.api.schemas import Strict
from backend.api.sheets import FILE, BrokenShape, broken_part, template_answer
from backend.houses import address_book
from backend.org.access import Permission, require
from backend.org.door import Door, actor

door = Door("addresses", "addresses", url_prefix="/api/addresses")


class AddressImportShape(BrokenShape):
    """What a table would bring or has brought; `matched` houses had one of its addresses."""

    new = fields.Integer(required=True)
    same = fields.Integer(required=True)
    matched = fields.Integer(required=True)


class AddressImportArgs(Strict):
    """Whether to add the good lines; else nothing is changed."""

    take = fields.Boolean(load_default=False)


@door.get("/template")
@door.response(200, content_type="application/octet-stream")
def sheet_template() -> Response:
    """A table to fill in."""
    require(actor(), Permission.HOUSE_EDIT)
    return template_answer(address_book.COLUMNS, "标准地址模板")


@door.post("")
@door.doc(requestBody=FILE)
@door.arguments(AddressImportArgs, location="query")
@door.response(200, AddressImportShape)
def take_table(args: dict[str, Any]) -> dict[str, Any]:
    """Read a table of addresses, and with `take` add the good lines."""
    read = address_book.take if args["take"] else address_book.preview
    reading = read(actor(), request.get_data())
    return {
        "new": len(reading.new),
        "same": reading.same,
        "matched": reading.matched,
        **broken_part(address_book.COLUMNS, reading.broken),
    }
