"""What the map shows. The outlines seldom change: they carry an ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, request
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import Row, select

from backend.api.schemas import Strict
from backend.cases.models import Case
from backend.cases.rules import local_day
from backend.db import db, utc_now
from backend.houses.models import House
from backend.org.access import Permission, visible
from backend.org.door import Door, actor
from backend.org.outlines import town_map
from backend.oversight.house_history import house_history

door = Door("map", "map", url_prefix="/api/map", description="Outlines and points")
LONGEST = timedelta(days=366)


class CollectionShape(Schema):
    """A GeoJSON FeatureCollection."""

    type = fields.Constant("FeatureCollection", required=True)
    features = fields.List(fields.Raw(metadata={"type": "object"}), required=True)


class TownMapShape(Schema):
    """Divisions and grids; `schematic` says that the outlines are drawn, not surveyed."""

    schematic = fields.Boolean(required=True)
    bounds = fields.List(fields.Float(), required=True)
    units = fields.Nested(CollectionShape, required=True)
    grids = fields.Nested(CollectionShape, required=True)


class DaysArgs(Strict):
    """Which days, both included."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)

    @validates_schema
    def are_past(self, data: dict[str, Any], **_: object) -> None:
        """Refuse days to come, in the wrong order, or more than a year of them."""
        if "since" not in data or "until" not in data:
            return
        if not timedelta() <= data["until"] - data["since"] <= LONGEST:
            raise ValidationError("截止日期应不早于开始日期,且不超过一年", "until")
        if data["since"] < date(2000, 1, 1) or data["until"] > local_day(utc_now()):
            raise ValidationError("日期应在 2000 年以后,且不晚于今天", "until")


@door.get("")
@door.response(200, TownMapShape)
@door.alt_response(304, description="Unchanged since the ETag that was sent")
def outlines() -> Response:
    """The outlines of one's divisions and grids."""
    body = current_app.json.dumps(town_map(actor())).encode()
    answer = Response(body, content_type="application/json")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@door.get("/houses")
@door.response(200, CollectionShape)
def houses() -> dict[str, Any]:
    """The houses that one sees, as points."""
    seen = visible(actor(), Permission.HOUSE_READ, House) & House.ended_on.is_(None)
    columns = (House.id, House.state, House.address, House.lng, House.lat)
    return _points(db.session.execute(select(*columns).where(seen)))


@door.get("/houses/history")
@door.arguments(DaysArgs, location="query")
@door.response(200, CollectionShape)
def past(args: dict[str, Any]) -> dict[str, Any]:
    """The houses that one sees with their states on past days.

    `states` are pairs: a day (0 is the first) and the state since then, null for none.
    """
    rows = house_history(actor(), args["since"], args["until"])
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


@door.get("/cases")
@door.response(200, CollectionShape)
def cases() -> dict[str, Any]:
    """The open hazards that one sees, as points."""
    seen = visible(actor(), Permission.CASE_READ, Case)
    columns = (Case.id, Case.number, Case.title, Case.severity, Case.state, Case.lng, Case.lat)
    wanted = select(*columns).where(seen, Case.closed_at.is_(None), Case.lng.is_not(None))
    return _points(db.session.execute(wanted))


def _points(rows: Iterable[Row[Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_point(row) for row in rows]}


def _point(row: Row[Any]) -> dict[str, Any]:
    return _feature(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


def _feature(properties: dict[str, Any]) -> dict[str, Any]:
    where = [properties.pop("lng"), properties.pop("lat")]
    geometry = {"type": "Point", "coordinates": where}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
