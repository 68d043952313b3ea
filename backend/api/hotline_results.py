"""What the hotline is told of the orders that have ended: how many wait, and the file."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from backend.api.exports import Export, contents_of, file_of
from backend.api.ledgers import RESULT_LEDGER
from backend.api.schemas import Strict, time_field
from backend.org.door import Door, actor
from backend.requests import Truth
from backend.sources import results

door = Door("hotline_results", "hotline_results", url_prefix="/api/sources/hotline/results")


class WaitingShape(Schema):
    """How many orders have ended of which no file has told."""

    waiting = fields.Integer(required=True)


class TellArgs(Strict):
    """Which orders: those that no file has told of, unless all are asked for; when they ended."""

    format = fields.String(required=True, validate=validate.OneOf(["xlsx", "csv"]))
    new = Truth(load_default=True)
    closed_since = time_field(load_default=None, allow_none=True)
    closed_until = time_field(load_default=None, allow_none=True)


RESULTS = Export("hotline-results", TellArgs, results.tell, RESULT_LEDGER)


@door.get("")
@door.response(200, WaitingShape)
def waiting() -> dict[str, int]:
    """How many orders wait to be told of."""
    return {"waiting": results.count_new(actor())}


@door.post("")
@door.arguments(TellArgs)
@door.doc(responses={"200": {"description": "The file", "content": contents_of(RESULTS)}})
def take(args: dict[str, Any]) -> Response:
    """The results as a file; what is in it counts as told."""
    return file_of(RESULTS, args.pop("format"), args)
