"""house.register@1, house.correct@1, house.event@1, occupant.move_in@1, occupant.move_out@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.houses import facts as rules
from backend.houses import occupancy, registration
from backend.houses.facts import BUILDINGS, LONGEST_ADDRESS, ORIGINS, RELATIONS, ROOM_USES
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import Strict, Whole, latitude, longitude, words

PHONE = Whole(rules.PHONE, error="电话号码格式不对")
MASKED = Whole(r"^[0-9A-Za-z*]{1,4}\*+[0-9A-Za-z]{0,4}$", error="证件号码须隐去中间部分")


def name(**options: Any) -> fields.String:  # noqa: ANN401
    """A person's or a firm's name."""
    return fields.String(validate=validate.Length(1, rules.LONGEST_NAME), **options)


def phone(**options: Any) -> fields.String:  # noqa: ANN401
    """A telephone number, or nothing."""
    return fields.String(validate=PHONE, **options)


def number(name: str, **options: Any) -> fields.Integer:  # noqa: ANN401
    """How many of this fact there may be."""
    inside = validate.Range(*rules.COUNTS[name])
    return fields.Integer(strict=True, validate=inside, **options)


def area(**options: Any) -> fields.Float:  # noqa: ANN401
    """Square metres."""
    return fields.Float(allow_nan=False, validate=validate.Range(*rules.AREA), **options)


class HouseFacts(Strict):
    """What is written down of a house."""

    address = fields.String(required=True, validate=validate.Length(2, LONGEST_ADDRESS))
    building_kind = fields.String(required=True, validate=validate.OneOf(BUILDINGS))
    floors = number("floors", required=True)
    area_m2 = area(required=True)
    room_count = number("room_count", required=True)
    bed_count = number("bed_count", required=True)
    extinguishers = number("extinguishers", required=True)
    landlord_name = name(required=True)
    landlord_phone = phone(required=True)
    agent_name = words(rules.LONGEST_NAME, load_default="")
    agent_phone = phone(load_default="")
    lease_since = fields.Date(allow_none=True, load_default=None)
    lease_until = fields.Date(allow_none=True, load_default=None)


class RoomFacts(Strict):
    """A room, under the id that the phone gave it."""

    room_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 20))
    area_m2 = area(required=True)
    use = fields.String(required=True, validate=validate.OneOf(ROOM_USES))


def rooms(**options: Any) -> fields.List[Any]:  # noqa: ANN401
    """Rooms that are there or have changed."""
    return fields.List(fields.Nested(RoomFacts), validate=validate.Length(max=200), **options)


class HouseRegister(Strict):
    """A house that nobody knew of; `not_same` are houses nearby that its author says it is not."""

    house_id = fields.UUID(required=True)
    grid_id = fields.UUID(required=True)
    lng = longitude(required=True)
    lat = latitude(required=True)
    facts = fields.Nested(HouseFacts, required=True)
    rooms = rooms(load_default=list)
    not_same = fields.List(fields.UUID(), validate=validate.Length(max=20), load_default=list)


class HousePatch(Strict):
    """Some of what is written down of a house, otherwise."""

    address = fields.String(validate=validate.Length(2, LONGEST_ADDRESS))
    building_kind = fields.String(validate=validate.OneOf(BUILDINGS))
    floors = number("floors")
    area_m2 = area()
    room_count = number("room_count")
    bed_count = number("bed_count")
    extinguishers = number("extinguishers")
    landlord_name = name()
    landlord_phone = phone()
    agent_name = words(rules.LONGEST_NAME)
    agent_phone = phone()
    lease_since = fields.Date(allow_none=True)
    lease_until = fields.Date(allow_none=True)
    lng = longitude()
    lat = latitude()


class HouseCorrect(Strict):
    """What is otherwise, and what the author was shown of the same facts."""

    house_id = fields.UUID(required=True)
    changes = fields.Nested(HousePatch, required=True)
    seen = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 20)),
        values=fields.Raw(allow_none=True),
        required=True,
        validate=validate.Length(max=20),
    )
    rooms = rooms(load_default=list)


class HouseEvent(Strict):
    """What happened to a house: let anew, split, demolished; `left` are who lived there before."""

    house_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["relet", "split", "demolished"]))
    on = fields.Date(required=True)
    left = fields.List(fields.UUID(), validate=validate.Length(max=500), load_default=list)
    note = words(500, allow_none=True, load_default=None)


class MoveIn(Strict):
    """Who lives there now; of the identity number only a masked form may be sent."""

    occupant_id = fields.UUID(required=True)
    house_id = fields.UUID(required=True)
    room_id = fields.UUID(allow_none=True, load_default=None)
    name = name(required=True)
    id_masked = fields.String(allow_none=True, load_default=None, validate=MASKED)
    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS))
    origin = fields.String(required=True, validate=validate.OneOf(ORIGINS))
    since = fields.Date(required=True)


class MoveOut(Strict):
    """Who has left, and when."""

    house_id = fields.UUID(required=True)
    occupant_id = fields.UUID(required=True)
    until = fields.Date(required=True)


@mutation("house.register", 1, HouseRegister)
def register(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Put it on the register, or into the house that stands there already."""
    house, merged = registration.register(context.capture, args)
    if not merged:
        return None
    message = f"这户已登记过(编号 {house.code}),您填写的内容已并入"
    return Outcome(merged=True, message=message, record={"id": house.id})


@mutation("house.correct", 1, HouseCorrect)
def correct(context: Context, args: dict[str, Any]) -> None:
    """Take the correction in; what needs the centre's word waits."""
    registration.correct(context.capture, args)


@mutation("house.event", 1, HouseEvent)
def event(context: Context, args: dict[str, Any]) -> None:
    """Let anew: those named have left. Split or demolished: the centre decides."""
    happened = occupancy.relet if args["kind"] == "relet" else registration.say_gone
    happened(context.capture, args)


@mutation("occupant.move_in", 1, MoveIn)
def move_in(context: Context, args: dict[str, Any]) -> Outcome:
    """Write down who lives there."""
    return Outcome(merged=not occupancy.move_in(context.capture, args))


@mutation("occupant.move_out", 1, MoveOut)
def move_out(context: Context, args: dict[str, Any]) -> Outcome:
    """Write down who has left."""
    return Outcome(merged=not occupancy.move_out(context.capture, args))
