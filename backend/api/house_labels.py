"""Door labels of houses, to print."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, send_file
from marshmallow import fields, validate

from backend.api.houses import HouseArgs
from backend.api.schemas import Strict
from backend.cases.rules import local_day
from backend.db import utc_now
from backend.houses.labels import MOST, draw_labels
from backend.org.door import Door, actor

door = Door("house_labels", "house_labels", url_prefix="/api/houses", description="Door labels")
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


class LabelFilters(HouseArgs):
    """Which houses, as the list is filtered."""

    class Meta:
        """Marshmallow's options."""

        exclude = ("cursor", "limit")


class LabelArgs(Strict):
    """Which houses: those ticked, or without any the list as filtered."""

    ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST))
    filters = fields.Nested(LabelFilters, load_default=dict)


@door.post("/labels")
@door.arguments(LabelArgs)
@door.doc(responses={"200": {"description": "The sheets", "content": PDF}})
def labels(args: dict[str, Any]) -> Response:
    """Sheets of QR labels, 24 on an A4 page; the codes hold nothing but a random token."""
    paper = draw_labels(actor(), args["filters"], args["ids"])
    name = f"房屋二维码_{local_day(utc_now()):%Y%m%d}.pdf"
    return send_file(io.BytesIO(paper), "application/pdf", as_attachment=True, download_name=name)
