"""The register of rental houses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.cases import CaseShape
from backend.api.schemas import Strict, time_field
from backend.api.shapes import HouseBriefShape, SearchArgs, filters_of, page_of
from backend.houses import address_book, queries, reviews
from backend.houses.register_models import Address
from backend.inspections.queries import house_file
from backend.org.door import Door, actor

door = Door("houses", "houses", url_prefix="/api/houses")

STATES = ["unchecked", "passed", "rectify", "failed", "cleared"]


class HouseShape(HouseBriefShape):
    """A house in the register."""

    code = fields.String(required=True)
    landlord_name = fields.String(allow_none=True)
    last_inspected_at = time_field(allow_none=True)
    next_due_on = fields.Date(allow_none=True)
    occupant_count = fields.Integer(required=True)
    open_cases = fields.Integer(required=True)


class RoomShape(Schema):
    """A room."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    area_m2 = fields.Float(allow_none=True)
    use = fields.String(allow_none=True)


class OccupantShape(Schema):
    """A person who lives there, masked."""

    id = fields.UUID(required=True)
    room_id = fields.UUID(allow_none=True)
    name_masked = fields.String(required=True)
    id_masked = fields.String(allow_none=True)
    relation = fields.String(allow_none=True)
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    origin = fields.String(allow_none=True)


class VisitShape(Schema):
    """An inspection in a house's file."""

    id = fields.UUID(required=True)
    captured_at = time_field(required=True)
    inspector_name = fields.String(required=True)
    outcome = fields.String(required=True)
    result = fields.String(required=True)
    fail_count = fields.Integer(required=True)


class HouseEventShape(Schema):
    """What happened to a house, people masked."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    at = time_field(required=True)
    by_name = fields.String(required=True)
    detail = fields.Dict(required=True)


class HouseReviewShape(Schema):
    """What waits to be decided; told in full to who decides."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    field = fields.String(required=True, allow_none=True)
    values = fields.Dict(required=True)
    other_id = fields.UUID(required=True, allow_none=True)
    by_name = fields.String(required=True)
    captured_at = time_field(required=True)


class ReviewDecision(Strict):
    """Take it over, leave the house as it is, or make two houses one; and why."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "keep", "merge"]))
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))


class HouseFileShape(HouseShape):
    """A house with all that is known of it."""

    building_kind = fields.String(allow_none=True)
    floors = fields.Integer(allow_none=True)
    area_m2 = fields.Float(allow_none=True)
    room_count = fields.Integer(allow_none=True)
    bed_count = fields.Integer(allow_none=True)
    extinguishers = fields.Integer(allow_none=True)
    landlord_phone = fields.String(allow_none=True)
    agent_name = fields.String(required=True)
    agent_phone = fields.String(required=True)
    lease_since = fields.Date(allow_none=True)
    lease_until = fields.Date(allow_none=True)
    pending = fields.List(fields.String(), required=True)
    matched = fields.Boolean(required=True)
    ended_on = fields.Date(allow_none=True)
    ended_as = fields.String(allow_none=True)
    merged_into_id = fields.UUID(allow_none=True)
    reviews = fields.List(fields.Nested(HouseReviewShape), required=True)
    events = fields.List(fields.Nested(HouseEventShape), required=True)
    rooms = fields.List(fields.Nested(RoomShape), required=True)
    occupants = fields.List(fields.Nested(OccupantShape), required=True)
    inspections = fields.List(fields.Nested(VisitShape), required=True)
    cases = fields.List(fields.Nested(CaseShape), required=True)


class AddressShape(Schema):
    """A standard address."""

    id = fields.UUID(required=True)
    text = fields.String(required=True)


class AddressChoice(Strict):
    """Which standard address."""

    address_id = fields.UUID(required=True)


class HouseArgs(SearchArgs):
    """Which houses."""

    state = fields.String(validate=validate.OneOf(STATES))
    village_id = fields.UUID()
    grid_id = fields.UUID()
    waiting = fields.Boolean()
    unmatched = fields.Boolean()


@door.get("")
@door.arguments(HouseArgs, location="query")
@door.response(200, page_of(HouseShape))
def several(args: dict[str, Any]) -> dict[str, Any]:
    """Houses that one may see, by code."""
    items, following = queries.list_houses(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/<uuid:house_id>")
@door.response(200, HouseFileShape)
def one(house_id: UUID) -> dict[str, Any]:
    """A house's file."""
    return house_file(actor(), house_id)


@door.get("/<uuid:house_id>/addresses")
@door.response(200, AddressShape(many=True))
def addresses(house_id: UUID) -> Sequence[Address]:
    """The standard addresses that a house may have, the likeliest first."""
    return address_book.candidates(actor(), house_id)


@door.post("/<uuid:house_id>/address")
@door.arguments(AddressChoice)
@door.response(200, HouseFileShape)
def match(args: dict[str, Any], house_id: UUID) -> dict[str, Any]:
    """Say which standard address a house has; answers its file."""
    house = address_book.match(actor(), house_id, args["address_id"])
    return house_file(actor(), house.id)


@door.post("/reviews/<uuid:review_id>")
@door.arguments(ReviewDecision)
@door.response(200, HouseFileShape)
def decide(args: dict[str, Any], review_id: UUID) -> dict[str, Any]:
    """Decide what somebody saw otherwise at a house; answers its file."""
    house = reviews.decide(actor(), review_id, args["decision"], args["note"])
    return house_file(actor(), house.id)
